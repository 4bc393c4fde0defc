"""Tables leave whole, in Excel's letters, and without a formula."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from nights import SignIn
from sqlalchemy import Engine

from console.export_tables import TABLES
from console.state import ConsoleState
from reports.cells import csv_of, json_of, safe_text, write_xlsx
from warehouse.decisions.accounts import create_account


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "\u3000=1", "\n=1"]
)
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert safe_text(text) == "'" + text


@pytest.mark.parametrize("text", ["", "你好", "a=1", "2026-11-20", "http://example"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert safe_text(text) == text


def test_a_csv_file_is_read_by_excel_and_its_numbers_stay_numbers() -> None:
    row = ("张三", -1.5, Decimal("-0.5000"), None, True, datetime(2026, 11, 20, 9, tzinfo=UTC))
    content = b"".join(csv_of(["a", "b", "c", "d", "e", "f"], iter([row])))
    assert content.startswith(b"\xef\xbb\xbfa,b,")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert lines[1] == ["张三", "-1.5", "-0.5000", "", "1", "2026-11-20 09:00:00"]


def test_json_of_no_rows_is_an_empty_array_and_of_many_is_whole() -> None:
    assert json.loads(b"".join(json_of(["a"], iter([])))) == []
    rows = iter([(number,) for number in range(1201)])
    assert [row["a"] for row in json.loads(b"".join(json_of(["a"], rows)))] == [*range(1201)]


def test_a_workbook_has_texts_no_formulas(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    rows = iter([("=cmd|' /C calc'!A0", -2, None), ("{=1}", 0.5, datetime(2026, 1, 1, tzinfo=UTC))])
    write_xlsx(path, ["a", "b", "c"], rows, title="表")
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=cmd|" in sheet  # the text itself, unchanged
    assert re.search(r'<c r="B2"><v>-2', sheet)


def test_every_table_leaves_in_three_forms_that_agree(sign_in: SignIn) -> None:
    for role in ("supervisor", "administrator", "auditor"):
        client = sign_in(role)
        may = set(client.get("/api/me").json()["may"])
        for table in (table for table in TABLES if table.action in may):
            place = f"/api/tables/{table.name}"
            text = client.get(f"{place}.csv?header=names").content.decode("utf-8-sig")
            lines = list(csv.DictReader(io.StringIO(text)))
            rows = client.get(f"{place}.json").json()
            grown = 1 if table.name == "audit" else 0  # the log notes each export
            assert len(rows) == len(lines) + grown
            assert all(list(row) == list(table.columns) for row in rows)
            book = zipfile.ZipFile(io.BytesIO(client.get(f"{place}.xlsx").content))
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            assert sheet.count("<row ") == len(rows) + 1 + grown


def test_a_table_s_filter_is_the_queue_s(sign_in: SignIn) -> None:
    client = sign_in("supervisor")
    queue = client.get("/api/tables/queue.json?team=北门组&purpose=complaint").json()
    assert {row["call_id"] for row in queue} == {"rude-2", "queja-1"}
    found = client.get("/api/tables/findings.json?agent=A1&rule=zh.buck_passing").json()
    assert [row["call_id"] for row in found] == ["rude-1"]
    assert found[0]["outcome"] == "violated"
    assert client.get("/api/tables/calls.json?until=2026-11-19").json() == []
    assert client.get("/api/tables/calls.json?until=nonsense").status_code == 422


def test_the_queue_s_page_leads_to_the_same_calls_as_a_table(sign_in: SignIn) -> None:
    client = sign_in("supervisor")
    page = client.get("/queue?state=any&since=&above=&below=1000&assigned=none&purpose=complaint")
    place = html.unescape(re.findall(r'href="(/api/tables/queue\.csv[^"]*)"', page.text)[0])
    rows = client.get(place.replace(".csv", ".json")).json()
    shown = set(re.findall(r'href="/calls/([^"?]+)\?', page.text))
    assert {row["call_id"] for row in rows} == shown == {"rude-2", "queja-1"}


def test_a_name_that_is_a_formula_harms_nobody(sign_in: SignIn, decisions: Engine) -> None:
    name = "=HYPERLINK(1)"
    create_account(decisions, login="mallory", name=name, role="inspector", password="x" * 10)
    text = sign_in("administrator").get("/api/tables/accounts.csv").text
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK" not in text


def test_headings_are_in_the_reader_s_language(sign_in: SignIn) -> None:
    client = sign_in("supervisor")
    assert "坐席编号" in client.get("/api/tables/queue.csv").text
    client.cookies.set("language", "es")
    assert "Agente (id)" in client.get("/api/tables/queue.csv").text


def test_a_few_exports_run_at_once_and_their_places_come_back(
    sign_in: SignIn, state: ConsoleState
) -> None:
    client = sign_in("supervisor")
    for _ in range(5):
        assert client.get("/api/tables/calls.csv").status_code == 200
    taken = 0
    while state.exports.acquire(blocking=False):
        taken += 1
    assert taken == 3
    assert client.get("/api/tables/calls.csv").status_code == 429

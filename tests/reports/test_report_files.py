"""Reports as files: paper, workbook, CSV."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pipeline.errors import TingjianError, UsageError
from pipeline.intervals import Interval
from reports.blocks import Column, Report, Table, Text
from reports.fonts import OWN_FONTS, find_letters
from reports.kinds import Form, Kind
from reports.making import make
from reports.order import Order, Source
from reports.paper import set_pdf, set_pictures
from reports.period import month_of
from reports.tables import csv_bytes, xlsx_bytes
from reports.writing import form_of, store

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EVIL = '=HYPERLINK("http://evil.example","x")'
TABLE = Table(
    "坐席",
    (Column("坐席"), Column("合格率", "share"), Column("通话", "count"), Column("分", "points")),
    ((EVIL, Interval(0.5, 0.25, 0.75), 4180, -1.5), ("A2", None, 0, None)),
)
SMALL = Report(
    "质检日报", "2026-11-20", "zh", (Text("#set page(width: 1cm) $x$ *不是代码*"), TABLE), "听检",
    datetime(2026, 11, 21, tzinfo=UTC), (TABLE,),
)  # fmt: skip


def rows_of(content: bytes, number: int = 1) -> list[list[tuple[str, str]]]:
    """Type and text of each cell of a sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = [
            "".join(part.text or "" for part in item.iter(f"{_MAIN}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    assert not list(sheet.iter(f"{_MAIN}f")), "a formula"
    found = []
    for row in sheet.iter(f"{_MAIN}row"):
        cells = []
        for cell in row.iter(f"{_MAIN}c"):
            kind, value = cell.get("t", "n"), cell.findtext(f"{_MAIN}v", "")
            cells.append((kind, shared[int(value)] if kind == "s" else value))
        found.append(cells)
    return found


def test_a_workbook_has_numbers_and_intervals_and_no_formula():
    rows = rows_of(xlsx_bytes(SMALL))
    assert [text for _, text in rows[0]] == [
        "坐席", "合格率", "合格率 · 下限", "合格率 · 上限", "通话", "分",
    ]  # fmt: skip
    assert rows[1] == [
        ("s", EVIL), ("n", "0.5"), ("n", "0.25"), ("n", "0.75"), ("n", "4180"), ("n", "-1.5"),
    ]  # fmt: skip
    assert rows[2] == [("s", "A2"), ("n", "0")]


def test_a_csv_file_begins_with_a_mark_and_its_texts_are_safe():
    lines = csv_bytes(SMALL).decode("utf-8").split("\r\n")
    assert lines[0] == "\ufeff坐席,合格率,合格率 · 下限,合格率 · 上限,通话,分"
    assert lines[1].startswith("\"'=HYPERLINK")
    assert lines[1].endswith(",0.5,0.25,0.75,4180,-1.5")
    assert lines[2] == "A2,,,,0,"


def test_the_same_report_gives_the_same_bytes(source: Source):
    letters = find_letters()
    order = Order(Kind.MONTHLY, month_of("2026-11"), "zh")
    first, second = make(order, source), make(order, source)
    assert set_pdf(first, letters) == set_pdf(second, letters)
    assert xlsx_bytes(first) == xlsx_bytes(second)
    assert csv_bytes(first) == csv_bytes(second)


def test_paper_bears_the_end_of_its_days_as_its_date():
    content = set_pdf(SMALL, find_letters())
    assert content.startswith(b"%PDF-")
    assert b"D:20261121000000Z" in content
    later = replace(SMALL, made_for=datetime(2026, 11, 22, tzinfo=UTC))
    assert set_pdf(later, find_letters()) != content


def test_what_stands_in_a_report_is_text_and_never_code():
    # as code, the page would be a centimetre wide
    (picture,) = set_pictures(SMALL, find_letters(), ppi=72)
    width = int.from_bytes(picture[16:20], "big")
    assert width == pytest.approx(595, abs=2)  # A4 in points
    assert len(picture) > 4000, "nothing is on it"


def test_without_a_chinese_font_the_remedy_is_named(tmp_path: Path):
    with pytest.raises(TingjianError) as told:
        find_letters(tmp_path, system=False)
    assert told.value.key == "reports.no_font"
    for language in ("zh", "es", "en"):
        assert "make assets" in told.value.text(language)
        assert str(tmp_path) in told.value.text(language)


def test_the_consoles_own_font_goes_before_those_of_the_machine():
    letters = find_letters()
    assert (letters.family, letters.folder) == ("Noto Sans SC", OWN_FONTS)


def test_where_nothing_can_be_written_is_told_and_nothing_is_left(tmp_path: Path):
    for path in (tmp_path / "none" / "x.pdf", tmp_path / ("x" * 300 + ".pdf"), tmp_path):
        with pytest.raises(TingjianError) as told:
            store(b"x", path)
        assert told.value.key == "reports.not_written"
        assert told.value.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_the_form_is_that_of_the_name_unless_it_is_said():
    assert form_of(Path("x.XLSX"), None) is Form.XLSX
    assert form_of(Path("x.pdf"), "csv") is Form.CSV
    with pytest.raises(UsageError) as told:
        form_of(Path("x.docx"), None)
    assert told.value.key == "reports.no_form"

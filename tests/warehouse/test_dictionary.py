from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import duckdb
import pytest
from call_examples import make_call

from pipeline.messages import LANGUAGES, say
from warehouse.dictionary import Entry, as_csv, as_markdown, read_dictionary
from warehouse.export import RELATIONS, export
from warehouse.results import append_calls

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def dictionary() -> tuple[Entry, ...]:
    return read_dictionary()


def test_the_page_in_docs_is_what_the_schema_says(dictionary):
    # after a change: tingjian warehouse dictionary > docs/data-dictionary.md
    assert (DOCS / "data-dictionary.md").read_text("utf-8") == as_markdown(dictionary, LANGUAGES)


def test_every_exported_table_is_a_view_of_the_dictionary(dictionary):
    assert {entry.name for entry in dictionary if entry.kind == "view"} == set(RELATIONS)


def test_meanings_are_told_in_three_languages(dictionary):
    (call,) = [entry for entry in dictionary if entry.name == "call"]
    (silence,) = [column for column in call.columns if column.name == "silence_s"]
    told = [say(silence.meaning, language) for language in LANGUAGES]
    assert told == [
        "无人说话的秒数。",
        "Segundos en que nadie habla.",
        "Seconds in which nobody speaks.",
    ]


def test_csv_has_a_row_for_each_column(dictionary):
    rows = list(csv.DictReader(io.StringIO(as_csv(dictionary, LANGUAGES))))
    assert len(rows) == sum(len(entry.columns) for entry in dictionary)
    row = next(r for r in rows if (r["table"], r["column"]) == ("finding", "flagged"))
    assert (row["kind"], row["type"]) == ("view", "boolean")
    assert row["en"].startswith("Whether it is a fault")


def test_the_exported_file_explains_itself(warehouse, tmp_path):
    append_calls(warehouse, [make_call("c-1")], [], night_id=None, code_version="1")
    export(warehouse, tmp_path / "out.duckdb")
    copy = shutil.copy(tmp_path / "out.duckdb", tmp_path / "copy.duckdb")
    with duckdb.connect(str(copy), read_only=True) as connection:
        told = connection.execute(
            "select comment from duckdb_columns()"
            " where table_name = 'call' and column_name = 'silence_s'"
        ).fetchall()
        unexplained = connection.execute(
            "select table_name, column_name from duckdb_columns()"
            " where not internal and comment is null and table_name != 'tingjian_export'"
        ).fetchall()
    assert told == [("Seconds in which nobody speaks.",)]
    assert unexplained == []

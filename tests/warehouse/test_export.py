from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from call_examples import make_call, make_failure

from pipeline.errors import WarehouseError
from warehouse.connection import open_warehouse
from warehouse.export import RELATIONS, export
from warehouse.results import append_calls

# columns that users of the file were promised
PROMISED = {
    "call": (
        "call_id",
        "audio_sha256",
        "started_at",
        "duration_s",
        "language",
        "purpose",
        "agent_id",
        "team",
        "state",
        "reason",
    ),
    "turn": ("call_id", "turn_no", "role", "role_probability", "start_s", "end_s", "text"),
    "finding": (
        "call_id",
        "rule_id",
        "outcome",
        "probability",
        "points",
        "severity",
        "phrasebook_sha256",
    ),
    "evidence": ("call_id", "rule_id", "quote", "phrase", "start_s", "end_s"),
    "scorecard": ("call_id", "phrasebook_sha256", "points", "points_possible", "passed"),
}

# Another process, with nothing but duckdb: no extension may be loaded or installed.
ASK = """
import sys, duckdb
connection = duckdb.connect(
    sys.argv[1],
    read_only=True,
    config={"autoload_known_extensions": False, "autoinstall_known_extensions": False},
)
print(connection.execute(
    "select call.call_id, state, count(turn_no), any_value(text order by turn_no), any_value(words)"
    " from call left join turn using (call_id) group by all order by all"
).fetchall())
"""


@pytest.fixture(scope="module")
def filled(module_warehouse):
    shard = [make_call("c-1")], [make_failure("c-2")]
    append_calls(module_warehouse, *shard, night_id="n", code_version="1")
    return module_warehouse


def test_the_file_opens_with_plain_duckdb(filled, tmp_path: Path):
    out = tmp_path / "out.duckdb"
    tables = {table.name: table.rows for table in export(filled, out)}
    assert {name: tables[name] for name in PROMISED} == {
        "call": 2,
        "turn": 2,
        "finding": 4,
        "evidence": 2,
        "scorecard": 1,
    }
    answer = subprocess.run(
        [sys.executable, "-c", ASK, str(out)], capture_output=True, text=True, check=True
    )
    assert answer.stdout.startswith("[('c-1', 'done', 2, '您好', [{'text': '您',")
    assert answer.stdout.endswith("('c-2', 'failed', 0, None, None)]\n")


def test_the_promised_columns_are_there_and_every_column_is_explained(filled, tmp_path: Path):
    export(filled, tmp_path / "out.duckdb")
    with duckdb.connect(str(tmp_path / "out.duckdb"), read_only=True) as plain:
        columns = plain.execute(
            "select table_name, column_name, comment from duckdb_columns() where not internal"
        ).fetchall()
        about = plain.execute("select table_name, comment from duckdb_tables()").fetchall()
    for table, promised in PROMISED.items():
        assert set(promised) <= {name for where, name, _ in columns if where == table}
    assert {where for where, *_ in columns} == {*RELATIONS, "tingjian_export"}
    assert [(where, name) for where, name, comment in columns if not comment] == []
    assert [name for name, comment in about if not comment] == []


def test_a_failed_call_tells_its_reason_and_points_are_exact(filled, tmp_path: Path):
    export(filled, tmp_path / "out.duckdb")
    with duckdb.connect(str(tmp_path / "out.duckdb"), read_only=True) as plain:
        assert plain.execute(
            "select state, reason, reason_code, duration_s from call where call_id = 'c-2'"
        ).fetchone() == ("failed", "c-2.wav: expected 60 s, found 30 s", "audio.truncated", None)
        assert plain.execute("select points, passed from scorecard").fetchall() == [
            (Decimal("99.5"), True)
        ]


def test_an_earlier_export_is_replaced(warehouse, tmp_path: Path):
    out = tmp_path / "out.duckdb"
    export(warehouse, out)
    append_calls(warehouse, [make_call("c-3")], [], night_id="n", code_version="1")
    export(warehouse, out)
    with duckdb.connect(str(out), read_only=True) as plain:
        assert plain.execute("select count(*) from call").fetchone() == (1,)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.duckdb"]


@pytest.mark.parametrize("kind", ["text", "other database"])
def test_a_file_of_somebody_else_is_left_alone_unless_forced(filled, tmp_path: Path, kind: str):
    out = tmp_path / "mine"
    if kind == "text":
        out.write_text("my notes")
    else:
        with duckdb.connect(str(out)) as other:
            other.execute("create table call (call_id varchar)")
    before = out.read_bytes()
    with pytest.raises(WarehouseError) as caught:
        export(filled, out)
    assert caught.value.key == "warehouse.export_exists"
    assert out.read_bytes() == before
    export(filled, out, force=True)
    with duckdb.connect(str(out), read_only=True) as plain:
        assert plain.execute("select count(*) from call").fetchone() == (2,)


def test_a_folder_is_never_replaced(filled, tmp_path: Path):
    with pytest.raises(WarehouseError):
        export(filled, tmp_path, force=True)


def test_a_folder_that_is_not_there_is_named(filled, tmp_path: Path):
    with pytest.raises(WarehouseError, match="nowhere") as caught:
        export(filled, tmp_path / "nowhere" / "out.duckdb")
    assert caught.value.key == "warehouse.export_failed"
    # the warehouse still works
    assert export(filled, tmp_path / "out.duckdb")[0].rows == 2


def test_a_reader_can_export(filled, tmp_path: Path):
    with open_warehouse(filled.folder.parent, read_only=True) as reader:
        assert export(reader, tmp_path / "out 'x'.duckdb")[0].rows == 2


def test_an_empty_warehouse_exports_empty_tables(warehouse, tmp_path: Path):
    assert {table.rows for table in export(warehouse, tmp_path / "out.duckdb")} == {0}

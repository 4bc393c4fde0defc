from __future__ import annotations

import os
import time
from datetime import timedelta

from call_examples import data_files, make_call, make_failure

from warehouse.connection import open_warehouse
from warehouse.maintenance import maintain
from warehouse.migration import known_migrations
from warehouse.results import append_calls

STEPS = len(known_migrations())  # each leaves a file of the history
RELATIONS = ("call", "turn", "finding", "evidence", "scorecard")


def append_shards(warehouse, *, shards: int) -> None:
    for number in range(shards):
        calls = [make_call(f"c-{number}-{k}") for k in range(3)]
        failures = [make_failure(f"f-{number}")]
        append_calls(warehouse, calls, failures, night_id="n", code_version="1")


def everything(warehouse) -> dict[str, list[tuple[object, ...]]]:
    return {
        name: warehouse.connection.execute(f"select * from {name} order by all").fetchall()
        for name in RELATIONS
    }


def test_merging_changes_no_row_and_not_which_result_counts(warehouse):
    append_shards(warehouse, shards=4)
    again = make_call("c-1-1", audio="newer")
    append_calls(warehouse, [again], [], night_id="n", code_version="1")
    before = everything(warehouse)
    report = maintain(warehouse)
    # 5 shards of 7 tables, and the steps of the schema, each table becoming one file
    assert (report.files_merged, report.files_made) == (5 * 7 + STEPS, 8)
    assert everything(warehouse) == before


def test_replaced_files_stay_for_readers_and_go_later(warehouse, data_dir):
    append_shards(warehouse, shards=3)
    with open_warehouse(data_dir, read_only=True) as reader:
        reader.connection.execute("begin")
        count = reader.connection.execute("select count(*) from call").fetchone()
        assert maintain(warehouse).files_deleted == 0
        assert reader.connection.execute("select count(*) from call").fetchone() == count
        assert reader.connection.execute("select count(*) from turn").fetchone() == (18,)
        reader.connection.execute("rollback")
    files = data_files(data_dir)
    before = everything(warehouse)
    report = maintain(warehouse, keep=timedelta(0))
    # 3 shards of 7 tables and the steps of the schema were merged before; nobody needs them now
    assert report.files_deleted == 3 * 7 + STEPS
    assert data_files(data_dir) == files - (3 * 7 + STEPS)
    assert report.versions_expired > 0
    assert everything(warehouse) == before


def test_files_of_a_killed_writer_go_when_they_are_old(warehouse, data_dir):
    append_shards(warehouse, shards=1)
    orphans = [
        data_dir / "warehouse" / "lake" / "main" / "turn_result" / name
        for name in ("old.parquet", "new.parquet")
    ]
    for orphan in orphans:
        orphan.write_bytes(b"half a file")
    two_days_ago = time.time() - 2 * 86400
    os.utime(orphans[0], (two_days_ago, two_days_ago))
    assert maintain(warehouse).files_deleted == 1
    assert [orphan.exists() for orphan in orphans] == [False, True]


def test_maintaining_an_empty_warehouse_is_no_error(warehouse):
    assert maintain(warehouse).files_merged == STEPS
    assert maintain(warehouse).files_merged == 0

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from call_examples import make_call

from pipeline.errors import WarehouseError
from warehouse.connection import open_warehouse
from warehouse.results import append_calls
from warehouse.writing import sole_writer, write

WRITER = Path(__file__).with_name("append_shards.py")

# calls, turns, findings and scorecards by shard, where a shard is a call id without its last part
SHARDS = """
select
    regexp_extract(call_result.call_id, '(.*)-', 1) as shard,
    count(distinct call_result.call_id) as calls,
    count(distinct call_result.result_id) as results,
    (select count(*) from turn_result where regexp_extract(call_id, '(.*)-', 1) = shard) as turns,
    (select count(*) from finding_result where regexp_extract(call_id, '(.*)-', 1) = shard) as f,
    (select count(*) from scorecard_result where regexp_extract(call_id, '(.*)-', 1) = shard) as s
from call_result
group by all
"""
# Locks of SQLite are those of a process, so the one who holds one must be another process.
HOLDER = """
import sqlite3, sys, time
catalogue = sqlite3.connect(sys.argv[1])
catalogue.execute("begin immediate")
print("held", flush=True)
time.sleep(1.5)
catalogue.rollback()
"""
INTRUDER = """
import sqlite3, sys
catalogue = sqlite3.connect(sys.argv[1])
catalogue.execute("create table intruder (note text)")
catalogue.commit()
"""
NIGHT = """
insert into night_result
values ('n', 1, now(), '1', 'inbox', now(), now(), '{}')
"""
WHOLE = (5, 5, 10, 20, 5)  # what make_call gives: 2 turns, 4 findings, 1 scorecard each


def start_writer(data_dir: Path, prefix: str, *, shards: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(WRITER), str(data_dir), prefix, str(shards)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(WRITER.parents[2])},
    )


def stored_shards(data_dir: Path) -> dict[str, tuple[int, ...]]:
    with open_warehouse(data_dir, read_only=True) as reader:
        rows = reader.connection.execute(SHARDS).fetchall()
    return {row[0]: tuple(row[1:]) for row in rows}


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_whole_shards(data_dir: Path):
    chance = random.Random(20261123)
    acknowledged = []
    for kill in range(10):
        with start_writer(data_dir, f"k{kill}", shards=1000) as writer:
            acknowledged.append(writer.stdout.readline().strip())
            time.sleep(chance.uniform(0.0, 0.4))
            writer.kill()
            acknowledged += writer.stdout.read().split()
    stored = stored_shards(data_dir)
    assert set(acknowledged) <= set(stored)
    assert set(stored.values()) == {WHOLE}
    # at most one more per kill: stored, but killed before it could say so
    assert len(stored) <= len(acknowledged) + 10
    with open_warehouse(data_dir) as survivor:  # and the next writer finds nothing in its way
        append_calls(survivor, [make_call("z-0-0")], [], night_id="n", code_version="1")


def test_a_reader_beside_a_writer_sees_whole_shards_and_never_fails(data_dir: Path):
    reads, last = 0, 0
    with (
        open_warehouse(data_dir, read_only=True) as reader,
        start_writer(data_dir, "r", shards=8) as writer,
    ):
        while last < 40:
            assert writer.poll() in (None, 0)
            calls, turns, findings = reader.connection.execute(
                "select (select count(*) from call), (select count(*) from turn),"
                " (select count(*) from finding)"
            ).fetchone()
            assert calls % 5 == 0
            assert (turns, findings) == (2 * calls, 4 * calls)
            assert calls >= last
            reads, last = reads + 1, calls
    assert reads > 2


def test_two_writers_lose_and_double_nothing(data_dir: Path):
    with (
        start_writer(data_dir, "a", shards=4) as first,
        start_writer(data_dir, "b", shards=4) as second,
    ):
        assert (first.wait(), second.wait()) == (0, 0)
        first.stdout.read()
        second.stdout.read()
    expected = {f"{prefix}-{shard}": WHOLE for prefix in "ab" for shard in range(4)}
    assert stored_shards(data_dir) == expected


def test_two_writers_of_the_same_calls_store_them_once(data_dir: Path):
    with (
        start_writer(data_dir, "a", shards=4) as first,
        start_writer(data_dir, "a", shards=4) as second,
    ):
        assert (first.wait(), second.wait()) == (0, 0)
        first.stdout.read()
        second.stdout.read()
    assert stored_shards(data_dir) == {f"a-{shard}": WHOLE for shard in range(4)}


def test_a_catalogue_locked_by_somebody_else_is_waited_for(warehouse, data_dir: Path):
    catalogue = data_dir / "warehouse" / "catalog.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(catalogue)], stdout=subprocess.PIPE, text=True
    ) as holder:
        holder.stdout.readline()
        start = time.monotonic()
        append_calls(warehouse, [make_call()], [], night_id="n", code_version="1")
        assert time.monotonic() - start >= 0.5
    assert warehouse.connection.execute("select count(*) from call").fetchone() == (1,)


def test_a_transaction_that_lost_to_another_is_run_again_from_its_start(warehouse, data_dir: Path):
    catalogue = data_dir / "warehouse" / "catalog.sqlite"
    attempts = []

    def work(connection) -> int:
        attempts.append(connection.execute("select count(*) from night_result").fetchone()[0])
        if len(attempts) == 1:  # somebody who knows nothing of our lock changes the catalogue
            subprocess.run([sys.executable, "-c", INTRUDER, str(catalogue)], check=True)
        connection.execute(NIGHT)
        return len(attempts)

    assert write(warehouse, work) == 2
    assert attempts == [0, 0]
    assert warehouse.connection.execute("select night_id from night").fetchall() == [("n",)]


def test_a_transaction_that_cannot_succeed_is_not_tried_again(warehouse):
    attempts = []

    def work(connection) -> None:
        attempts.append(1)
        connection.execute(NIGHT)
        connection.execute("insert into no_such_table values (1)")

    with pytest.raises(WarehouseError, match="no_such_table"):
        write(warehouse, work)
    assert attempts == [1]
    assert warehouse.connection.execute("select count(*) from night").fetchone() == (0,)


def test_a_fault_of_our_own_leaves_nothing_behind(warehouse):
    def work(connection) -> None:
        connection.execute(NIGHT)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(warehouse, work)
    assert warehouse.connection.execute("select count(*) from night").fetchone() == (0,)


def test_a_lock_that_is_not_given_back_is_named(data_dir: Path):
    folder = data_dir / "warehouse"
    with (
        sole_writer(folder),
        pytest.raises(WarehouseError, match=r"writer\.lock") as caught,
        sole_writer(folder, patience_s=0.05),
    ):
        pytest.fail("two hold the lock")
    assert caught.value.key == "warehouse.busy"
    with sole_writer(folder, patience_s=0.05):
        pass  # it is free again

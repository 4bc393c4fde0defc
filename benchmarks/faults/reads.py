"""Read the lake from a second process while it is loaded and maintained, and count what fails.

    python -m benchmarks.faults.reads [--reads 10000] [--reopen 100]

The writer stores shards of made-up calls without a pause and merges files after every twentieth;
it stops when the reader has enough. A read is right if it sees whole calls only.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from benchmarks.made_calls import FINDINGS, TURNS, make_calls
from pipeline.errors import WarehouseError
from warehouse.connection import open_warehouse
from warehouse.maintenance import maintain
from warehouse.results import append_calls

_SHARD, _SHARDS_BETWEEN = 5, 20
_QUESTION = """
select
    (select count(*) from call_result),
    (select count(*) from turn_result),
    (select count(*) from finding_result)
"""


@dataclass(frozen=True, slots=True)
class Reads:
    """What a reader saw."""

    reads: int
    failed: dict[str, int]  # by the beginning of the error
    torn: int  # answers with half a call
    calls: int  # seen last
    elapsed_s: float


def read_beside_a_writer(data: Path, *, reads: int, reopen: int) -> Reads:
    """The reader is this process; the writer a child, ended when the reader is done.

    Args:
        reopen: reads on one connection before another is opened.
    """
    open_warehouse(data).close()
    writer = os.fork()
    if writer == 0:
        _write_for_ever(data)
    began = time.monotonic()
    failed: Counter[str] = Counter()
    torn = calls = done = 0
    try:
        while done < reads:
            try:
                with open_warehouse(data, read_only=True) as warehouse:
                    for _ in range(min(reopen, reads - done)):
                        done += 1
                        row = warehouse.connection.execute(_QUESTION).fetchone() or (0, 0, 0)
                        calls = row[0]
                        torn += row[1:] != (calls * TURNS, calls * FINDINGS) or calls % _SHARD != 0
            except (WarehouseError, duckdb.Error) as error:
                failed[str(error)[:80]] += 1
                done += 1
    finally:
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
    return Reads(reads, dict(failed), torn, calls, time.monotonic() - began)


def _write_for_ever(data: Path) -> None:
    number = 0
    try:
        with open_warehouse(data) as warehouse:
            while True:
                for _ in range(_SHARDS_BETWEEN):
                    calls = make_calls(_SHARD, first=number)
                    number += _SHARD
                    append_calls(warehouse, calls, [], night_id="n", code_version="0")
                maintain(warehouse, keep=timedelta(minutes=5))
    finally:
        os._exit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--reads", type=int, default=10_000)
    parser.add_argument("--reopen", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = read_beside_a_writer(Path(folder), reads=options.reads, reopen=options.reopen)
    sys.stdout.write(f"{found}\n")


if __name__ == "__main__":
    main()

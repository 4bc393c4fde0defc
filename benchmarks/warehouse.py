"""How the warehouse keeps up: loading, rescoring and the dashboards' questions, as the lake grows.

    python -m benchmarks.warehouse [--calls 10000 100000 1000000] [--loaded 10000] [--sample 1]
        [--shards 512 50]

With `--calls 0` only loading is measured. 512 calls are what a night stores in one transaction
where more shards came back than it had stored, as when it is behind; 50 stand for one that is not.

The calls are made up (`benchmarks.made_calls`): 20 turns of 12 words, 20 spans, 30 findings. What
is loaded goes through the product, shard by shard; the rest of a large lake is copied from it by
SQL, under other ids. Beside it stand the same rows by one statement each, by `executemany`, and in
a plain DuckDB file. Everything is measured in one run on one machine: compare the ratios.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median

import duckdb
import pyarrow as pa

from benchmarks.made_calls import CALL_ROWS, make_calls
from flows.night_loop import STORED_AT_ONCE
from pipeline.finding import InspectedCall
from warehouse.connection import EngineLimits, Warehouse, open_warehouse
from warehouse.export import export
from warehouse.identified import Identified, Stamp
from warehouse.maintenance import maintain
from warehouse.results import append_calls
from warehouse.rows import tables_of
from warehouse.writing import write

SHARDS = (STORED_AT_ONCE, 50)  # calls in one transaction
QUESTIONS: Mapping[str, str] = {
    "flags by rule": "select * from finding_by_rule",
    "flags by agent": "select * from finding_by_agent",
    "scores by agent": "select * from scorecard_by_agent",
    "one call": "select * from turn where call_id = '2026-11-20-0000007' order by turn_no",
    "count calls": "select count(*) from call",
}
_ASKED = 3  # times each question is asked; the median counts
_COPIED_AT_ONCE = 20_000  # calls in one transaction
_LIMITS = EngineLimits(memory_mb=6000, threads=2)


@dataclass(frozen=True, slots=True)
class Timing:
    """What a number of rows took."""

    rows: int
    elapsed_s: float
    cpu_s: float  # of all threads of this process

    @property
    def row_ms(self) -> float:
        return 1000 * self.elapsed_s / self.rows


class Watch:
    """Started when it is made."""

    def __init__(self) -> None:
        self._began, self._cpu = time.perf_counter(), time.process_time()

    def timing(self, rows: int) -> Timing:
        """Until now."""
        return Timing(rows, time.perf_counter() - self._began, time.process_time() - self._cpu)


def load(
    warehouse: Warehouse, calls: Sequence[InspectedCall], *, shard: int = STORED_AT_ONCE
) -> Timing:
    """Store calls as the product does."""
    watch = Watch()
    for first in range(0, len(calls), shard):
        append_calls(warehouse, calls[first : first + shard], [], night_id="n", code_version="0")
    return watch.timing(CALL_ROWS * len(calls))


def by_statement(warehouse: Warehouse, calls: Sequence[InspectedCall], *, own: bool) -> Timing:
    """The same rows by one statement each, with one commit for all or its own for each."""
    work = [each for name, table in tables(calls).items() for each in insertions(name, table)]
    connection = warehouse.connection
    watch = Watch()
    if not own:
        connection.execute("begin")
    for text, rows in work:
        for row in rows:
            connection.execute(text, row)
    if not own:
        connection.execute("commit")
    return watch.timing(sum(len(rows) for _, rows in work))


def by_executemany(warehouse: Warehouse, calls: Sequence[InspectedCall]) -> Timing:
    """The same rows by DuckDB's `executemany`, a table at a time, in one commit."""
    work = [each for name, table in tables(calls).items() for each in insertions(name, table)]
    connection = warehouse.connection
    watch = Watch()
    connection.execute("begin")
    for text, rows in work:
        connection.executemany(text, rows)
    connection.execute("commit")
    return watch.timing(sum(len(rows) for _, rows in work))


def into_plain_file(path: Path, calls: Sequence[InspectedCall], *, shard: int) -> Timing:
    """The same Arrow tables into a DuckDB file, a transaction for each shard."""
    with duckdb.connect(str(path)) as connection:
        watch = Watch()
        for first in range(0, len(calls), shard):
            connection.execute("begin")
            for name, table in tables(calls[first : first + shard]).items():
                connection.register("incoming", table)
                connection.execute(f"create table if not exists {name} as from incoming limit 0")
                connection.execute(f"insert into {name} by name from incoming")
                connection.unregister("incoming")
            connection.execute("commit")
        return watch.timing(CALL_ROWS * len(calls))


def tables(calls: Sequence[InspectedCall]) -> Mapping[str, pa.Table]:
    numbers = count(1)
    ids = [Identified(next(numbers), f"r{n}", f"s{n}", call) for n, call in enumerate(calls)]
    made = tables_of(ids, [], stamp=Stamp("n", "0", datetime.now(UTC)))
    return {name: table for name, table in made.items() if table.num_rows}


def insertions(name: str, table: pa.Table) -> list[tuple[str, list[list[object]]]]:
    columns = ", ".join(table.column_names)
    places = ", ".join("?" for _ in table.column_names)
    rows = [list(row.values()) for row in table.to_pylist()]
    return [(f"insert into {name} ({columns}) values ({places})", rows)]


def grow(warehouse: Warehouse, *, have: int, want: int) -> None:
    """Copy the calls of the lake under other ids until there are `want` of them."""
    copy = count(1)
    while have < want:
        some = min(have, want - have, _COPIED_AT_ONCE)
        text = statement_of_copy(next(copy), some)
        write(warehouse, lambda connection, text=text: connection.execute(text))
        have += some
    maintain(warehouse)


def statement_of_copy(number: int, calls: int) -> str:
    """SQL that copies the first calls of every table."""
    ids = f"'~{number}'"
    chosen = f"select call_id from call_result order by stored_no limit {calls}"
    parts = []
    for table in ("call", "turn", "span", "role_talk", "scorecard", "finding", "evidence"):
        columns = ["call_id || " + ids + " as call_id"]
        if table in ("call", "turn", "span", "role_talk", "scorecard"):
            columns.append(f"result_id || {ids} as result_id")
        if table in ("scorecard", "finding", "evidence"):
            columns.append(f"scoring_id || {ids} as scoring_id")
        if table in ("call", "scorecard"):
            columns.append(f"stored_no + {number * 10_000_000} as stored_no")
        parts.append(
            f"insert into {table}_result by name select * replace ({', '.join(columns)}) "
            f"from {table}_result where call_id in ({chosen})"
        )
    return ";\n".join(parts)


def ask(connection: duckdb.DuckDBPyConnection, question: str) -> float:
    """Median wall seconds of an answer, fetched."""
    taken = []
    for _ in range(_ASKED):
        began = time.perf_counter()
        connection.execute(question).fetchall()
        taken.append(time.perf_counter() - began)
    return median(taken)


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def compare_loading(folder: Path, *, loaded: int, sample: int, shards: Sequence[int]) -> None:
    """Loading through the product, and every other way."""
    calls = make_calls(loaded)
    few = make_calls(sample, first=loaded)
    ways: dict[str, Timing] = {}
    for number, shard in enumerate(shards):
        place = folder / ("data" if number == 0 else f"shards-{shard}")
        with open_warehouse(place, limits=_LIMITS) as warehouse:
            ways[f"shards of {shard} from Arrow"] = load(warehouse, calls, shard=shard)
    best = next(iter(ways.values()))
    plain = into_plain_file(folder / "plain.duckdb", calls, shard=shards[0])
    ways["plain DuckDB file, Arrow"] = plain
    for name, way in (
        ("executemany, one commit", by_executemany),
        ("row by row, one commit", lambda w, c: by_statement(w, c, own=False)),
        ("row by row, own commits", lambda w, c: by_statement(w, c, own=True)),
    ):
        with open_warehouse(folder / name.replace(" ", "-"), limits=_LIMITS) as warehouse:
            ways[name] = way(warehouse, few)
    for name, timing in ways.items():
        tell(
            f"{name:26} {timing.rows:8} rows {timing.elapsed_s:8.2f} s"
            f" ({timing.cpu_s:.2f} CPU) {timing.row_ms:8.3f} ms/row"
            f"  x {timing.row_ms / best.row_ms:.1f}; load {os.getloadavg()[0]:.1f}"
        )


def measure_size(folder: Path, *, have: int, want: int) -> None:
    """One size of lake: the questions there and in a plain file, and 500 calls more."""
    with open_warehouse(folder / "data", limits=_LIMITS) as warehouse:
        grow(warehouse, have=have, want=want)
        lake = {name: ask(warehouse.connection, text) for name, text in QUESTIONS.items()}
        more = load(warehouse, make_calls(500, first=50_000_000 + want))
        plain_file = folder / f"export-{want}.duckdb"
        export(warehouse, plain_file)
    with duckdb.connect(str(plain_file), read_only=True) as connection:
        plain = {name: ask(connection, text) for name, text in QUESTIONS.items()}
    mb = sum(each.stat().st_size for each in (folder / "data").rglob("*") if each.is_file()) / 1e6
    tell(f"{want} calls, {mb:.0f} MB; 500 more: {more.elapsed_s:.2f} s, {more.row_ms:.3f} ms/row")
    for name in QUESTIONS:
        ratio = lake[name] / plain[name]
        tell(f"  {name:16} {lake[name]:8.3f} s, plain file {plain[name]:8.3f} s  x {ratio:.1f}")
    plain_file.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--loaded", type=int, default=10_000, help="calls that the product stores")
    parser.add_argument("--sample", type=int, default=1, help="calls stored row by row")
    parser.add_argument("--shards", type=int, nargs="+", default=SHARDS, help="calls in each")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare_loading(
            Path(folder), loaded=options.loaded, sample=options.sample, shards=options.shards
        )
        have = options.loaded
        for want in sorted(each for each in options.calls if each):
            measure_size(Path(folder), have=have, want=want)
            have = want + 500


if __name__ == "__main__":
    main()

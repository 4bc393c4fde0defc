"""How much faster a shard of calls is stored from Arrow tables than row by row, in one run.

    python -m benchmarks.warehouse_load [--calls 1000] [--shard 50] [--sample 1]

The calls are made up: 20 turns of 12 words, 20 spans, 30 findings with one passage each. Row by row
is measured on few calls, whose rows are the same as in the tables, and told per row:
one statement and one commit per row, and one statement per row with one commit for all.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.call import (
    CallMetadata,
    ModelVersions,
    Recording,
    Role,
    SpeakerSpan,
    TalkMetrics,
    Transcript,
    Turn,
    Word,
)
from pipeline.finding import (
    Evidence,
    Finding,
    InspectedCall,
    Outcome,
    PhrasebookVersion,
    Scorecard,
)
from warehouse.connection import Warehouse, open_warehouse
from warehouse.identified import Identified, Stamp
from warehouse.results import append_calls
from warehouse.rows import tables_of

TURNS, WORDS, FINDINGS = 20, 12, 30
MODELS = ModelVersions("asr@0", "segmentation@0", "embedding@0")
PHRASEBOOK = PhrasebookVersion("made-up", "1", "0" * 64)


@dataclass(frozen=True, slots=True)
class Timing:
    """Wall seconds for a number of rows."""

    rows: int
    elapsed_s: float

    @property
    def row_ms(self) -> float:
        return 1000 * self.elapsed_s / self.rows


def make_call(number: int) -> InspectedCall:
    """A made-up call of 3 s a turn."""
    length = 3.0 * TURNS
    return InspectedCall(
        recording=Recording(f"in/{number}.wav", f"{number:064x}", length, 2, 8000, "pcm_alaw"),
        metadata=CallMetadata(
            call_id=f"2026-11-20-{number:07}",
            agent_id=f"a-{number % 40}",
            started_at=datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=10 * number),
        ),
        models=MODELS,
        phrasebook=PHRASEBOOK,
        transcript=Transcript(
            language="zh",
            turns=tuple(make_turn(number, turn_no) for turn_no in range(TURNS)),
            spans=tuple(
                SpeakerSpan(3.0 * n, 3.0 * n + 2.5, f"channel-{n % 2}", -20.0) for n in range(TURNS)
            ),
            duration_s=length,
        ),
        metrics=TalkMetrics(25.0, 25.0, 10.0, 0.5, 0.0, 240.0),
        findings=tuple(make_finding(n) for n in range(FINDINGS)),
        scorecard=Scorecard(Decimal("98.5"), Decimal("100"), passed=True),
        stage_s=(("decode", 0.2), ("transcribe", 4.0)),
    )


def make_turn(number: int, turn_no: int) -> Turn:
    start = 3.0 * turn_no
    words = tuple(
        Word(
            text=chr(0x4E00 + (number * 31 + turn_no * 7 + k) % 4000),
            start=start + 0.2 * k,
            end=start + 0.2 * (k + 1),
            probability=0.9,
        )
        for k in range(WORDS)
    )
    return Turn(
        turn_no=turn_no,
        speaker=f"channel-{turn_no % 2}",
        role=(Role.AGENT, Role.CUSTOMER)[turn_no % 2],
        role_probability=0.99,
        start=start,
        end=start + 2.5,
        text="".join(word.text for word in words),
        words=words,
    )


def make_finding(number: int) -> Finding:
    return Finding(
        rule_id=f"zh.T{number:02}.improper",
        outcome=(Outcome.CLEAR, Outcome.VIOLATED)[number % 10 == 0],
        probability=0.9,
        points=Decimal("-0.5") if number % 10 == 0 else Decimal(0),
        severity="minor",
        evidence=(Evidence(number % TURNS, 1.0, 2.0, "我不知道", "我不知道", 100.0, 100.0, 1.5),),
        suggestion=None,
        source=f"norms.txt:{number}",
    )


def in_shards(warehouse: Warehouse, calls: Sequence[InspectedCall], shard: int) -> Timing:
    """Store the calls as the product does."""
    start = time.perf_counter()
    for first in range(0, len(calls), shard):
        append_calls(warehouse, calls[first : first + shard], [], night_id="n", code_version="0")
    elapsed_s = time.perf_counter() - start
    return Timing(sum(table.num_rows for table in tables(calls).values()), elapsed_s)


def row_by_row(
    connection: duckdb.DuckDBPyConnection, calls: Sequence[InspectedCall], *, one_commit: bool
) -> Timing:
    """Store the same rows by one statement each."""
    work = [
        (statement, values)
        for name, table in tables(calls).items()
        for statement, values in insertions(name, table)
    ]
    return timed(len(work), lambda: run(connection, work, one_commit=one_commit))


def run(
    connection: duckdb.DuckDBPyConnection,
    work: Sequence[tuple[str, Sequence[object]]],
    *,
    one_commit: bool,
) -> None:
    if one_commit:
        connection.execute("begin")
    for statement, values in work:
        connection.execute(statement, values)
    if one_commit:
        connection.execute("commit")


def tables(calls: Sequence[InspectedCall]) -> Mapping[str, pa.Table]:
    ids = [Identified(n, f"r{n}", f"s{n}", call) for n, call in enumerate(calls)]
    return tables_of(ids, [], stamp=Stamp("n", "0", datetime.now(UTC)))


def insertions(name: str, table: pa.Table) -> list[tuple[str, Sequence[object]]]:
    columns = ", ".join(table.column_names)
    places = ", ".join("?" for _ in table.column_names)
    statement = f"insert into {name} ({columns}) values ({places})"
    return [(statement, list(row.values())) for row in table.to_pylist()]


def timed(rows: int, work: Callable[[], None]) -> Timing:
    start = time.perf_counter()
    work()
    return Timing(rows, time.perf_counter() - start)


def told(how: str, timing: Timing, best: Timing) -> str:
    return (
        f"{how:26} {timing.rows:7} rows {timing.elapsed_s:8.2f} s {timing.row_ms:8.3f} ms/row"
        f"  x {timing.row_ms / best.row_ms:.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--shard", type=int, default=50, help="calls per transaction")
    parser.add_argument("--sample", type=int, default=1, help="calls stored row by row")
    options = parser.parse_args()
    calls = [make_call(number) for number in range(options.calls)]
    sample = [make_call(options.calls + number) for number in range(options.sample)]
    with tempfile.TemporaryDirectory() as folder, open_warehouse(Path(folder)) as warehouse:
        shards = in_shards(warehouse, calls, options.shard)
        together = row_by_row(warehouse.connection, sample, one_commit=True)
        alone = row_by_row(warehouse.connection, sample, one_commit=False)
    lines = [
        f"{options.calls} calls, {shards.rows} rows, {TURNS * WORDS * options.calls} words",
        told(f"shards of {options.shard} from Arrow", shards, shards),
        told("row by row, one commit", together, shards),
        told("row by row, own commits", alone, shards),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

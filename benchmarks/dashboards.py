"""How long each plot of the dashboards takes, from the question to its specification.

    python -m benchmarks.dashboards [--calls 10000 100000] [--times 1] [--data FOLDER]

The calls are those of `benchmarks.made_lake`: dialogues that the phrasebook judged, with all
findings. The engine is the console's: one thread, 96 MB. Of each plot the median of five is told,
after one that is not counted; the first one of a process also loads Altair. A lake under --data
is kept and used again; the queue is made without whole calls. People have reviewed a twentieth of
the calls, given verdicts, decided appeals and met in two sessions a month (`made_decisions`).

Plots read facts alone. With --times N the facts of every lake are there N times, on other days, as
N times as many calls would have made them; so a million calls need no lake of a million.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.made_decisions import add_promises_and_night, decide
from benchmarks.made_lake import add_calls, make_templates, template_tables
from benchmarks.made_queue import fill
from console.dashboards.page import DAYS, TOPICS
from console.dashboards.shown import Reading, Sources, step_of
from console.state import LAKE_LIMITS
from warehouse.connection import EngineLimits, Warehouse, open_warehouse
from warehouse.decisions.store import open_decisions
from warehouse.facts import refresh_facts
from warehouse.maintenance import maintain
from warehouse.questions.calls import known_days
from warehouse.questions.scope import Scope
from warehouse.writing import write

TEMPLATES, BATCH, ASKED = 200, 20_000, 5
CALLS_A_DAY = 2880  # of benchmarks.made_lake: one in thirty seconds
LIMIT_MS = 500
_MAKER = EngineLimits(memory_mb=3000, threads=2)


@dataclass(frozen=True, slots=True)
class Timed:
    """A plot over one period."""

    name: str
    month_ms: float
    all_ms: float


def make(data: Path, calls: int, *, times: int) -> float:
    """Make lake, queue and facts where they are missing; seconds that the facts took, 0 if kept."""
    if (data / "warehouse").exists():
        return 0.0
    templates = make_templates(TEMPLATES, folder=data / "recordings")
    tables = template_tables(templates)
    with open_warehouse(data, limits=_MAKER) as warehouse:
        for first in range(0, calls, BATCH):
            count = min(BATCH, calls - first)
            add_calls(warehouse, tables, templates=TEMPLATES, first=first, count=count)
        began = time.perf_counter()
        refresh_facts(warehouse)
        taken = time.perf_counter() - began
        for number in range(1, times):
            copy_facts(warehouse, number, days=-(-calls // CALLS_A_DAY))
        add_promises_and_night(warehouse)
        maintain(warehouse)
    fill(data, templates, calls=calls * times, lasts=calls * times, whole=False)
    tell(", ".join(f"{count} {name}" for name, count in decide(data).items()))
    return taken


def copy_facts(warehouse: Warehouse, number: int, *, days: int) -> None:
    """The facts of the first days once more, so many stretches later."""

    def work(connection: duckdb.DuckDBPyConnection) -> None:
        for table in ("call_fact", "rule_tally", "team_tally"):
            own = ", call_id || '~' || $number as call_id" if table == "call_fact" else ""
            connection.execute(
                f"insert into {table} by name"
                f" select * replace (day + ($number * $days)::integer as day{own})"
                f" from {table} where day < date '2026-01-01' + $days::integer",
                {"number": number, "days": days},
            )

    write(warehouse, work)


def measure(data: Path) -> list[Timed]:
    """Every plot, over the last month and over everything."""
    decisions = open_decisions(data)
    found = []
    with open_warehouse(data, read_only=True, limits=LAKE_LIMITS) as lake:
        known = known_days(lake)
        if known.first_day is None or known.last_day is None:
            return []
        month = Scope(known.last_day - timedelta(days=DAYS - 1), known.last_day)
        whole = Scope(known.first_day, known.last_day)
        sources = Sources(lake, decisions)
        for topic in TOPICS.values():
            for show in topic.plots:
                taken = []
                for scope in (month, whole):
                    reading = Reading("zh", scope, step_of(scope), {}, datetime.now(UTC))
                    times = []
                    for _ in range(ASKED + 1):
                        began = time.perf_counter()
                        plot = show(reading, sources)
                        times.append(1000 * (time.perf_counter() - began))
                    taken.append(median(times[1:]))
                found.append(Timed(f"{topic.name}/{plot.name}", *taken))
    decisions.dispose()
    return found


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--times", type=int, default=1, help="facts of so many times the calls")
    parser.add_argument("--data", type=Path, help="keep the made data there")
    options = parser.parse_args()
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        for calls in options.calls:
            data = (options.data or Path(folder)) / f"{calls}x{options.times}"
            taken = make(data, calls, times=options.times)
            tell(f"facts of {calls * options.times} calls")
            if taken:
                tell(f"those of {calls} made in {taken:.1f} s")
            tell(f"{'plot':36} {'month ms':>9} {'all ms':>9}")
            for each in measure(data):
                late = max(each.month_ms, each.all_ms) > LIMIT_MS
                slow += late
                mark = f"  above {LIMIT_MS}" if late else ""
                tell(f"{each.name:36} {each.month_ms:9.0f} {each.all_ms:9.0f}{mark}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())

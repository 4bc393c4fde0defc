"""How long reports take: a month of made-up calls of 200 agents.

    python -m benchmarks.reports [--calls 86400] [--data FOLDER]

People have reviewed a twentieth of the calls, with verdicts and appeals (`made_decisions`). Prints
seconds of each report as one JSON document; a folder that has calls already is used as it is. The
promise is 60 s for the month's PDF.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import made_queue
from benchmarks.made_decisions import add_promises_and_night, decide
from benchmarks.made_lake import BOOKS, add_calls, make_templates, template_tables
from pipeline.phrasebook import load_books
from reports.kinds import Form, Kind
from reports.making import make
from reports.order import Order, Source
from reports.period import day_of, month_of
from reports.writing import write_report
from warehouse.connection import open_warehouse
from warehouse.decisions.store import open_decisions
from warehouse.facts import refresh_facts

_TEMPLATES = 200
_PORTION = 10_000
_MONTH, _DAY = month_of("2026-01"), day_of("2026-01-15")
_ORDERS = (
    Order(Kind.MONTHLY, _MONTH, "zh"),
    Order(Kind.AGENT, _MONTH, "zh"),
    Order(Kind.AGENT, _MONTH, "zh", agent_id="A7", released_only=True),  # what an agent downloads
    Order(Kind.DAILY, _DAY, "zh"),
    Order(Kind.COMPLAINTS, _DAY, "zh", Form.XLSX),
)


def main() -> None:
    """Make the calls if need be, then each report once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=86_400, help="one every 30 s: 30 days")
    parser.add_argument("--data", type=Path)
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder:
        data = chosen.data or Path(folder)
        if not (data / "decisions.sqlite").exists():
            _fill(data, chosen.calls)
        print(json.dumps(_measure(data), indent=1))  # noqa: T201


def _fill(data: Path, calls: int) -> None:
    templates = make_templates(_TEMPLATES, folder=data / "in")
    tables = template_tables(templates)
    with open_warehouse(data) as warehouse:
        for first in range(0, calls, _PORTION):
            count = min(_PORTION, calls - first)
            add_calls(warehouse, tables, templates=len(templates), first=first, count=count)
        refresh_facts(warehouse)
        add_promises_and_night(warehouse)
    made_queue.fill(data, templates, calls=calls, lasts=calls, whole=False)
    decide(data)


def _measure(data: Path) -> dict[str, object]:
    engine = open_decisions(data)
    found: dict[str, object] = {}
    with open_warehouse(data, read_only=True) as warehouse:
        source = Source(warehouse, engine, load_books(BOOKS))
        for order in _ORDERS:
            begin, cpu = time.perf_counter(), time.process_time()
            report = make(order, source)
            read = time.perf_counter()
            content = write_report(report, order)
            end = time.perf_counter()
            whose = f" {order.agent_id}" if order.agent_id else ""
            found[f"{order.kind}{whose} {order.period.name} {order.form}"] = {
                "seconds": round(end - begin, 1),
                "reading_s": round(read - begin, 1),
                "writing_s": round(end - read, 1),
                "processor_s": round(time.process_time() - cpu, 1),
                "kilobytes": len(content) // 1024,
            }
    engine.dispose()
    return found


if __name__ == "__main__":
    main()

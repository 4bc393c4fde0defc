"""A data folder for the console of any size: lake, queue and accounts."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

from benchmarks.made_lake import add_calls, make_templates, template_tables
from benchmarks.made_queue import fill
from pipeline.errors import UsageError
from pipeline.finding import InspectedCall
from warehouse.connection import open_warehouse
from warehouse.decisions.accounts import create_account
from warehouse.decisions.documents import pack, unpack
from warehouse.decisions.store import open_decisions

PASSWORD: Final = "a long enough password"
TEMPLATES, BATCH = 200, 50_000
_LIGHT = ("call_result", "scorecard_result", "role_talk_result")


def prepare(data: Path, *, calls: int, whole: int) -> tuple[InspectedCall, ...]:
    """Make what is not there yet: lake, queue, accounts."""
    templates = _templates(data)
    if not (data / "warehouse").exists():
        tables = template_tables(templates)
        light = {name: table for name, table in tables.items() if name in _LIGHT}
        with open_warehouse(data) as warehouse:
            for first in range(0, calls, BATCH):
                chosen = tables if first < whole else light
                count = min(BATCH, calls - first)
                add_calls(warehouse, chosen, templates=TEMPLATES, first=first, count=count)
    if not (data / "decisions.sqlite").exists():
        fill(data, templates, calls=calls, lasts=calls)
    return templates


def _templates(data: Path) -> tuple[InspectedCall, ...]:
    kept = data / "templates"
    if not kept.exists():
        made = make_templates(TEMPLATES, folder=data / "recordings")
        kept.mkdir(parents=True)
        for number, call in enumerate(made):
            (kept / f"{number:04d}").write_bytes(pack(call))
    return tuple(unpack(path.read_bytes()) for path in sorted(kept.iterdir()))


def make_accounts(data: Path, users: int) -> None:
    """An inspector per person."""
    engine = open_decisions(data)
    for number in range(users):
        login = f"load{number}"
        with contextlib.suppress(UsageError):  # of an earlier run
            create_account(engine, login=login, name=login, role="inspector", password=PASSWORD)
    engine.dispose()

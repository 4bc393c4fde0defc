"""Deductions that findings propose; only a person's confirmation posts one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from pipeline.errors import WarehouseError
from pipeline.incident import Incident, key_of, month_after
from pipeline.ledger import Item
from pipeline.review import Verdict
from pipeline.settings_ledger import LedgerSettings
from warehouse.lake import Warehouse
from warehouse.statements import statement

Verdicts = Mapping[tuple[str, int], Verdict]  # by judgement and place in it


@dataclass(frozen=True, slots=True)
class LedgerFlag:
    """A flag that may cost points, with the place and words of its first evidence."""

    call_id: str
    agent_id: str
    day: date  # of the call's own clock
    scoring_id: str
    finding_no: int
    rule_id: str
    probability: float
    start: float | None
    quote: str | None  # personal data


def incidents_of_calls(
    warehouse: Warehouse,
    month: str,
    settings: LedgerSettings,
    *,
    verdicts: Verdicts | None = None,
) -> tuple[Incident, ...]:
    """What the month's calls propose: at most one incident for each call and item, the surest.

    A flag that people called false or doubtful proposes nothing.

    Args:
        month: "2026-11", by the calls' own clocks.
        verdicts: of people, by judgement and place in it.
    Raises: WarehouseError if the warehouse cannot be read.
    """
    return incidents_of_flags(flags_of_month(warehouse, month, settings), settings, verdicts or {})


def flags_of_month(
    warehouse: Warehouse, month: str, settings: LedgerSettings
) -> tuple[LedgerFlag, ...]:
    """The flags of the ledger's rules in the calls of a month that count.

    Raises: WarehouseError if the warehouse cannot be read.
    """
    values = {
        "rule_ids": sorted(items_of(settings)),
        "first": _first_day(month),
        "last": _first_day(month_after(month)) - timedelta(days=1),
        "complaint_needed": settings.complaint_needed,
    }
    try:
        rows = warehouse.connection.execute(statement("queries/ledger_flags"), values).fetchall()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error
    return tuple(LedgerFlag(*row) for row in rows)


def incidents_of_flags(
    flags: Iterable[LedgerFlag], settings: LedgerSettings, verdicts: Verdicts
) -> tuple[Incident, ...]:
    """As `incidents_of_calls`, of flags that are at hand; by day and call."""
    item_of = items_of(settings)
    found: dict[str, Incident] = {}
    for flag in sorted(flags, key=lambda f: (f.day, f.call_id, -f.probability, f.finding_no)):
        said = verdicts.get((flag.scoring_id, flag.finding_no))
        if said in (Verdict.FALSE, Verdict.DOUBTFUL):
            continue
        item = item_of[flag.rule_id]
        key = key_of("call", flag.call_id, item)
        cause = {
            "rule_id": flag.rule_id,
            "start": flag.start,
            "quote": flag.quote,
            "probability": flag.probability,
            "confirmed": said is not None,
        }
        incident = Incident(key, flag.agent_id, item, flag.day, call_id=flag.call_id, cause=cause)
        found.setdefault(key, incident)
    return tuple(found.values())


def items_of(settings: LedgerSettings) -> dict[str, Item]:
    """The rules that cost points, and what they cost them for."""
    items = {rule: Item.ATTITUDE for rule in settings.attitude_rules}
    return items | {rule: Item.SLOW for rule in settings.slow_rules}


def _first_day(month: str) -> date:
    return date(int(month[:4]), int(month[5:]), 1)

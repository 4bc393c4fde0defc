"""Deductions that findings propose; only a person's confirmation posts one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import duckdb

from pipeline.errors import WarehouseError
from pipeline.incident import Incident, key_of, month_after
from pipeline.ledger import Item
from pipeline.review import Verdict
from pipeline.settings_ledger import LedgerSettings
from warehouse.lake import Warehouse
from warehouse.statements import statement


def incidents_of_calls(
    warehouse: Warehouse,
    month: str,
    settings: LedgerSettings,
    *,
    verdicts: Mapping[tuple[str, int], Verdict] | None = None,
) -> tuple[Incident, ...]:
    """What the month's calls propose: at most one incident for each call and item, the surest.

    A flag that people called false or doubtful proposes nothing.

    Args:
        month: "2026-11", by the calls' own clocks.
        verdicts: of people, by judgement and place in it.
    Raises: WarehouseError if the warehouse cannot be read.
    """
    item_of = {rule: Item.ATTITUDE for rule in settings.attitude_rules}
    item_of |= {rule: Item.SLOW for rule in settings.slow_rules}
    values = {
        "rule_ids": sorted(item_of),
        "first": _first_day(month),
        "last": _first_day(month_after(month)) - timedelta(days=1),
        "complaint_needed": settings.complaint_needed,
    }
    try:
        rows = warehouse.connection.execute(statement("queries/ledger_flags"), values).fetchall()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error
    said = verdicts or {}
    found: dict[str, Incident] = {}
    for call_id, agent_id, day, scoring_id, number, rule_id, probability, start, quote in rows:
        if said.get((scoring_id, number)) in (Verdict.FALSE, Verdict.DOUBTFUL):
            continue
        item = item_of[rule_id]
        key = key_of("call", call_id, item)
        cause = {
            "rule_id": rule_id,
            "start": start,
            "quote": quote,
            "probability": probability,
            "confirmed": (scoring_id, number) in said,
        }
        found.setdefault(key, Incident(key, agent_id, item, day, call_id=call_id, cause=cause))
    return tuple(found.values())


def _first_day(month: str) -> date:
    return date(int(month[:4]), int(month[5:]), 1)

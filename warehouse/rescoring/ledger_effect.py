"""What another phrasebook would change in the monthly ledger: what is proposed, nothing posted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from sqlalchemy import Engine

from pipeline.errors import WarehouseError
from pipeline.incident import Incident
from pipeline.ledger import LedgerRules, Posting, Statement, state_month
from pipeline.settings_ledger import LedgerSettings
from warehouse.connection import open_warehouse
from warehouse.decisions.closed_months import closed_months
from warehouse.decisions.ledger import pending
from warehouse.decisions.ledger_reading import entries_of, standing
from warehouse.lake import Warehouse
from warehouse.ledger_proposals import (
    LedgerFlag,
    Verdicts,
    flags_of_month,
    incidents_of_flags,
    items_of,
)
from warehouse.rescoring.changes import FindingChange, Found
from warehouse.statements import statement

_NOT_STORED = -1  # the place of a finding that no judgement has


@dataclass(frozen=True, slots=True)
class LedgerEffect:
    """An agent's month: the proposals that come and go.

    `before` and `after` are the month with what stands, were all proposals confirmed.
    """

    agent_id: str
    month: str
    added: tuple[Incident, ...]
    removed: tuple[Incident, ...]
    before: Statement
    after: Statement


@dataclass(frozen=True, slots=True)
class _CallFacts:
    call_id: str
    agent_id: str
    day: date
    complaint: bool


def ledger_effects(
    data_dir: Path,
    engine: Engine,
    findings: Iterable[FindingChange],
    settings: LedgerSettings,
    *,
    verdicts: Verdicts,
) -> tuple[LedgerEffect, ...]:
    """What the changed findings of a preview would change in months that are open, by agent.

    What was posted or dismissed stays as it is: only a person changes that.

    Raises: WarehouseError if the warehouse cannot be read.
    """
    item_of = items_of(settings)
    moved = [
        c for c in findings if c.rule_id in item_of and _flagged(c.before) != _flagged(c.after)
    ]
    if not moved:
        return ()
    found: list[LedgerEffect] = []
    with open_warehouse(data_dir, read_only=True) as warehouse:
        facts = _facts(warehouse, sorted({change.call_id for change in moved}))
        months = {f"{f.day:%Y-%m}" for f in facts.values()} - closed_months(engine)
        for month in sorted(months):
            stored = flags_of_month(warehouse, month, settings)
            then = _changed(stored, moved, facts, month=month, settings=settings)
            before, after = (
                pending(engine, month, incidents_of_flags(flags, settings, verdicts))
                for flags in (stored, then)
            )
            found += _effects(engine, month, before, after, rules=settings.rules)
    return tuple(found)


def _flagged(found: Found | None) -> bool:
    return found is not None and found.flagged


def _facts(warehouse: Warehouse, call_ids: Sequence[str]) -> dict[str, _CallFacts]:
    values = {"call_ids": list(call_ids)}
    try:
        rows = warehouse.connection.execute(statement("queries/ledger_calls"), values).fetchall()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error
    return {row[0]: _CallFacts(*row) for row in rows}


def _changed(
    stored: Iterable[LedgerFlag],
    moved: Iterable[FindingChange],
    facts: dict[str, _CallFacts],
    *,
    month: str,
    settings: LedgerSettings,
) -> list[LedgerFlag]:
    """The month's flags as they would be."""
    gone = {(c.call_id, c.rule_id) for c in moved if not _flagged(c.after)}
    flags = [flag for flag in stored if (flag.call_id, flag.rule_id) not in gone]
    for change in moved:
        call, after = facts.get(change.call_id), change.after
        if call is None or after is None or not after.flagged or f"{call.day:%Y-%m}" != month:
            continue
        if call.complaint or not settings.complaint_needed:
            flags.append(
                LedgerFlag(
                    call.call_id,
                    call.agent_id,
                    call.day,
                    "",
                    _NOT_STORED,
                    change.rule_id,
                    after.probability,
                    after.start,
                    after.quote,
                )
            )
    return flags


def _effects(
    engine: Engine,
    month: str,
    before: Sequence[Incident],
    after: Sequence[Incident],
    *,
    rules: LedgerRules,
) -> list[LedgerEffect]:
    keys_before, keys_after = {i.key for i in before}, {i.key for i in after}
    moved = {
        i.agent_id for i in (*before, *after) if (i.key in keys_before) != (i.key in keys_after)
    }
    posted = standing(entries_of(engine, month))
    found = []
    for agent in sorted(moved):
        own = [Posting(e.item, e.quantity, e.points) for e in posted if e.agent_id == agent]
        found.append(
            LedgerEffect(
                agent,
                month,
                tuple(i for i in after if i.agent_id == agent and i.key not in keys_before),
                tuple(i for i in before if i.agent_id == agent and i.key not in keys_after),
                _state(own, before, agent, rules),
                _state(own, after, agent, rules),
            )
        )
    return found


def _state(
    own: Sequence[Posting], waiting: Iterable[Incident], agent: str, rules: LedgerRules
) -> Statement:
    proposed = [Posting(i.item, i.quantity, i.points) for i in waiting if i.agent_id == agent]
    return state_month((*own, *proposed), rules=rules)

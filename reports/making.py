"""A report from its order: what is read for which kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final, TypeVar

from reports.blocks import Report
from reports.fonts import find_letters
from reports.framing import frame
from reports.inspected import Inspected
from reports.kinds import RECORDS, Kind
from reports.order import Order, Source, nothing
from reports.people_part import agents_table
from reports.plots import Pen
from reports.quality import quality_blocks, rules_table
from reports.reading import Fault, GoodMoment, Reading, Totals, read_period
from reports.record_making import make_record, make_summary
from reports.sheet import LISTED_MOST, Sheets, faults_table, sheet_blocks
from warehouse.decisions.ledger_reading import statements
from warehouse.questions.decided import appeals_by_month
from warehouse.questions.promised import promises_by
from warehouse.questions.scope import Scope

_EVIDENCE_MOST: Final = 15
_GOOD_MOST: Final = 2
_FATES: Final = ("made", "upheld", "rejected")
_Told = TypeVar("_Told", Fault, GoodMoment)


def make(order: Order, source: Source) -> Report:
    """The report, before it is set.

    Raises: TingjianError if there are no calls, too many records for paper, or no font;
        WarehouseError if the lake cannot be read.
    """
    if order.kind in RECORDS:
        return make_record(order, source)
    if order.kind is Kind.SUMMARY:
        return make_summary(order, source)
    if order.kind is Kind.AGENT:
        return _sheets(order, source)
    with _read(order, source, agent_id=order.agent_id) as reading:
        inspected = _inspect(order, source, reading)
    tables = (agents_table(inspected), rules_table(inspected))
    return frame(order, quality_blocks(inspected), tables)


def _read(order: Order, source: Source, *, agent_id: str | None) -> AbstractContextManager[Reading]:
    return read_period(
        source.warehouse,
        source.decisions,
        order.period,
        books=source.books.values(),
        agent_id=agent_id,
        released_only=order.released_only,
    )


def _inspect(order: Order, source: Source, reading: Reading) -> Inspected:
    """The figures with all that stands beside them. Raises: TingjianError without calls."""
    letters = find_letters(order.fonts)
    figures = reading.figures()
    if figures.now is None:
        raise nothing(order, source)
    scope = Scope(order.period.first, order.period.last, agent_id=order.agent_id)
    promises = promises_by(source.warehouse, scope, "all")
    return Inspected(
        figures=figures,
        titles=source.titles,
        confirmed=reading.faults(("confirmed",), most=_EVIDENCE_MOST),
        promises=promises[0] if promises else None,
        appeals=_appeals(source, scope),
        pen=Pen(order.language, letters.family, letters.folder),
    )


def _sheets(order: Order, source: Source) -> Report:
    """One agent's sheet, or those of all; the figures of all stand beside them, but not in what an
    agent gets.
    """
    alone = order.agent_id if order.released_only else None
    with _read(order, source, agent_id=alone) as reading:
        inspected = _inspect(order, source, reading)
        unlooked: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for agent_id, rule, status, count in reading.ask("report_agent_rules"):
            if status == "open":
                unlooked[agent_id].append((rule, count))
        faults = _by_agent(reading.faults(("confirmed",), most=LISTED_MOST, per_agent=True))
        good = _by_agent(reading.good_moments(most=_GOOD_MOST))
    agents = _chosen(order, inspected.figures.parts["agent"])
    if not agents:
        raise nothing(order, source)
    scope = Scope(order.period.first, order.period.last)
    monthly = order.period.span == "month"
    sheets = Sheets(
        inspected=inspected,
        agents=agents,
        faults=faults,
        good=good,
        unlooked=unlooked,
        promises={p.key: p for p in promises_by(source.warehouse, scope, "agent") if p.key},
        appeals={a: _appeals(source, Scope(scope.since, scope.until, agent_id=a))
                 for a in (str(agent.key) for agent in agents)},
        ledger=statements(source.decisions, order.period.name, source.ledger) if monthly else None,
        ledger_start=source.ledger.start,
        compared=not order.released_only,
    )  # fmt: skip
    return frame(order, sheet_blocks(sheets), (faults_table(sheets),))


def _chosen(order: Order, agents: Sequence[Totals]) -> tuple[Totals, ...]:
    """Whose sheets are wanted; calls of nobody have none."""
    named = (agent for agent in agents if agent.key is not None)
    return tuple(a for a in named if order.agent_id is None or a.key == order.agent_id)


def _appeals(source: Source, scope: Scope) -> Mapping[str, int]:
    months = appeals_by_month(source.decisions, scope)
    return {name: sum(getattr(month, name) for month in months) for name in _FATES}


def _by_agent(found: Iterable[_Told]) -> dict[str, list[_Told]]:
    by_agent: defaultdict[str, list[_Told]] = defaultdict(list)
    for one in found:
        if one.agent_id is not None:
            by_agent[one.agent_id].append(one)
    return dict(by_agent)

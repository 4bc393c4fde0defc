"""The figures of a period, read from the lake and from what people decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import duckdb
import pyarrow as pa
from sqlalchemy import Engine

from pipeline.errors import WarehouseError
from pipeline.review import find_by_person
from pipeline.rules import Phrasebook
from reports.period import Period
from warehouse.decisions.said import read_said
from warehouse.lake import Warehouse
from warehouse.statements import statement

_PARTS: Final = {15: "all", 7: "day", 11: "agent", 13: "team", 14: "purpose"}  # of grouping_id
_KNOWN: Final = pa.schema(
    [("rule_id", pa.string()), ("points", pa.decimal128(12, 4)), ("severity", pa.string()),
     ("outcome", pa.string()), ("suggestion", pa.string()), ("source", pa.string())]
)  # fmt: skip
_TREND_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Totals:
    """Calls added up. Scores of all judged calls are the machine's; those of the reviewed ones
    count what people said.
    """

    key: str | date | None  # what they share; None: all, or not known
    name: str | None  # of the agent; personal data
    team: str | None  # of the agent
    calls: int
    failed: int
    audio_s: float
    agents: int
    judged: int
    passed: int
    points: float
    points_squared: float
    reviewed: int
    points_reviewed: float
    points_reviewed_squared: float


@dataclass(frozen=True, slots=True)
class RuleTotals:
    """One rule: how often it was judged and broken, before too, and what people said of it."""

    rule_id: str
    judged: int
    flagged: int
    judged_before: int
    flagged_before: int
    confirmed: int  # with what people found themselves
    added: int
    wrong: int
    doubtful: int
    open: int


@dataclass(frozen=True, slots=True)
class AgentFaults:
    """Of one agent: faults that a person confirmed, and what nobody looked at yet."""

    agent_id: str | None
    confirmed: int
    open: int
    wrong: int
    doubtful: int
    calls_confirmed: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding against an agent with its first passage."""

    call_id: str
    day: date
    local_at: datetime | None  # the call's begin by its own clock
    agent_id: str | None
    agent_name: str | None
    team: str | None
    purpose: str | None
    rule_id: str
    status: str  # confirmed, open, false, doubtful, swapped
    found_by: str  # machine or person
    points: Decimal
    severity: str
    probability: float
    suggestion: str | None
    source: str | None
    start_s: float | None
    quote: str | None


@dataclass(frozen=True, slots=True)
class GoodMoment:
    """Something that an agent did well."""

    agent_id: str | None
    call_id: str
    local_at: datetime | None
    rule_id: str
    points: Decimal
    start_s: float
    quote: str


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a period."""

    period: Period
    now: Totals | None  # None without calls
    before: Totals | None
    parts: Mapping[str, tuple[Totals, ...]]  # agent, team, purpose; day: also before
    rules: tuple[RuleTotals, ...]
    faults_by_agent: Mapping[str | None, AgentFaults]
    failed: tuple[tuple[str, int], ...]  # reasons
    phrasebooks: tuple[tuple[str, int], ...]  # version and hash, with how many calls they judged
    unplaced: int  # calls whose day is that of their storing
    known_until: datetime | None


class Reading:
    """The calls of a period, held in the engine for as long as the `with` block lasts."""

    def __init__(self, warehouse: Warehouse, period: Period) -> None:
        self._warehouse, self.period = warehouse, period

    def ask(self, name: str, values: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a question. Raises: WarehouseError if the lake cannot be read."""
        try:
            return self._run(name, values).fetchall()
        except duckdb.Error as error:
            folder = self._warehouse.folder
            raise WarehouseError("warehouse.read_failed", path=folder, cause=error) from error

    def _run(self, name: str, values: Mapping[str, object] | None) -> duckdb.DuckDBPyConnection:
        return self._warehouse.connection.execute(statement(f"queries/{name}"), values)

    def figures(self) -> Figures:
        """Everything but the single faults."""
        totals = self.ask("report_totals")
        facts = self.ask("report_facts")
        parts: dict[str, list[Totals]] = {name: [] for name in _PARTS.values()}
        before = None
        for era, part, *row in totals:
            found = _totals(_PARTS[part], row)
            if era == "now" or part == 7:
                parts[_PARTS[part]].append(found)
            elif era == "before" and part == 15:
                before = found
        agents = (AgentFaults(*row) for row in self.ask("report_agents"))
        ((until,),) = self.ask("known_until")
        return Figures(
            period=self.period,
            now=next(iter(parts.pop("all")), None),
            before=before,
            parts={name: tuple(found) for name, found in parts.items()},
            rules=tuple(RuleTotals(*row) for row in self.ask("report_rules")),
            faults_by_agent={faults.agent_id: faults for faults in agents},
            failed=_named(facts, "failed"),
            phrasebooks=_named(facts, "phrasebook"),
            unplaced=sum(row[2] for row in facts if row[0] == "unplaced"),
            known_until=until,
        )

    def faults(
        self, statuses: Sequence[str], *, most: int, per_agent: bool = False
    ) -> tuple[Fault, ...]:
        """Single faults, the gravest first; at most so many, or so many of each agent."""
        values = {"statuses": list(statuses), "most": most, "per_agent": per_agent}
        return tuple(Fault(*row) for row in self.ask("report_faults", values))

    def good_moments(self, *, most: int) -> tuple[GoodMoment, ...]:
        """What each agent did well, so many of each."""
        return tuple(GoodMoment(*row) for row in self.ask("report_good", {"most": most}))


@contextmanager
def read_period(
    warehouse: Warehouse,
    decisions: Engine,
    period: Period,
    *,
    books: Iterable[Phrasebook],
    agent_id: str | None = None,
    released_only: bool = False,
) -> Iterator[Reading]:
    """Hold the calls of a period, with those before that it is compared with.

    Args:
        agent_id: only this agent's calls.
        released_only: only calls whose review was submitted.
    Raises: WarehouseError if the lake cannot be read.
    """
    said = read_said(decisions)
    tables = {
        "verdict": said.verdict,
        "added": said.added,
        "seen": said.seen,
        "twisted": said.twisted,
        "known": _known(books),
    }
    before = period.before
    since = min(before.first, period.last - timedelta(days=_TREND_DAYS - 1))
    values = {
        "first": period.first, "last": period.last, "before": before.first, "since": since,
        "agent_id": agent_id, "released_only": released_only,
    }  # fmt: skip
    connection = warehouse.connection
    reading = Reading(warehouse, period)
    connection.execute("begin")
    try:
        for name, table in tables.items():
            connection.register(name, table)
        reading.ask("report_calls", values)
        reading.ask("report_flags")
        yield reading
    finally:
        connection.execute("rollback")
        for name in tables:
            connection.unregister(name)


def _known(books: Iterable[Phrasebook]) -> pa.Table:
    """What a finding of each rule would be that a person makes."""
    found = [find_by_person(rule) for book in books for rule in book.rules]
    rows = [
        (f.rule_id, f.points.quantize(Decimal("0.0001")), f.severity, f.outcome.value,
         f.suggestion, f.source)
        for f in found
    ]  # fmt: skip
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(_KNOWN)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, _KNOWN.types, strict=True)]
    return pa.table(arrays, schema=_KNOWN)


def _totals(part: str, row: Sequence[Any]) -> Totals:
    day, agent_id, team, purpose, name, own_team, *numbers = row
    keys = {"day": day, "agent": agent_id, "team": team, "purpose": purpose, "all": None}
    return Totals(keys[part], name, own_team, *numbers)


def _named(facts: Iterable[Sequence[Any]], about: str) -> tuple[tuple[str, int], ...]:
    return tuple((str(name), int(number)) for kind, name, number in facts if kind == about)

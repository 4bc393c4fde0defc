"""Calls, scores, flags and credits; the last night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from warehouse.lake import Warehouse
from warehouse.questions.scope import Group, Scope, ask


@dataclass(frozen=True, slots=True)
class CallGroup:
    """The calls of one group."""

    key: str | None  # first day of a week or month, team, agent's id, …; None: not known
    name: str | None  # of the agent, where grouped by agent; personal data
    calls: int
    done: int
    passed: int
    points_mean: float | None  # of the scored calls; None without any
    points_deviation: float  # standard deviation between calls; 0 of one call
    flags: int
    calls_flagged: int
    credits: int

    @property
    def failed(self) -> int:
        """Calls that could not be inspected."""
        return self.calls - self.done


@dataclass(frozen=True, slots=True)
class FailedReason:
    """Why calls could not be inspected."""

    reason_code: str  # a message's key
    calls: int


@dataclass(frozen=True, slots=True)
class LastNight:
    """The last run, by the results of it that count now."""

    night_id: str
    started_at: datetime
    finished_at: datetime
    calls: int
    done: int
    failed: int
    audio_s: float
    points_mean: float | None
    flags: int
    first_day: date | None  # of its calls
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to ask for."""

    first_day: date | None  # None without calls
    last_day: date | None
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Which calls of a scope to list; what is None or empty does not restrict."""

    state: str | None = None  # done or failed
    purpose: str | None = None
    hour: int | None = None
    without: str | None = None  # team, agent, purpose or hour: those of which it is not known
    rules: tuple[str, ...] = ()  # a row for each of their findings
    outcomes: tuple[str, ...] = ()  # of these findings
    promises: bool = False  # a row for each promise
    promise: str | None = None  # what became of it


@dataclass(frozen=True, slots=True)
class ListedCall:
    """One row of a list of calls."""

    call_id: str
    day: date
    hour: int | None
    agent_id: str | None
    agent_name: str | None  # personal data
    team: str | None
    purpose: str | None
    state: str
    points: Decimal | None
    flags: int
    rule_id: str | None
    outcome: str | None
    promise: str | None
    reason: str | None  # why it could not be inspected, as it was told


def list_calls(
    warehouse: Warehouse, scope: Scope, wanted: Listing, *, limit: int, offset: int = 0
) -> tuple[int, tuple[ListedCall, ...]]:
    """How many rows there are, and some of them; those that went worst come first."""
    values = {
        **scope.values(),
        **{name: getattr(wanted, name) for name in ("state", "purpose", "hour", "without")},
        **{name: getattr(wanted, name) for name in ("promises", "promise")},
        "rules": list(wanted.rules),
        "outcomes": list(wanted.outcomes),
        "limit": limit,
        "offset": offset,
    }
    rows = ask(warehouse, "calls_listed", values)
    return (rows[0][-1] if rows else 0), tuple(ListedCall(*row[:-1]) for row in rows)


def calls_by(warehouse: Warehouse, scope: Scope, by: Group = "all") -> tuple[CallGroup, ...]:
    """Calls, scores, flags and credits of each group, by its key; empty without calls."""
    rows = ask(warehouse, "calls_by", {**scope.values(), "by": by})
    return tuple(CallGroup(*row) for row in rows)


def failed_reasons(warehouse: Warehouse, scope: Scope) -> tuple[FailedReason, ...]:
    """Why calls could not be inspected, the most frequent first."""
    return tuple(FailedReason(*row) for row in ask(warehouse, "failed_reasons", scope.values()))


def last_night(warehouse: Warehouse) -> LastNight | None:
    """The last run; None before the first."""
    rows = ask(warehouse, "last_night", {})
    return LastNight(*rows[0]) if rows else None


def known_days(warehouse: Warehouse) -> Known:
    """The days and teams of all calls."""
    ((first, last, teams),) = ask(warehouse, "known_days", {})
    return Known(first, last, tuple(sorted(team for team in teams or () if team)))

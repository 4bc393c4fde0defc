"""What people decided: appeals, backlog and speed of the review, verdicts on flags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    FromClause,
    Select,
    String,
    Subquery,
    and_,
    case,
    func,
    select,
    type_coerce,
)

from pipeline.appeal import GRANTED, WAITING
from pipeline.local_time import day_begins
from pipeline.review import Verdict
from warehouse.decisions.last_verdicts import last_verdicts
from warehouse.decisions.queue_filter import AGES_DAYS
from warehouse.decisions.tables import account, appeal, review
from warehouse.questions.scope import Scope

_ORDER = (Verdict.CONFIRMED, Verdict.FALSE, Verdict.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class AppealMonth:
    """The appeals that were made in one month."""

    month: date  # its first day
    made: int
    upheld: int  # the finding was taken back
    rejected: int  # or lapsed
    waiting: int

    @property
    def upheld_share(self) -> float | None:
        """Of the decided ones; None while none is."""
        decided = self.upheld + self.rejected
        return self.upheld / decided if decided else None


@dataclass(frozen=True, slots=True)
class ReviewDay:
    """What was reviewed on one day."""

    day: date
    submitted: int
    wait_median_h: float | None  # from the call's begin to the release, hours


@dataclass(frozen=True, slots=True)
class Backlog:
    """Calls of the queue that wait, by the age of the call."""

    at_most_days: int | None  # None: older than all others, or without a known start
    calls: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Reviewer:
    """What one person reviewed in the period."""

    account_id: str
    name: str
    submitted: int
    confirmed: int
    false: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class VerdictMonth:
    """What people said of the machine's findings in one month."""

    month: date
    confirmed: int
    false: int
    doubtful: int
    calls: int  # in which they are

    @property
    def confirmed_share(self) -> float | None:
        """Of those that were told true or false; None without any."""
        clear = self.confirmed + self.false
        return self.confirmed / clear if clear else None


def appeals_by_month(engine: Engine, scope: Scope) -> tuple[AppealMonth, ...]:
    """Appeals by the month in which they were made, oldest first."""
    query = (
        select(appeal.c.opened_at, appeal.c.state)
        .outerjoin(review, review.c.call_id == appeal.c.call_id)
        .where(*_when(appeal.c.opened_at, scope), *_whose(review, scope, agent=appeal.c.agent_id))
    )
    counts: dict[date, Counter[str]] = {}
    with engine.connect() as connection:
        for opened_at, state in connection.execute(query):
            counts.setdefault(_month(opened_at, scope), Counter())[_fate(state)] += 1
    return tuple(
        AppealMonth(month, c.total(), c["upheld"], c["rejected"], c["waiting"])
        for month, c in sorted(counts.items())
    )


def _fate(state: str) -> str:
    if state in GRANTED:
        return "upheld"
    return "waiting" if state in WAITING else "rejected"


def reviews_by_day(engine: Engine, scope: Scope) -> tuple[ReviewDay, ...]:
    """Submitted reviews by the day on which they were released, oldest first."""
    query = select(
        type_coerce(review.c.submitted_at, String), type_coerce(review.c.started_at, String)
    ).where(
        review.c.state == "submitted",
        *_when(review.c.submitted_at, scope),
        *_whose(review, scope),
    )
    waits: dict[date, list[float]] = {}
    counts: Counter[date] = Counter()
    with engine.connect() as connection:
        for submitted, started in connection.execute(query).all():
            submitted_at = _moment(submitted)
            day = submitted_at.astimezone(scope.zone).date()
            counts[day] += 1
            if started is not None:
                wait_s = (submitted_at - _moment(started)).total_seconds()
                waits.setdefault(day, []).append(wait_s / 3600)
    return tuple(
        ReviewDay(day, n, _median(waits.get(day, ()))) for day, n in sorted(counts.items())
    )


def _moment(stored: Any) -> datetime:
    """A stored moment: as text from SQLite, which is read in a third of the time of its type."""
    if isinstance(stored, str):
        return datetime.fromisoformat(f"{stored}+00:00")
    moment: datetime = stored.replace(tzinfo=UTC)
    return moment


def backlog(engine: Engine, scope: Scope, *, now: datetime) -> tuple[Backlog, ...]:
    """Open calls that are worth a look, by age; one row for each age, also of none.

    `queue_filter.waits_since` says which calls are of one age. Only team and agent of the scope
    restrict: what waits, waits whatever the period.
    """
    waits = and_(review.c.state == "open", review.c.worth > 0, *_whose(review, scope))
    ends = [(now - timedelta(days=days), days) for days in AGES_DAYS]
    age = case(*((review.c.started_at > end, days) for end, days in ends), else_=None)
    flagged = func.sum(case((review.c.flags > 0, 1), else_=0))
    query = select(age.label("age"), func.count(), flagged).where(waits).group_by("age")
    with engine.connect() as connection:
        found = {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}
    return tuple(Backlog(days, *found.get(days, (0, 0))) for days in (*AGES_DAYS, None))


def reviewers(engine: Engine, scope: Scope) -> tuple[Reviewer, ...]:
    """Who submitted how many calls, by name, and what they said of findings."""
    query = (
        select(review.c.submitted_by, account.c.name, func.count())
        .join(account, account.c.account_id == review.c.submitted_by)
        .where(
            review.c.state == "submitted",
            *_when(review.c.submitted_at, scope),
            *_whose(review, scope),
        )
        .group_by(review.c.submitted_by, account.c.name)
        .order_by(account.c.name, review.c.submitted_by)
    )
    told = _told(scope)
    grouped = select(told.c.account_id, told.c.verdict, func.count()).group_by(
        told.c.account_id, told.c.verdict
    )
    said: dict[str, Counter[str]] = {}
    with engine.connect() as connection:
        for by, verdict, count in connection.execute(grouped):
            said.setdefault(by, Counter())[verdict] += count
        return tuple(
            Reviewer(
                who,
                name,
                int(calls),
                *(said.get(who, Counter())[v.value] for v in _ORDER),
            )
            for who, name, calls in connection.execute(query)
        )


def verdicts_by_month(engine: Engine, scope: Scope) -> tuple[VerdictMonth, ...]:
    """Standing verdicts on the machine's findings by the month in which they were given."""
    told = _told(scope)
    with engine.connect() as connection:
        first, last = scope.ends()
        if first is None or last is None:
            first, last = connection.execute(select(func.min(told.c.at), func.max(told.c.at))).one()
        if first is None:
            return ()
        months = _months(first, last, scope)
        bucket = case(
            *((told.c.at < day_begins(_after(m), scope.zone), n) for n, m in enumerate(months)),
        ).label("month")
        counts = [func.sum(case((told.c.verdict == v.value, 1), else_=0)) for v in _ORDER]
        calls = func.count(func.distinct(told.c.call_id))
        query: Select[Any] = select(bucket, *counts, calls).group_by("month")
        rows = [tuple(map(int, row)) for row in connection.execute(query)]
    return tuple(VerdictMonth(months[n], *numbers) for n, *numbers in sorted(rows))


def _told(scope: Scope) -> Subquery:
    """The standing verdicts of the scope."""
    found = last_verdicts().subquery()
    wanted = select(found).where(*_when(found.c.at, scope), *_whose(found, scope))
    return wanted.subquery("told")


def _months(first: datetime, last: datetime, scope: Scope) -> list[date]:
    """The first days of all months between two moments."""
    found = [_month(first, scope)]
    while found[-1] < _month(last, scope):
        found.append(_after(found[-1]))
    return found


def _after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _when(moment: ColumnElement[Any], scope: Scope) -> list[ColumnElement[bool]]:
    since, until = scope.ends()
    found = []
    if since:
        found.append(moment >= since)
    if until:
        found.append(moment < until)
    return found


def _whose(
    of: FromClause, scope: Scope, *, agent: ColumnElement[Any] | None = None
) -> list[ColumnElement[bool]]:
    """Which agent's and team's, by columns of a table; `agent` if another one names the agent."""
    found = []
    if scope.agent_id is not None:
        found.append((of.c.agent_id if agent is None else agent) == scope.agent_id)
    if scope.team is not None:
        found.append(of.c.team == scope.team)
    return found


def _month(moment: datetime, scope: Scope) -> date:
    return moment.astimezone(scope.zone).date().replace(day=1)


def _median(values: Iterable[float]) -> float | None:
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2

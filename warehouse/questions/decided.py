"""What people decided: appeals, backlog and speed of the review, verdicts on flags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, case, func, select

from pipeline.appeal import GRANTED, WAITING
from pipeline.review import Verdict
from warehouse.decisions.tables import account, appeal, decision, review
from warehouse.questions.scope import Scope

_ORDER = (Verdict.CONFIRMED, Verdict.FALSE, Verdict.DOUBTFUL)
_AGES_DAYS = (1, 3, 7, 30)  # upper ends of the backlog's ages; older is the last


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
    """What was reviewed on one day, UTC."""

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
        .where(*_when(appeal.c.opened_at, scope), *_whose(appeal.c.agent_id, scope))
    )
    counts: dict[date, Counter[str]] = {}
    with engine.connect() as connection:
        for opened_at, state in connection.execute(query):
            counts.setdefault(_month(opened_at), Counter())[_fate(state)] += 1
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
    query = select(review.c.submitted_at, review.c.started_at).where(
        review.c.state == "submitted",
        *_when(review.c.submitted_at, scope),
        *_whose(review.c.agent_id, scope),
    )
    waits: dict[date, list[float]] = {}
    counts: Counter[date] = Counter()
    with engine.connect() as connection:
        for submitted_at, started_at in connection.execute(query):
            day = submitted_at.date()
            counts[day] += 1
            if started_at is not None:
                waits.setdefault(day, []).append((submitted_at - started_at).total_seconds() / 3600)
    return tuple(
        ReviewDay(day, n, _median(waits.get(day, ()))) for day, n in sorted(counts.items())
    )


def backlog(engine: Engine, scope: Scope, *, now: datetime) -> tuple[Backlog, ...]:
    """Open calls that are worth a look, by age; one row for each age, also of none.

    Only team and agent of the scope restrict: what waits, waits whatever the period.
    """
    waits = and_(review.c.state == "open", review.c.worth > 0, *_whose(review.c.agent_id, scope))
    ends = [(now - timedelta(days=days), days) for days in _AGES_DAYS]
    age = case(*((review.c.started_at > end, days) for end, days in ends), else_=None)
    flagged = func.sum(case((review.c.flags > 0, 1), else_=0))
    query = select(age.label("age"), func.count(), flagged).where(waits).group_by("age")
    with engine.connect() as connection:
        found = {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}
    return tuple(Backlog(days, *found.get(days, (0, 0))) for days in (*_AGES_DAYS, None))


def reviewers(engine: Engine, scope: Scope) -> tuple[Reviewer, ...]:
    """Who submitted how many calls, by name, and what they said of findings."""
    query = (
        select(review.c.submitted_by, account.c.name, func.count())
        .join(account, account.c.account_id == review.c.submitted_by)
        .where(
            review.c.state == "submitted",
            *_when(review.c.submitted_at, scope),
            *_whose(review.c.agent_id, scope),
        )
        .group_by(review.c.submitted_by, account.c.name)
        .order_by(account.c.name, review.c.submitted_by)
    )
    said: dict[str, Counter[str]] = {}
    for _, by, verdict in _verdicts(engine, scope):
        said.setdefault(by, Counter())[verdict] += 1
    with engine.connect() as connection:
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
    counts: dict[date, Counter[str]] = {}
    for at, _, verdict in _verdicts(engine, scope):
        counts.setdefault(_month(at), Counter())[verdict] += 1
    return tuple(
        VerdictMonth(month, *(c[v.value] for v in _ORDER)) for month, c in sorted(counts.items())
    )


def _verdicts(engine: Engine, scope: Scope) -> Iterable[tuple[datetime, str, str]]:
    """Moment, person and verdict; the last one on each finding of a judgement that stands."""
    query = (
        select(decision)
        .join(
            review,
            and_(
                review.c.call_id == decision.c.call_id,
                review.c.scoring_id == decision.c.scoring_id,
            ),
        )
        .where(decision.c.kind.in_(("verdict", "undo")), *_whose(review.c.agent_id, scope))
        .order_by(decision.c.decision_no)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    undone = {row.undoes for row in rows if row.undoes is not None}
    last = {
        (row.call_id, row.finding_no): (row.at, row.account_id, str(row.value["verdict"]))
        for row in rows
        if row.kind == "verdict" and row.decision_no not in undone
    }
    since, until = _ends(scope)
    return [
        found
        for found in last.values()
        if (since is None or found[0] >= since) and (until is None or found[0] < until)
    ]


def _ends(scope: Scope) -> tuple[datetime | None, datetime | None]:
    """The scope's days as moments, UTC: the first, and the one after the last."""
    first, last = scope.since, scope.until
    since = datetime.combine(first, time(), tzinfo=UTC) if first else None
    until = datetime.combine(last, time(), tzinfo=UTC) + timedelta(days=1) if last else None
    return since, until


def _when(moment: ColumnElement[Any], scope: Scope) -> list[ColumnElement[bool]]:
    since, until = _ends(scope)
    found = []
    if since:
        found.append(moment >= since)
    if until:
        found.append(moment < until)
    return found


def _whose(agent_id: ColumnElement[Any], scope: Scope) -> list[ColumnElement[bool]]:
    found = []
    if scope.agent_id is not None:
        found.append(agent_id == scope.agent_id)
    if scope.team is not None:
        found.append(review.c.team == scope.team)
    return found


def _month(moment: datetime) -> date:
    return moment.date().replace(day=1)


def _median(values: Iterable[float]) -> float | None:
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2

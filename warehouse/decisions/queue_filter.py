"""Which calls of the review queue a filter means, and the order in which they are worth a look.

With a million calls the order is what costs. The index `review_queue` begins with state and worth
and has every column that is filtered by: most filters walk along it until they have enough. Where
another index leads to few calls those are sorted, and the conditions are written so that no
database begins with the queue's own order: it cannot know that it would read all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    func,
    or_,
    select,
    union,
    union_all,
)

from warehouse.decisions.calibration import blind_calls
from warehouse.decisions.last_verdicts import last_verdicts
from warehouse.decisions.tables import review, review_flag

AGES_DAYS: Final = (1, 3, 7, 30)  # upper ends of the backlog's ages; older is the last
_STATES: Final = ("open", "submitted")
_FEW_DAYS: Final = timedelta(days=3)
_FEW_FLAGS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """An age of the backlog: calls that began longer ago than `after`, at most `until`."""

    after: datetime | None  # None: also those of which it is not known when they began
    until: datetime | None


def waits_since(at_most_days: int | None, now: datetime) -> Waiting:
    """The age of the backlog whose upper end is so many days; None: older than all others."""
    ages = list(AGES_DAYS)
    if at_most_days is None:
        return Waiting(None, now - timedelta(days=ages[-1]))
    place = ages.index(at_most_days)
    until = now - timedelta(days=ages[place - 1]) if place else None
    return Waiting(now - timedelta(days=at_most_days), until)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which calls of the queue; empty fields do not restrict."""

    state: str = "open"  # open, submitted, any, or mine: assigned to or claimed by the reader
    agent_id: str = ""
    team: str = ""
    purpose: str = ""
    rule_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    points_from: Decimal | None = None
    points_below: Decimal | None = None
    assigned_to: str = ""  # an account's id, or "none" for calls that nobody was given
    unflagged: bool = False  # also calls that nobody needs to look at
    waits: Waiting | None = None
    released_since: datetime | None = None
    released_until: datetime | None = None
    released_by: str = ""  # an account's id
    judged_since: datetime | None = None  # a standing verdict on a finding was given then
    judged_until: datetime | None = None

    @property
    def short(self) -> bool:
        """Whether it asks for a few days."""
        if self.since is None or self.until is None:
            return False
        return self.until - self.since <= _FEW_DAYS


def choose_calls(
    connection: Connection,
    wanted: QueueFilter,
    *,
    reader: str,
    most: int,
    further: Sequence[ColumnElement[bool]] = (),
) -> Select[str]:
    """The names of the first calls of a filter, the best first.

    The queue's index, and that of days, begin with the state: of calls in any state the best of
    each are put together, so that there may be twice as many as `most`.

    Args:
        further: what they must fulfil besides, over the table `review`.
    """
    few = _concerns_few(connection, wanted)
    worth, name = best_first(review)
    each = wanted.state == "any" and (wanted.short or not few)
    order = (func.coalesce(review.c.worth, 0).desc(), name) if few else (worth, name)
    parts = [
        select(review.c.call_id, review.c.worth)
        .where(*queue_conditions(replace(wanted, state=state), reader, few=few), *further)
        .order_by(*order)
        .limit(most)
        .subquery()
        for state in (_STATES if each else (wanted.state,))
    ]
    found = union_all(*(select(part) for part in parts)).subquery()
    return select(found.c.call_id).order_by(*best_first(found))


def best_first(calls: FromClause) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The order of the queue."""
    return (calls.c.worth.desc(), calls.c.call_id.desc())


def is_own_or_nobodys(holder: ColumnElement[str], reader: str) -> ColumnElement[bool]:
    """Said so that no database looks for all calls that are nobody's."""
    return func.coalesce(holder, "").in_(("", reader))


def queue_conditions(
    wanted: QueueFilter, reader: str, *, few: bool = False
) -> list[ColumnElement[bool]]:
    """What a call of the queue must fulfil, over the table `review`.

    Args:
        few: another index than the queue's own leads to few calls.
    """
    found: list[ColumnElement[bool]] = []
    state: ColumnElement[str] = review.c.state
    if few and not wanted.short:  # the index of days begins with the state
        state = func.coalesce(state, "")
    if wanted.state == "mine":
        own = union(  # each half by its own index; with `or` the whole queue would be read
            select(review.c.call_id).where(review.c.assigned_to == reader),
            select(review.c.call_id).where(review.c.claimed_by == reader),
        )
        found.append(and_(state == "open", review.c.call_id.in_(own)))
    elif wanted.state != "any":
        found.append(state == wanted.state)
    found.append(review.c.call_id.not_in(blind_calls(reader)))
    if not wanted.unflagged:
        found.append((func.coalesce(review.c.worth, 0) if few else review.c.worth) > 0)
    for name in ("agent_id", "team", "purpose"):
        if value := getattr(wanted, name):
            found.append(review.c[name] == value)
    if wanted.rule_id:
        found.append(_has_flag(wanted.rule_id, few=few))
    if wanted.since:
        found.append(review.c.started_at >= wanted.since)
    if wanted.until:
        found.append(review.c.started_at < wanted.until)
    found += _waits(wanted) + _released(wanted)
    points = func.coalesce(review.c.points_reviewed, review.c.points)  # as the list shows them
    if wanted.points_below is not None:
        found.append(points < wanted.points_below)
    if wanted.points_from is not None:
        found.append(points >= wanted.points_from)
    if wanted.assigned_to == "none":
        found.append(is_own_or_nobodys(review.c.assigned_to, ""))
    elif wanted.assigned_to:
        found.append(review.c.assigned_to == wanted.assigned_to)
    return found


def _waits(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    waits, started = wanted.waits, review.c.started_at
    if waits is None:
        return []
    if waits.after is None:
        return [or_(started.is_(None), started <= waits.until)]
    found = [started > waits.after]
    return [*found, started <= waits.until] if waits.until else found


def _released(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """By when a call was released and by whom, and when verdicts on it were given."""
    found: list[ColumnElement[bool]] = []
    if wanted.released_since:
        found.append(review.c.submitted_at >= wanted.released_since)
    if wanted.released_until:
        found.append(review.c.submitted_at < wanted.released_until)
    if wanted.released_by:
        found.append(review.c.submitted_by == wanted.released_by)
    if wanted.judged_since and wanted.judged_until:
        told = last_verdicts().subquery()
        within = (told.c.at >= wanted.judged_since, told.c.at < wanted.judged_until)
        found.append(review.c.call_id.in_(select(told.c.call_id).where(*within)))
    return found


def _has_flag(rule_id: str, *, few: bool) -> ColumnElement[bool]:
    flags = select(review_flag.c.call_id).where(review_flag.c.rule_id == rule_id)
    if few:
        return review.c.call_id.in_(flags)
    return flags.where(review_flag.c.call_id == review.c.call_id).exists()


def _concerns_few(connection: Connection, wanted: QueueFilter) -> bool:
    """Whether another index than the queue's own leads to few calls."""
    person = wanted.state == "mine" or wanted.assigned_to not in ("", "none")
    if person or wanted.short:
        return True
    if not wanted.rule_id:
        return False
    flags = select(review_flag.c.call_id).where(review_flag.c.rule_id == wanted.rule_id)
    query = select(func.count()).select_from(flags.limit(_FEW_FLAGS + 1).subquery())
    return int(connection.execute(query).scalar_one()) <= _FEW_FLAGS

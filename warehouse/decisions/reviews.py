"""The review queue: which calls are worth a look, who looks at which, what is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    Select,
    and_,
    func,
    or_,
    select,
    union,
    update,
)

from pipeline.errors import WarehouseError
from pipeline.worth import Flag
from warehouse.decisions import audit
from warehouse.decisions.calibration import blind_calls
from warehouse.decisions.last_verdicts import last_verdicts
from warehouse.decisions.store import writing
from warehouse.decisions.tables import account, review, review_flag

AGES_DAYS: Final = (1, 3, 7, 30)  # upper ends of the backlog's ages; older is the last
CLAIM_LASTS: Final = timedelta(minutes=30)  # renewed by every action on the call


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


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One call in the queue."""

    call_id: str
    scoring_id: str
    started_at: datetime | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    purpose: str | None
    language: str
    duration_s: float
    points: Decimal  # as the machine judged
    points_reviewed: Decimal | None
    flags: tuple[Flag, ...]
    worth: float
    sampled: bool
    state: str
    assigned_to: str | None  # account ids
    claimed_by: str | None
    claimed_by_name: str | None
    assigned_to_name: str | None
    claimed_until: datetime | None
    submitted_by: str | None
    submitted_at: datetime | None  # then it was released to its agent

    def held_by_other(self, account_id: str, *, now: datetime) -> bool:
        """Whether somebody else has the call in hand."""
        return (
            self.claimed_by not in (None, account_id)
            and self.claimed_until is not None
            and self.claimed_until > now
        )


def count_queue(engine: Engine, wanted: QueueFilter, *, reader: str) -> int:
    """How many calls `list_queue` would list without its limit."""
    with engine.connect() as connection:
        query = select(func.count()).select_from(review).where(*queue_conditions(wanted, reader))
        return int(connection.execute(query).scalar_one())


def list_queue(
    engine: Engine, wanted: QueueFilter, *, reader: str, limit: int = 50, offset: int = 0
) -> tuple[QueueItem, ...]:
    """The calls worth a look, the best first."""
    order = (review.c.worth.desc(), review.c.call_id)
    query = _items().where(*queue_conditions(wanted, reader)).order_by(*order)
    with engine.connect() as connection:
        rows = connection.execute(query.limit(limit).offset(offset)).mappings().all()
        return _with_flags(connection, rows)


def find_item(engine: Engine, call_id: str) -> QueueItem:
    """One call of the queue. Raises: WarehouseError if it is not there."""
    with engine.connect() as connection:
        rows = connection.execute(_items().where(review.c.call_id == call_id)).mappings().all()
        if not rows:
            raise WarehouseError("console.no_such_call", call_id=call_id)
        return _with_flags(connection, rows)[0]


def released_calls(
    engine: Engine, agent_id: str, *, limit: int = 50, offset: int = 0
) -> tuple[QueueItem, ...]:
    """The calls of one agent that were released, the newest first."""
    order = (review.c.submitted_at.desc(), review.c.call_id)
    query = _items().where(*_released_to(agent_id)).order_by(*order)
    with engine.connect() as connection:
        rows = connection.execute(query.limit(limit).offset(offset)).mappings().all()
        return _with_flags(connection, rows)


def count_released(engine: Engine, agent_id: str) -> int:
    """How many calls `released_calls` would list without its limit."""
    query = select(func.count()).select_from(review).where(*_released_to(agent_id))
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def _released_to(agent_id: str) -> tuple[ColumnElement[bool], ...]:
    return (review.c.agent_id == agent_id, review.c.state == "submitted")


def next_item(engine: Engine, wanted: QueueFilter, *, reader: str) -> str | None:
    """The first call of the queue that nobody else has in hand."""
    now = datetime.now(UTC)
    query = (
        select(review.c.call_id)
        .where(*queue_conditions(wanted, reader), _is_free(reader, now))
        .where(or_(review.c.assigned_to.is_(None), review.c.assigned_to == reader))
        .order_by(review.c.worth.desc(), review.c.call_id)
        .limit(1)
    )
    with engine.connect() as connection:
        return connection.execute(query).scalar()


def first_free(engine: Engine, wanted: QueueFilter, *, reader: str, limit: int) -> tuple[str, ...]:
    """The best calls of a queue that nobody was given or has in hand, for a batch."""
    query = (
        select(review.c.call_id)
        .where(*queue_conditions(wanted, reader), review.c.state == "open")
        .where(review.c.assigned_to.is_(None), _is_free("", datetime.now(UTC)))
        .order_by(review.c.worth.desc(), review.c.call_id)
        .limit(limit)
    )
    with engine.connect() as connection:
        return tuple(connection.execute(query).scalars())


def claim(engine: Engine, call_id: str, *, by: str, now: datetime | None = None) -> bool:
    """Take a call in hand, or keep it; False if somebody else has it."""
    now = now or datetime.now(UTC)
    with writing(engine).begin() as connection:
        taken = connection.execute(
            update(review)
            .where(review.c.call_id == call_id, _is_free(by, now))
            .values(claimed_by=by, claimed_until=now + CLAIM_LASTS)
        ).rowcount
    return bool(taken)


def assign(engine: Engine, call_ids: Sequence[str], *, to: str | None, by: str) -> int:
    """Give calls to one person, or take them back with `to` None; how many it concerned."""
    with writing(engine).begin() as connection:
        done = connection.execute(
            update(review)
            .where(review.c.call_id.in_(call_ids), review.c.state == "open")
            .values(assigned_to=to, claimed_by=None, claimed_until=None)
        ).rowcount
        audit.record(
            connection,
            "review.assign",
            subject="queue",
            account_id=by,
            details={"calls": sorted(call_ids), "to": to},
        )
    return done


def _is_free(reader: str, now: datetime) -> ColumnElement[bool]:
    return or_(
        review.c.claimed_by.is_(None),
        review.c.claimed_by == reader,
        review.c.claimed_until < now,
    )


def queue_conditions(wanted: QueueFilter, reader: str) -> list[ColumnElement[bool]]:
    """What a call of the queue must fulfil, over the table `review`."""
    found: list[ColumnElement[bool]] = []
    if wanted.state == "mine":
        own = union(  # each half by its own index; with `or` the whole queue would be read
            select(review.c.call_id).where(review.c.assigned_to == reader),
            select(review.c.call_id).where(review.c.claimed_by == reader),
        )
        found.append(and_(review.c.state == "open", review.c.call_id.in_(own)))
    elif wanted.state != "any":
        found.append(review.c.state == wanted.state)
    found.append(review.c.call_id.not_in(blind_calls(reader)))
    if not wanted.unflagged:
        found.append(review.c.worth > 0)
    for name in ("agent_id", "team", "purpose"):
        if value := getattr(wanted, name):
            found.append(review.c[name] == value)
    if wanted.rule_id:
        of_rule = select(review_flag.c.call_id).where(review_flag.c.rule_id == wanted.rule_id)
        found.append(review.c.call_id.in_(of_rule))
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
        found.append(review.c.assigned_to.is_(None))
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


def _items() -> Select[Any]:
    holder, given = account.alias("holder"), account.alias("given")
    names = (holder.c.name.label("claimed_by_name"), given.c.name.label("assigned_to_name"))
    return (
        select(review, *names)
        .outerjoin(holder, holder.c.account_id == review.c.claimed_by)
        .outerjoin(given, given.c.account_id == review.c.assigned_to)
    )


def _with_flags(connection: Connection, rows: Sequence[RowMapping]) -> tuple[QueueItem, ...]:
    ids = [row["call_id"] for row in rows]
    flags: dict[str, list[Flag]] = {call_id: [] for call_id in ids}
    query = select(review_flag).where(review_flag.c.call_id.in_(ids))
    for row in connection.execute(query.order_by(review_flag.c.finding_no)).mappings():
        values = {k: row[k] for k in ("finding_no", "rule_id", "probability", "severity")}
        flags[row["call_id"]].append(Flag(**values, start_s=row["start_s"]))
    own = ("flags", "stored_no")
    return tuple(
        QueueItem(
            **{k: v for k, v in row.items() if k not in own},
            flags=tuple(flags[row["call_id"]]),
        )
        for row in rows
    )

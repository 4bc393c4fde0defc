"""The review queue: which calls are worth a look, who looks at which, what is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    Select,
    bindparam,
    func,
    or_,
    select,
    update,
)

from pipeline.errors import WarehouseError
from pipeline.worth import Flag
from warehouse.decisions import audit
from warehouse.decisions.queue_filter import (
    QueueFilter,
    best_first,
    choose_calls,
    is_own_or_nobodys,
    queue_conditions,
)
from warehouse.decisions.store import writing
from warehouse.decisions.tables import account, review, review_flag

CLAIM_LASTS: Final = timedelta(minutes=30)  # renewed by every action on the call


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


def count_queue(
    engine: Engine, wanted: QueueFilter, *, reader: str, most: int | None = None
) -> int:
    """How many calls `list_queue` would list without its limit; nobody counts beyond `most`."""
    with engine.connect() as connection:
        if most is None:
            found = select(review.c.call_id).where(*queue_conditions(wanted, reader))
        else:
            found = choose_calls(connection, wanted, reader=reader, most=most).limit(most)
        query = select(func.count()).select_from(found.subquery())
        return int(connection.execute(query).scalar_one())


def list_queue(
    engine: Engine, wanted: QueueFilter, *, reader: str, limit: int = 50, offset: int = 0
) -> tuple[QueueItem, ...]:
    """The calls worth a look, the best first."""
    return list_calls(engine, rank_queue(engine, wanted, reader=reader, limit=limit, offset=offset))


def rank_queue(
    engine: Engine, wanted: QueueFilter, *, reader: str, limit: int, offset: int = 0
) -> tuple[str, ...]:
    """The names of the calls that `list_queue` lists."""
    with engine.connect() as connection:
        chosen = choose_calls(connection, wanted, reader=reader, most=limit + offset)
        return tuple(connection.execute(chosen.limit(limit).offset(offset)).scalars())


def list_calls(engine: Engine, call_ids: Sequence[str]) -> tuple[QueueItem, ...]:
    """Some calls of the queue, the best first."""
    with engine.connect() as connection:
        rows = connection.execute(_ITEMS, {"wanted": list(call_ids)}).mappings().all()
        return _with_flags(connection, rows)


def find_item(engine: Engine, call_id: str) -> QueueItem:
    """One call of the queue. Raises: WarehouseError if it is not there."""
    with engine.connect() as connection:
        rows = connection.execute(_ITEM, {"wanted": call_id}).mappings().all()
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
    """The first call of the queue that nobody else has in hand; never one that is done."""
    if wanted.state == "any":
        wanted = replace(wanted, state="open")
    own = is_own_or_nobodys(review.c.assigned_to, reader)
    free = (own, _is_free(reader, datetime.now(UTC)))
    with engine.connect() as connection:
        query = choose_calls(connection, wanted, reader=reader, most=1, further=free)
        return connection.execute(query).scalar()


def first_free(engine: Engine, wanted: QueueFilter, *, reader: str, limit: int) -> tuple[str, ...]:
    """The best calls of a queue that nobody was given or has in hand, for a batch."""
    nobodys = is_own_or_nobodys(review.c.assigned_to, "")
    free = (review.c.state == "open", nobodys, _is_free("", datetime.now(UTC)))
    with engine.connect() as connection:
        query = choose_calls(connection, wanted, reader=reader, most=limit, further=free)
        return tuple(connection.execute(query.limit(limit)).scalars())


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
    return or_(is_own_or_nobodys(review.c.claimed_by, reader), review.c.claimed_until < now)


def _items() -> Select[Any]:
    holder, given = account.alias("holder"), account.alias("given")
    names = (holder.c.name.label("claimed_by_name"), given.c.name.label("assigned_to_name"))
    return (
        select(review, *names)
        .outerjoin(holder, holder.c.account_id == review.c.claimed_by)
        .outerjoin(given, given.c.account_id == review.c.assigned_to)
    )


def _with_flags(connection: Connection, rows: Sequence[RowMapping]) -> tuple[QueueItem, ...]:
    flags: dict[str, list[Flag]] = {row["call_id"]: [] for row in rows}
    for row in connection.execute(_FLAGS, {"wanted": list(flags)}):
        flags[row.call_id].append(
            Flag(row.finding_no, row.rule_id, row.probability, row.severity, row.start_s)
        )
    return tuple(
        QueueItem(**{k: row[k] for k in _KEPT}, flags=tuple(flags[row["call_id"]])) for row in rows
    )


# made once: they are asked at nearly every request
_KEPT: Final = tuple(f.name for f in fields(QueueItem) if f.name != "flags")
_ITEMS: Final = (
    _items()
    .where(review.c.call_id.in_(bindparam("wanted", expanding=True)))
    .order_by(*best_first(review))
)
_ITEM: Final = _items().where(review.c.call_id == bindparam("wanted"))
_FLAGS: Final = (
    select(review_flag)
    .where(review_flag.c.call_id.in_(bindparam("wanted", expanding=True)))
    .order_by(review_flag.c.finding_no)
)

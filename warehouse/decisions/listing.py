"""Long lists of what people did, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Engine, Select, func, select

from warehouse.decisions.queue_filter import QueueFilter, best_first, queue_conditions
from warehouse.decisions.tables import account, audit, decision, review

Row = tuple[object, ...]
_BATCH: Final = 1000


def stream_queue(engine: Engine, wanted: QueueFilter, *, reader: str) -> Iterator[Row]:
    """The queue as `list_queue` orders it; people by their login."""
    holder, owner = account.alias("holder"), account.alias("owner")
    query = (
        select(
            review.c.call_id, review.c.started_at, review.c.agent_id, review.c.agent_name,
            review.c.team, review.c.purpose, review.c.language, review.c.duration_s,
            review.c.points, review.c.points_reviewed, review.c.flags, review.c.worth,
            review.c.sampled, review.c.state, owner.c.login, holder.c.login,
            review.c.submitted_at,
        )
        .outerjoin(owner, owner.c.account_id == review.c.assigned_to)
        .outerjoin(holder, holder.c.account_id == review.c.claimed_by)
        .where(*queue_conditions(wanted, reader))
        .order_by(*best_first(review))
    )  # fmt: skip
    return _stream(engine, query)


def stream_decisions(engine: Engine) -> Iterator[Row]:
    """Every decision, also those that were taken back, oldest first."""
    query = (
        select(
            decision.c.decision_no, decision.c.at, account.c.login, decision.c.call_id,
            decision.c.kind, decision.c.finding_no, decision.c.value, decision.c.undoes,
        )
        .outerjoin(account, account.c.account_id == decision.c.account_id)
        .order_by(decision.c.decision_no)
    )  # fmt: skip
    return _stream(engine, query)


def stream_accounts(engine: Engine) -> Iterator[Row]:
    """Every account, also closed ones, by login."""
    query = select(
        account.c.account_id, account.c.login, account.c.name, account.c.role,
        account.c.agent_id, account.c.language, account.c.active, account.c.created_at,
    ).order_by(account.c.login)  # fmt: skip
    return _stream(engine, query)


def stream_audit(engine: Engine) -> Iterator[Row]:
    """The audit log, oldest first."""
    query = (
        select(
            audit.c.entry_no, audit.c.at, func.coalesce(account.c.login, audit.c.account_id),
            audit.c.action, audit.c.subject, audit.c.details, audit.c.sha256,
        )
        .outerjoin(account, account.c.account_id == audit.c.account_id)
        .order_by(audit.c.entry_no)
    )  # fmt: skip
    return _stream(engine, query)


def _stream(engine: Engine, query: Select[Any]) -> Iterator[Row]:
    """One version of the database from the first row to the last."""
    with engine.connect() as connection:
        found = connection.execution_options(stream_results=True).execute(query)
        for row in found.yield_per(_BATCH):
            yield tuple(row)

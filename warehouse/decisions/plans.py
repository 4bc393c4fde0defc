"""Sampling plans: drawn once, kept with everything that makes them reproducible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, get_args

from sqlalchemy import Connection, Engine, case, func, insert, select

from pipeline.errors import UsageError
from pipeline.sampling import Candidate, Pick, Quota, Reason, draw_sample
from warehouse.decisions import audit
from warehouse.decisions.sampling_tables import sampling_pick, sampling_plan
from warehouse.decisions.store import writing
from warehouse.decisions.tables import review

StratifiedBy = Literal["purpose", "language", "none"]
_PER_AGENT_MOST: Final = 1000
_SEED_MOST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a plan."""

    month: str  # YYYY-MM, UTC
    quota: Quota
    stratified_by: StratifiedBy = "purpose"


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that was drawn."""

    plan_no: int
    order: Order
    candidates: int
    picks: int
    done: int  # of the picks, submitted
    account_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A pick and how far it is."""

    pick: Pick
    started_at: datetime | None
    agent_name: str | None
    state: str  # open or submitted


def preview_plan(engine: Engine, order: Order) -> tuple[int, tuple[Pick, ...]]:
    """How many calls there are to pick from, and what would be picked; nothing is stored.

    Raises: UsageError if the order makes no sense.
    """
    _check(order)
    with engine.connect() as connection:
        candidates = _candidates(connection, order)
    return len(candidates), draw_sample(candidates, order.quota)


def make_plan(engine: Engine, order: Order, *, by: str | None) -> int:
    """Draw a plan and keep it, with an entry in the audit log that names all that decided it.

    Args:
        by: account id; None for the command line.
    Returns: its number.
    Raises: UsageError if the order makes no sense, or the month has no judged call.
    """
    _check(order)
    with writing(engine).begin() as connection:
        candidates = _candidates(connection, order)
        if not candidates:
            raise UsageError("sampling.no_calls", month=order.month)
        picks = draw_sample(candidates, order.quota)
        asked = {
            "month": order.month,
            "per_agent": order.quota.per_agent,
            "random_share": order.quota.random_share,
            "stratified_by": order.stratified_by,
            "seed": order.quota.seed,
        }
        row = {**asked, "candidates": len(candidates), "account_id": by, "at": datetime.now(UTC)}
        made = connection.execute(insert(sampling_plan).values(**row)).inserted_primary_key
        number = int(made[0]) if made else 0
        _keep(connection, number, picks)
        details = {**asked, "candidates": len(candidates), "picks": len(picks)}
        audit.record(
            connection, "sampling.draw", subject=f"plan {number}", account_id=by, details=details
        )
    return number


def list_plans(engine: Engine) -> tuple[Plan, ...]:
    """All plans, the newest first."""
    done = func.sum(case((review.c.state == "submitted", 1), else_=0))
    query = (
        select(sampling_plan, func.count(sampling_pick.c.call_id).label("picks"), done)
        .outerjoin(sampling_pick, sampling_pick.c.plan_no == sampling_plan.c.plan_no)
        .outerjoin(review, review.c.call_id == sampling_pick.c.call_id)
        .group_by(*sampling_plan.c)
        .order_by(sampling_plan.c.plan_no.desc())
    )
    with engine.connect() as connection:
        return tuple(
            Plan(
                row.plan_no,
                Order(
                    row.month, Quota(row.per_agent, row.random_share, row.seed), row.stratified_by
                ),
                row.candidates,
                row.picks,
                int(row[-1] or 0),
                row.account_id,
                row.at,
            )
            for row in connection.execute(query)
        )


def read_picks(engine: Engine, plan_no: int) -> tuple[PlannedCall, ...]:
    """The calls of a plan, by agent; empty if there is no such plan."""
    query = (
        select(sampling_pick, review.c.started_at, review.c.agent_name, review.c.state)
        .join(review, review.c.call_id == sampling_pick.c.call_id)
        .where(sampling_pick.c.plan_no == plan_no)
        .order_by(sampling_pick.c.agent_id, review.c.started_at, sampling_pick.c.call_id)
    )
    with engine.connect() as connection:
        return tuple(
            PlannedCall(
                Pick(row.call_id, row.agent_id, row.stratum, _reason(row.reason), row.probability),
                row.started_at,
                row.agent_name,
                row.state,
            )
            for row in connection.execute(query)
        )


def _reason(text: str) -> Reason:
    return "risk" if text == "risk" else "random"


def _check(order: Order) -> None:
    quota = order.quota
    if not re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", order.month):
        raise UsageError("sampling.month", month=order.month)
    if not 1 <= quota.per_agent <= _PER_AGENT_MOST:
        raise UsageError("sampling.per_agent", most=_PER_AGENT_MOST, value=quota.per_agent)
    if not 0 <= quota.random_share <= 1:
        raise UsageError("sampling.random_share", value=quota.random_share)
    if not 0 <= quota.seed <= _SEED_MOST:
        raise UsageError("sampling.seed", most=_SEED_MOST, value=quota.seed)
    known = get_args(StratifiedBy)
    if order.stratified_by not in known:
        known_list = ", ".join(known)
        raise UsageError("sampling.stratified_by", known=known_list, value=order.stratified_by)


def _candidates(connection: Connection, order: Order) -> list[Candidate]:
    year, month = map(int, order.month.split("-"))
    first = datetime(year, month, 1, tzinfo=UTC)
    after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    query = select(
        review.c.call_id, review.c.agent_id, review.c.purpose, review.c.language, review.c.worth
    ).where(review.c.started_at >= first, review.c.started_at < after)
    return [
        Candidate(
            row.call_id,
            row.agent_id or "",
            _stratum(order.stratified_by, row.purpose, row.language),
            row.worth,
        )
        for row in connection.execute(query)
    ]


def _stratum(by: StratifiedBy, purpose: str | None, language: str) -> str:
    match by:
        case "purpose":
            return purpose or ""
        case "language":
            return language
        case "none":
            return ""


def _keep(connection: Connection, number: int, picks: Sequence[Pick]) -> None:
    rows = [
        {
            "plan_no": number,
            "call_id": pick.call_id,
            "agent_id": pick.agent_id,
            "stratum": pick.stratum,
            "reason": pick.reason,
            "probability": pick.probability,
        }
        for pick in picks
    ]
    connection.execute(insert(sampling_pick), rows)

"""Appeals as people read them: where each stands, what was said, and what was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, func, select

from pipeline.appeal import GRANTED, WAITING, AppealDays, AppealState, Standing, standing_of
from pipeline.errors import UsageError
from warehouse.decisions.tables import (
    account,
    acknowledgement,
    appeal,
    appeal_step,
    decision,
    review,
    taken_back,
)

Which = Literal["waiting", "closed", "upheld", "rejected", "all"]  # rejected: or lapsed
_OPEN_STATES: Final = tuple(state.value for state in WAITING)
_GRANTED: Final = tuple(state.value for state in GRANTED)


@dataclass(frozen=True, slots=True)
class Opened:
    """Appeals by when they were made and whose; what is None or empty does not restrict."""

    since: datetime | None = None
    until: datetime | None = None
    agent_id: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What one person did in an appeal."""

    state: AppealState  # that it led to
    reason: str
    account_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal as it stands."""

    appeal_no: int
    call_id: str
    scoring_id: str
    finding_no: int
    rule_id: str
    points: Decimal
    agent_id: str
    account_id: str
    opened_at: datetime
    standing: Standing
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A finding that an upheld appeal took back: what the ledger reverses."""

    appeal_no: int
    call_id: str
    scoring_id: str
    finding_no: int
    rule_id: str
    agent_id: str
    points: Decimal  # that it had cost
    at: datetime


def find_appeal(
    engine: Engine, appeal_no: int, *, days: AppealDays, now: datetime | None = None
) -> Appeal:
    """One appeal. Raises: UsageError if there is none of this number."""
    with engine.connect() as connection:
        rows = _select(connection, appeal.c.appeal_no == appeal_no)
        if not rows:
            raise UsageError("console.no_such_appeal", appeal=appeal_no)
        return appeal_of(connection, rows[0], now=now or datetime.now(UTC), days=days)


def appeals_of_call(
    engine: Engine, call_id: str, *, days: AppealDays, now: datetime | None = None
) -> tuple[Appeal, ...]:
    """The appeals of one call, the oldest first."""
    with engine.connect() as connection:
        rows = _select(connection, appeal.c.call_id == call_id)
        now = now or datetime.now(UTC)
        return tuple(appeal_of(connection, row, now=now, days=days) for row in rows)


def list_appeals(
    engine: Engine,
    which: Which,
    *,
    days: AppealDays,
    opened: Opened = Opened(),
    limit: int = 50,
    offset: int = 0,
    now: datetime | None = None,
) -> tuple[Appeal, ...]:
    """Those that wait for a decision, the most urgent first; or the others, the newest first."""
    order = appeal.c.due_at if which == "waiting" else appeal.c.appeal_no.desc()
    query = select(appeal).where(*_which(which, opened)).order_by(order, appeal.c.appeal_no)
    with engine.connect() as connection:
        rows = connection.execute(query.limit(limit).offset(offset)).mappings().all()
        now = now or datetime.now(UTC)
        return tuple(appeal_of(connection, row, now=now, days=days) for row in rows)


def all_appeals(
    engine: Engine, *, days: AppealDays, now: datetime | None = None
) -> tuple[Appeal, ...]:
    """Every appeal as it stands, the oldest first."""
    with engine.connect() as connection:
        rows = connection.execute(select(appeal).order_by(appeal.c.appeal_no)).mappings().all()
        now = now or datetime.now(UTC)
        return tuple(appeal_of(connection, row, now=now, days=days) for row in rows)


def count_appeals(engine: Engine, which: Which, opened: Opened = Opened()) -> int:
    """How many `list_appeals` would list without its limit."""
    query = select(func.count()).select_from(appeal).where(*_which(which, opened))
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def findings_taken_back(
    engine: Engine, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[TakenBack, ...]:
    """Which findings upheld appeals took back, the oldest first.

    Args:
        since: from this moment on.
        until: before this moment.
    """
    query = select(taken_back).order_by(taken_back.c.at, taken_back.c.appeal_no)
    if since is not None:
        query = query.where(taken_back.c.at >= since)
    if until is not None:
        query = query.where(taken_back.c.at < until)
    with engine.connect() as connection:
        return tuple(TakenBack(**row) for row in connection.execute(query).mappings())


def acknowledged(engine: Engine, call_id: str, scoring_id: str) -> dict[int, datetime]:
    """When the agent acknowledged which findings of a judgement."""
    query = select(acknowledgement.c.finding_no, acknowledgement.c.at).where(
        acknowledgement.c.call_id == call_id, acknowledgement.c.scoring_id == scoring_id
    )
    with engine.connect() as connection:
        return {row.finding_no: row.at for row in connection.execute(query)}


def may_decide(engine: Engine, appeal_no: int, *, account_id: str) -> bool:
    """Whether a person had no part in the judgement or in the first decision."""
    with engine.connect() as connection:
        rows = _select(connection, appeal.c.appeal_no == appeal_no)
        return bool(rows) and account_id not in judges_of(connection, rows[0])


def judges_of(connection: Connection, row: RowMapping) -> frozenset[str]:
    """Who must not decide an appeal: all who judged the call, and who decided it before."""
    place = (row["call_id"], row["scoring_id"])
    on_call = select(decision.c.account_id).where(
        decision.c.call_id == place[0], decision.c.scoring_id == place[1]
    )
    submitted = select(review.c.submitted_by).where(review.c.call_id == place[0])
    steps = select(appeal_step.c.account_id).where(appeal_step.c.appeal_no == row["appeal_no"])
    found = [connection.execute(query).scalars().all() for query in (on_call, submitted, steps)]
    return frozenset(account_id for part in found for account_id in part if account_id)


def appeal_of(
    connection: Connection, row: RowMapping, *, now: datetime, days: AppealDays
) -> Appeal:
    """An appeal with its steps and where it stands at a moment."""
    names = (
        *("appeal_no", "call_id", "scoring_id", "finding_no", "rule_id", "points"),
        *("agent_id", "account_id", "opened_at"),
    )
    state = AppealState(row["state"])
    return Appeal(
        **{name: row[name] for name in names},
        standing=standing_of(state, row["due_at"], now=now, days=days),
        steps=_steps(connection, row["appeal_no"]),
    )


def _steps(connection: Connection, appeal_no: int) -> tuple[Step, ...]:
    query = (
        select(appeal_step, account.c.name)
        .join(account, account.c.account_id == appeal_step.c.account_id)
        .where(appeal_step.c.appeal_no == appeal_no)
        .order_by(appeal_step.c.step_no)
    )
    return tuple(
        Step(AppealState(r["state"]), r["reason"], r["account_id"], r["name"], r["at"])
        for r in connection.execute(query).mappings()
    )


def _select(connection: Connection, condition: ColumnElement[bool]) -> Sequence[RowMapping]:
    query = select(appeal).where(condition).order_by(appeal.c.appeal_no)
    return connection.execute(query).mappings().all()


def _which(which: Which, opened: Opened) -> list[ColumnElement[bool]]:
    state = appeal.c.state
    states: dict[Which, ColumnElement[bool]] = {
        "waiting": state.in_(_OPEN_STATES),
        "closed": state.not_in(_OPEN_STATES),
        "upheld": state.in_(_GRANTED),
        "rejected": state.not_in((*_OPEN_STATES, *_GRANTED)),
    }
    found = [states[which]] if which in states else []
    if opened.since:
        found.append(appeal.c.opened_at >= opened.since)
    if opened.until:
        found.append(appeal.c.opened_at < opened.until)
    if opened.agent_id:
        found.append(appeal.c.agent_id == opened.agent_id)
    if opened.team:
        of_team = select(review.c.call_id).where(review.c.team == opened.team)
        found.append(appeal.c.call_id.in_(of_team))
    return found

"""Appeals of agents: opened, decided by somebody else, decided for good; each step a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from pipeline.appeal import (
    GRANTED,
    WAITING,
    AppealDays,
    AppealState,
    Standing,
    decided,
)
from pipeline.errors import UsageError
from pipeline.ledger import LedgerRules
from warehouse.decisions import audit
from warehouse.decisions.accounts import Account
from warehouse.decisions.appeal_reading import appeal_of, judges_of
from warehouse.decisions.ledger_reversal import reverse_for_call
from warehouse.decisions.store import writing
from warehouse.decisions.tables import acknowledgement, appeal, appeal_step, review, taken_back
from warehouse.decisions.verdicts import add_decision

REASON_LENGTH_MAX: Final = 2000


@dataclass(frozen=True, slots=True)
class AppealedFinding:
    """What an agent appeals, as it stood at that moment."""

    call_id: str
    scoring_id: str
    finding_no: int  # below 0: found by a person
    rule_id: str
    points: Decimal  # what it costs
    takes_back: Mapping[str, object]  # {"undoes": decision} or the value of a verdict


def appeal_finding(
    engine: Engine,
    finding: AppealedFinding,
    *,
    by: Account,
    reason: str,
    days: AppealDays,
    now: datetime | None = None,
) -> int:
    """Open an appeal; its number.

    Raises: UsageError if the reason is empty, the time to appeal has run out, the call is not
        released to this agent, or the finding was appealed before.
    """
    now = now or datetime.now(UTC)
    text = _reason(reason)
    try:
        with writing(engine).begin() as connection:
            agent_id = _released(connection, finding, by=by, days=days, now=now)
            due_at = now + timedelta(days=days.decide)
            values = {
                "call_id": finding.call_id,
                "scoring_id": finding.scoring_id,
                "finding_no": finding.finding_no,
                "rule_id": finding.rule_id,
                "points": finding.points,
                "takes_back": dict(finding.takes_back),
                "agent_id": agent_id,
                "account_id": by.account_id,
                "opened_at": now,
            }
            made = connection.execute(
                insert(appeal).values(**values, state=AppealState.OPEN.value, due_at=due_at)
            ).inserted_primary_key
            number = int(made[0]) if made else 0
            standing = Standing(AppealState.OPEN, due_at)
            _step(connection, number, standing, reason=text, by=by.account_id, now=now)
    except IntegrityError as error:
        raise UsageError("console.appealed_before") from error
    return number


def decide_appeal(
    engine: Engine,
    appeal_no: int,
    *,
    by: Account,
    upheld: bool,
    reason: str,
    days: AppealDays,
    rules: LedgerRules,
    now: datetime | None = None,
) -> AppealState:
    """Uphold or reject an appeal; upholding it takes the finding back at once, and what it had
    cost in the ledger, in the same transaction.

    Raises: UsageError if there is no such appeal, it does not wait for a decision, the reason is
        empty, or the person judged the call or decided the appeal before.
    """
    now = now or datetime.now(UTC)
    text = _reason(reason)
    with writing(engine).begin() as connection:
        row = _row(connection, appeal_no)
        found = appeal_of(connection, row, now=now, days=days)
        if found.standing.state not in WAITING:
            raise UsageError("console.appeal_decided")
        if by.account_id in judges_of(connection, row):
            raise UsageError("console.appeal_own_judgement")
        standing = decided(found.standing.state, upheld=upheld, now=now, days=days)
        _step(connection, appeal_no, standing, reason=text, by=by.account_id, now=now)
        if standing.state in GRANTED:
            _take_back(connection, row, by=by.account_id, now=now)
            reverse_for_call(
                connection,
                row["call_id"],
                row["rule_id"],
                by=by,
                reason=text,
                rules=rules,
                appeal_no=appeal_no,
            )
    return standing.state


def ask_for_final(
    engine: Engine,
    appeal_no: int,
    *,
    by: Account,
    reason: str,
    days: AppealDays,
    now: datetime | None = None,
) -> None:
    """The agent does not accept a rejection: another supervisor decides for good.

    Raises: UsageError if the appeal is not this person's, was not rejected, or the time for it has
        run out, or the reason is empty.
    """
    now = now or datetime.now(UTC)
    text = _reason(reason)
    with writing(engine).begin() as connection:
        row = _row(connection, appeal_no)
        if row["account_id"] != by.account_id:
            raise UsageError("console.no_such_appeal", appeal=appeal_no)
        state = appeal_of(connection, row, now=now, days=days).standing.state
        if state is AppealState.LAPSED:
            raise UsageError("console.escalate_too_late", until=_minute(row["due_at"]))
        if state is not AppealState.REJECTED:
            raise UsageError("console.appeal_decided")
        standing = Standing(AppealState.FINAL, now + timedelta(days=days.final))
        _step(connection, appeal_no, standing, reason=text, by=by.account_id, now=now)


def acknowledge(
    engine: Engine, call_id: str, scoring_id: str, finding_no: int, *, by: Account
) -> None:
    """The agent has seen a finding; doing so twice changes nothing."""
    place = {"call_id": call_id, "scoring_id": scoring_id, "finding_no": finding_no}
    known = select(acknowledgement.c.at).where(
        *(acknowledgement.c[k] == v for k, v in place.items())
    )
    with writing(engine).begin() as connection:
        if connection.execute(known).first() is not None:
            return
        values = {**place, "account_id": by.account_id, "at": datetime.now(UTC)}
        connection.execute(insert(acknowledgement).values(**values))
        details = {"finding_no": finding_no}
        audit.record(
            connection,
            "finding.acknowledge",
            subject=call_id,
            account_id=by.account_id,
            details=details,
        )


def _released(
    connection: Connection,
    finding: AppealedFinding,
    *,
    by: Account,
    days: AppealDays,
    now: datetime,
) -> str:
    """The agent whose call it is, if it is released to this person and still open to appeal."""
    row = connection.execute(select(review).where(review.c.call_id == finding.call_id)).first()
    if row is None or row.agent_id is None or row.agent_id != by.agent_id:
        raise UsageError("console.no_such_call", call_id=finding.call_id)
    if row.state != "submitted" or row.scoring_id != finding.scoring_id:
        raise UsageError("console.not_released", call_id=finding.call_id)
    until = row.submitted_at + timedelta(days=days.appeal)
    if now >= until:
        raise UsageError("console.appeal_too_late", until=_minute(until))
    return str(row.agent_id)


def _take_back(connection: Connection, row: RowMapping, *, by: str, now: datetime) -> None:
    """The finding does not count any more: a decision on the call, and a row for the ledger."""
    value: dict[str, Any] = dict(row["takes_back"])
    undoes = value.pop("undoes", None)
    kind = "verdict" if undoes is None else "undo"
    number = row["finding_no"] if undoes is None else None
    place = (row["call_id"], row["scoring_id"], kind, number)
    add_decision(connection, place, {**value, "appeal_no": row["appeal_no"]}, by=by, undoes=undoes)
    names = ("appeal_no", "call_id", "scoring_id", "finding_no", "rule_id", "agent_id", "points")
    connection.execute(insert(taken_back).values(**{name: row[name] for name in names}, at=now))


def _step(
    connection: Connection,
    appeal_no: int,
    standing: Standing,
    *,
    reason: str,
    by: str,
    now: datetime,
) -> None:
    connection.execute(
        update(appeal)
        .where(appeal.c.appeal_no == appeal_no)
        .values(state=standing.state.value, due_at=standing.due_at)
    )
    values = {"appeal_no": appeal_no, "state": standing.state.value, "reason": reason}
    connection.execute(insert(appeal_step).values(**values, account_id=by, at=now))
    audit.record(
        connection,
        f"appeal.{standing.state.value}",
        subject=f"appeal {appeal_no}",
        account_id=by,
        at=now,
    )


def _row(connection: Connection, appeal_no: int) -> RowMapping:
    row = (
        connection.execute(select(appeal).where(appeal.c.appeal_no == appeal_no)).mappings().first()
    )
    if row is None:
        raise UsageError("console.no_such_appeal", appeal=appeal_no)
    return row


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise UsageError("console.reason_needed")
    return text[:REASON_LENGTH_MAX]


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"

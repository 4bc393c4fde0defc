"""What a calibration meeting decides: agreed answers, guidance, actions to follow up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal

from sqlalchemy import Connection, Engine, insert, select

from pipeline.errors import UsageError
from pipeline.finding import Outcome
from warehouse.decisions import audit
from warehouse.decisions.calibration_tables import (
    calibration_action,
    calibration_agreed,
    calibration_session,
    calibration_step,
)
from warehouse.decisions.store import writing
from warehouse.decisions.tables import account

TEXT_LENGTH_MAX: Final = 4000


@dataclass(frozen=True, slots=True)
class Agreements:
    """What the meeting agreed on; the last word on each place counts."""

    outcomes: dict[tuple[str, int], Outcome]  # by rule and call number
    guidance: dict[str, str]  # by rule


@dataclass(frozen=True, slots=True)
class Action:
    """Something that somebody has to do by a day."""

    action_no: int
    session_no: int
    text: str
    owner_id: str
    owner: str
    due_on: date
    state: Literal["open", "done"]
    note: str  # of the last step

    def late(self, today: date) -> bool:
        """Whether it should have been done."""
        return self.state == "open" and self.due_on < today


def read_agreements(engine: Engine, session_no: int) -> Agreements:
    """Everything that was agreed so far."""
    query = (
        select(calibration_agreed)
        .where(calibration_agreed.c.session_no == session_no)
        .order_by(calibration_agreed.c.agreed_no)
    )
    outcomes: dict[tuple[str, int], Outcome] = {}
    guidance: dict[str, str] = {}
    with engine.connect() as connection:
        for row in connection.execute(query):
            if row.call_no is None:
                guidance[row.rule_id] = row.guidance
            else:
                outcomes[row.rule_id, row.call_no] = Outcome(row.outcome)
    return Agreements(outcomes, guidance)


def agree(
    engine: Engine, session_no: int, rule_id: str, *, call_no: int, outcome: Outcome, by: str
) -> None:
    """The meeting's answer on one item of one call. Raises: UsageError outside the meeting."""
    _keep(engine, session_no, rule_id, call_no=call_no, outcome=outcome.value, by=by)


def give_guidance(engine: Engine, session_no: int, rule_id: str, *, text: str, by: str) -> None:
    """What counts from now on for a rule. Raises: UsageError outside the meeting."""
    _keep(engine, session_no, rule_id, guidance=text.strip()[:TEXT_LENGTH_MAX], by=by)


def add_action(
    engine: Engine, session_no: int, *, text: str, owner_id: str, due_on: date, by: str
) -> int:
    """Something that somebody has to do by a day.

    Raises: UsageError without a text, for an unknown owner, or outside the meeting.
    """
    told = text.strip()[:TEXT_LENGTH_MAX]
    with writing(engine).begin() as connection:
        _meeting(connection, session_no)
        known = connection.execute(
            select(account.c.account_id).where(account.c.account_id == owner_id, account.c.active)
        ).first()
        if not told or known is None:
            raise UsageError("calibration.action_needed")
        values = {
            "session_no": session_no, "text": told, "owner_id": owner_id, "due_on": due_on,
            "made_by": by, "made_at": datetime.now(UTC),
        }  # fmt: skip
        made = connection.execute(insert(calibration_action).values(**values)).inserted_primary_key
        number = int(made[0]) if made else 0
        details = {"action_no": number, "owner": owner_id, "due_on": due_on.isoformat()}
        _record(connection, "action", session_no, by, details)
    return number


def step_action(
    engine: Engine, action_no: int, *, state: Literal["open", "done"], note: str, by: str
) -> int:
    """An action is done, or open again.

    Returns: the session's number.
    Raises: UsageError if there is no such action.
    """
    with writing(engine).begin() as connection:
        session_no = connection.execute(
            select(calibration_action.c.session_no).where(
                calibration_action.c.action_no == action_no
            )
        ).scalar()
        if session_no is None:
            raise UsageError("calibration.no_such_action", number=action_no)
        connection.execute(
            insert(calibration_step).values(
                action_no=action_no,
                state=state,
                note=note.strip()[:TEXT_LENGTH_MAX],
                account_id=by,
                at=datetime.now(UTC),
            )
        )
        _record(connection, "step", session_no, by, {"action_no": action_no, "state": state})
    return int(session_no)


def list_actions(engine: Engine, *, session_no: int | None = None) -> tuple[Action, ...]:
    """Actions of one session, or of all; those that are due first come first."""
    steps = select(calibration_step).order_by(calibration_step.c.step_no)
    query = (
        select(calibration_action, account.c.name)
        .join(account, account.c.account_id == calibration_action.c.owner_id)
        .order_by(calibration_action.c.due_on, calibration_action.c.action_no)
    )
    if session_no is not None:
        query = query.where(calibration_action.c.session_no == session_no)
    with engine.connect() as connection:
        last = {row.action_no: row for row in connection.execute(steps)}
        return tuple(
            Action(
                row.action_no,
                row.session_no,
                row.text,
                row.owner_id,
                row.name,
                row.due_on,
                "done" if (step := last.get(row.action_no)) and step.state == "done" else "open",
                step.note if (step := last.get(row.action_no)) else "",
            )
            for row in connection.execute(query)
        )


def _keep(
    engine: Engine,
    session_no: int,
    rule_id: str,
    *,
    by: str,
    call_no: int | None = None,
    outcome: str | None = None,
    guidance: str = "",
) -> None:
    with writing(engine).begin() as connection:
        _meeting(connection, session_no)
        connection.execute(
            insert(calibration_agreed).values(
                session_no=session_no,
                rule_id=rule_id,
                call_no=call_no,
                outcome=outcome,
                guidance=guidance,
                account_id=by,
                at=datetime.now(UTC),
            )
        )
        details = {"rule_id": rule_id, "call_no": call_no, "outcome": outcome}
        _record(connection, "agree", session_no, by, details)


def _meeting(connection: Connection, session_no: int) -> None:
    state = connection.execute(
        select(calibration_session.c.state).where(calibration_session.c.session_no == session_no)
    ).scalar()
    if state != "meeting":
        raise UsageError("calibration.wrong_state", number=session_no)


def _record(
    connection: Connection, what: str, number: int, by: str, details: Mapping[str, object]
) -> None:
    subject = f"session {number}"
    audit.record(connection, f"calibration.{what}", subject=subject, account_id=by, details=details)

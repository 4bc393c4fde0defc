"""What raters answer while they score blind; each answer is a row, the last one counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update

from pipeline.calibration_report import Answer
from pipeline.errors import UsageError
from pipeline.finding import Outcome
from warehouse.decisions import audit
from warehouse.decisions.calibration_tables import (
    calibration_answer,
    calibration_call,
    calibration_item,
    calibration_machine,
    calibration_rater,
    calibration_session,
)
from warehouse.decisions.store import writing


def read_answers(
    engine: Engine, session_no: int, *, rater: str | None = None
) -> tuple[Answer, ...]:
    """The standing answers.

    Args:
        rater: account id, for this person's alone; None for everybody's, which only the meeting
            may see.
    """
    with engine.connect() as connection:
        return tuple(_standing(connection, session_no, rater).values())


def keep_answers(
    engine: Engine,
    session_no: int,
    call_no: int,
    given: Mapping[str, Outcome],
    *,
    by: str,
) -> int:
    """Keep what a rater answered of one call; what stands already is not stored again.

    Returns: how many answers are new.
    Raises: UsageError if the person was not invited or has finished, the scoring is over, or the
        call or a rule is not part of the session.
    """
    with writing(engine).begin() as connection:
        _scoring(connection, session_no, by)
        _known(connection, session_no, call_no, given)
        standing = _standing(connection, session_no, by)
        fresh = {
            rule: outcome
            for rule, outcome in given.items()
            if (known := standing.get((by, call_no, rule))) is None or known.outcome != outcome
        }
        if fresh:
            connection.execute(
                insert(calibration_answer),
                [
                    {
                        "session_no": session_no,
                        "call_no": call_no,
                        "rule_id": rule,
                        "account_id": by,
                        "outcome": outcome.value,
                        "at": datetime.now(UTC),
                    }
                    for rule, outcome in fresh.items()
                ],
            )
    return len(fresh)


def keep_machine(engine: Engine, session_no: int, answers: Iterable[Answer]) -> None:
    """Keep what the machine says of a session's calls, in place of what was kept before.

    A later judgement does not change what people compared themselves with.
    """
    rows = [
        {
            "session_no": session_no,
            "call_no": answer.call_no,
            "rule_id": answer.rule_id,
            "outcome": answer.outcome.value,
        }
        for answer in answers
    ]
    with writing(engine).begin() as connection:
        connection.execute(
            delete(calibration_machine).where(calibration_machine.c.session_no == session_no)
        )
        if rows:
            connection.execute(insert(calibration_machine), rows)


def finish_scoring(engine: Engine, session_no: int, *, by: str) -> None:
    """A rater is done, be there answers missing or not. Raises: UsageError as `keep_answers`."""
    with writing(engine).begin() as connection:
        _scoring(connection, session_no, by)
        connection.execute(
            update(calibration_rater)
            .where(
                calibration_rater.c.session_no == session_no,
                calibration_rater.c.account_id == by,
            )
            .values(finished_at=datetime.now(UTC))
        )
        audit.record(
            connection, "calibration.finish", subject=f"session {session_no}", account_id=by
        )


def _scoring(connection: Connection, session_no: int, by: str) -> None:
    row = connection.execute(
        select(
            calibration_session.c.state,
            calibration_session.c.deadline,
            calibration_rater.c.finished_at,
        )
        .join(calibration_rater, calibration_rater.c.session_no == calibration_session.c.session_no)
        .where(
            calibration_session.c.session_no == session_no,
            calibration_rater.c.account_id == by,
        )
    ).first()
    if row is None:
        raise UsageError("calibration.not_invited", number=session_no)
    if row.finished_at is not None:
        raise UsageError("calibration.finished", number=session_no)
    if row.state != "scoring" or row.deadline < datetime.now(UTC):
        raise UsageError("calibration.over", number=session_no)


def _known(
    connection: Connection, session_no: int, call_no: int, given: Mapping[str, Outcome]
) -> None:
    call = connection.execute(
        select(calibration_call.c.call_no).where(
            calibration_call.c.session_no == session_no, calibration_call.c.call_no == call_no
        )
    ).first()
    rules = set(
        connection.execute(
            select(calibration_item.c.rule_id).where(calibration_item.c.session_no == session_no)
        ).scalars()
    )
    if call is None or not set(given) <= rules:
        raise UsageError("calibration.not_part", number=session_no)


def _standing(
    connection: Connection, session_no: int, rater: str | None
) -> dict[tuple[str, int, str], Answer]:
    query = (
        select(calibration_answer)
        .where(calibration_answer.c.session_no == session_no)
        .order_by(calibration_answer.c.answer_no)
    )
    if rater is not None:
        query = query.where(calibration_answer.c.account_id == rater)
    return {
        (r.account_id, r.call_no, r.rule_id): Answer(
            r.account_id, r.call_no, r.rule_id, Outcome(r.outcome)
        )
        for r in connection.execute(query)
    }

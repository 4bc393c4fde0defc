"""Calibration sessions: made, listed, read; who is invited and how far everybody is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, cast

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select, update

from pipeline.calibration import Card, choose_repeats
from pipeline.errors import UsageError
from pipeline.messages import Language
from warehouse.decisions import audit
from warehouse.decisions.calibration_tables import (
    calibration_answer,
    calibration_call,
    calibration_item,
    calibration_rater,
    calibration_session,
)
from warehouse.decisions.store import writing
from warehouse.decisions.tables import account

State = Literal["scoring", "meeting", "closed"]
CALLS_MOST: Final = 50
ITEMS_MOST: Final = 20
TITLE_LENGTH_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a new session is to be."""

    title: str
    language: Language
    call_ids: tuple[str, ...]
    rules: tuple[str, ...]  # the items to score, in the order in which they are asked
    raters: tuple[str, ...]  # account ids
    repeats: int  # how many calls come twice, unannounced
    deadline: datetime
    seed: int


@dataclass(frozen=True, slots=True)
class Rater:
    """Somebody who was invited, and how far."""

    account_id: str
    name: str
    answered: int  # items of calls, of `Session.places`
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """One session."""

    session_no: int
    title: str
    language: Language
    seed: int
    deadline: datetime
    state: State
    made_by: str
    made_at: datetime
    rules: tuple[str, ...]
    cards: tuple[Card, ...]
    raters: tuple[Rater, ...]

    @property
    def places(self) -> int:
        """How many answers each rater is asked for."""
        return len(self.rules) * len(self.cards)

    def rater(self, account_id: str) -> Rater | None:
        """Who was invited by that account; None if nobody."""
        return next((r for r in self.raters if r.account_id == account_id), None)


def make_session(engine: Engine, asked: Invitation, *, by: str) -> int:
    """Invite raters to score calls blind.

    Returns: the session's number.
    Raises: UsageError if there is nothing to score, nobody to compare, or no time left.
    """
    _check(asked)
    calls = tuple(dict.fromkeys(asked.call_ids))
    repeated = choose_repeats(len(calls), repeats=asked.repeats, seed=asked.seed)
    cards = [Card(n, call_id) for n, call_id in enumerate(calls)]
    cards += [Card(len(calls) + n, calls[of], of) for n, of in enumerate(repeated)]
    with writing(engine).begin() as connection:
        made = connection.execute(
            insert(calibration_session).values(
                title=asked.title.strip(),
                language=asked.language,
                seed=asked.seed,
                deadline=asked.deadline,
                state="scoring",
                made_by=by,
                made_at=datetime.now(UTC),
            )
        ).inserted_primary_key
        number = int(made[0]) if made else 0
        connection.execute(
            insert(calibration_item),
            [
                {"session_no": number, "item_no": n, "rule_id": rule}
                for n, rule in enumerate(dict.fromkeys(asked.rules))
            ],
        )
        connection.execute(
            insert(calibration_call),
            [
                {"session_no": number, "call_no": c.call_no, "call_id": c.call_id,
                 "repeat_of": c.repeat_of}
                for c in cards
            ],
        )  # fmt: skip
        connection.execute(
            insert(calibration_rater),
            [{"session_no": number, "account_id": r} for r in dict.fromkeys(asked.raters)],
        )
        details = {"calls": len(calls), "repeats": len(repeated), "raters": sorted(asked.raters)}
        _record(connection, "make", number, by, details)
    return number


def list_sessions(engine: Engine, *, reader: str | None = None) -> tuple[Session, ...]:
    """Sessions, the newest first.

    Args:
        reader: account id, for those to which this person was invited; None for all.
    """
    query = select(calibration_session).order_by(calibration_session.c.session_no.desc())
    if reader is not None:
        invited = select(calibration_rater.c.session_no).where(
            calibration_rater.c.account_id == reader
        )
        query = query.where(calibration_session.c.session_no.in_(invited))
    with engine.connect() as connection:
        return tuple(_read(connection, row) for row in connection.execute(query).all())


def read_session(engine: Engine, session_no: int) -> Session:
    """One session. Raises: UsageError if there is none."""
    query = select(calibration_session).where(calibration_session.c.session_no == session_no)
    with engine.connect() as connection:
        row = connection.execute(query).first()
        if row is None:
            raise UsageError("calibration.no_such_session", number=session_no)
        return _read(connection, row)


def move_session(engine: Engine, session_no: int, *, to: State, by: str) -> None:
    """End the scoring and begin the meeting, or close the session.

    Raises: UsageError if it is not in the state before.
    """
    before = {"meeting": "scoring", "closed": "meeting"}.get(to, "")
    with writing(engine).begin() as connection:
        moved = connection.execute(
            update(calibration_session)
            .where(
                calibration_session.c.session_no == session_no,
                calibration_session.c.state == before,
            )
            .values(state=to)
        ).rowcount
        if not moved:
            raise UsageError("calibration.wrong_state", number=session_no)
        _record(connection, to, session_no, by, {})


def blind_calls(account_id: str) -> Select[tuple[str]]:
    """The calls that a person scores at present without seeing what others or the machine say."""
    return (
        select(calibration_call.c.call_id)
        .join(
            calibration_rater,
            calibration_rater.c.session_no == calibration_call.c.session_no,
        )
        .join(
            calibration_session,
            calibration_session.c.session_no == calibration_call.c.session_no,
        )
        .where(
            calibration_rater.c.account_id == account_id,
            calibration_rater.c.finished_at.is_(None),
            calibration_session.c.state == "scoring",
        )
    )


def is_blind(engine: Engine, call_id: str, *, reader: str) -> bool:
    """Whether a person has still to score a call without seeing what was found in it."""
    query = blind_calls(reader).where(calibration_call.c.call_id == call_id).limit(1)
    with engine.connect() as connection:
        return connection.execute(query).first() is not None


def _check(asked: Invitation) -> None:
    if not asked.title.strip() or len(asked.title) > TITLE_LENGTH_MAX:
        raise UsageError("calibration.title_needed", most=TITLE_LENGTH_MAX)
    if not 1 <= len(set(asked.call_ids)) <= CALLS_MOST:
        raise UsageError("calibration.calls_needed", most=CALLS_MOST, value=len(asked.call_ids))
    if not 1 <= len(set(asked.rules)) <= ITEMS_MOST:
        raise UsageError("calibration.items_needed", most=ITEMS_MOST, value=len(asked.rules))
    if len(set(asked.raters)) < 2:
        raise UsageError("calibration.raters_needed")
    if asked.deadline <= datetime.now(UTC):
        raise UsageError("calibration.deadline_past")


def _read(connection: Connection, row: Row[tuple[object, ...]]) -> Session:
    number = row.session_no
    rules = connection.execute(
        select(calibration_item.c.rule_id)
        .where(calibration_item.c.session_no == number)
        .order_by(calibration_item.c.item_no)
    ).scalars()
    cards = connection.execute(
        select(calibration_call)
        .where(calibration_call.c.session_no == number)
        .order_by(calibration_call.c.call_no)
    )
    return Session(
        session_no=number,
        title=row.title,
        language=cast("Language", row.language),
        seed=row.seed,
        deadline=row.deadline,
        state=cast("State", row.state),
        made_by=row.made_by,
        made_at=row.made_at,
        rules=tuple(rules),
        cards=tuple(Card(c.call_no, c.call_id, c.repeat_of) for c in cards),
        raters=_raters(connection, number),
    )


def _raters(connection: Connection, number: int) -> tuple[Rater, ...]:
    told = (
        select(
            calibration_answer.c.account_id,
            calibration_answer.c.call_no,
            calibration_answer.c.rule_id,
        )
        .where(calibration_answer.c.session_no == number)
        .distinct()
        .subquery()
    )
    answered = select(told.c.account_id, func.count().label("n")).group_by(told.c.account_id)
    counted: dict[str, int] = {row.account_id: row.n for row in connection.execute(answered)}
    rows = connection.execute(
        select(calibration_rater.c.account_id, account.c.name, calibration_rater.c.finished_at)
        .join(account, account.c.account_id == calibration_rater.c.account_id)
        .where(calibration_rater.c.session_no == number)
        .order_by(account.c.name, account.c.account_id)
    )
    return tuple(
        Rater(r.account_id, r.name, counted.get(r.account_id, 0), r.finished_at) for r in rows
    )


def _record(
    connection: Connection, what: str, number: int, by: str, details: Mapping[str, object]
) -> None:
    audit.record(
        connection,
        f"calibration.{what}",
        subject=f"session {number}",
        account_id=by,
        details=details,
    )

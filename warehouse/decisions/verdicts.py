"""What people say of a call: verdicts, findings that the machine missed, comments, corrections.

Each is a row that is never changed; undoing adds a row that takes an earlier one back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy import Connection, Engine, insert, select, update

from pipeline.correction import Correction
from pipeline.errors import UsageError
from pipeline.review import Verdict
from warehouse.decisions import audit
from warehouse.decisions.reviews import CLAIM_LASTS
from warehouse.decisions.store import writing
from warehouse.decisions.tables import decision, review

Kind = Literal["verdict", "added", "comment", "word", "roles"]
COMMENT_LENGTH_MAX: Final = 4000


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that a person decided about a call."""

    decision_no: int
    kind: str
    finding_no: int | None
    value: Mapping[str, object]
    account_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decisions:
    """What holds for one judgement of a call, after everything that was taken back."""

    standing: tuple[Decision, ...] = ()  # oldest first

    def verdicts(
        self, *, swapped: bool, outcomes: Sequence[str] | None = None
    ) -> dict[int, Verdict]:
        """By finding; the last one counts.

        Args:
            swapped: only those that were given with the roles this way round.
            outcomes: of the findings as they are now; a verdict on what was another outcome then
                says nothing of this one.
        """
        return {
            d.finding_no: Verdict(str(d.value["verdict"]))
            for d in self.of("verdict")
            if d.finding_no is not None
            and bool(d.value.get("swapped")) == swapped
            and _concerns(d, outcomes)
        }

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """Words that were heard otherwise, in the order of their correction."""
        return tuple(
            Correction(
                int(str(d.value["turn_no"])),
                float(str(d.value["start"])),
                float(str(d.value["end"])),
                str(d.value["text"]),
            )
            for d in self.of("word")
        )

    @property
    def comment(self) -> str:
        """The last comment."""
        comments = self.of("comment")
        return str(comments[-1].value["text"]) if comments else ""

    @property
    def swapped(self) -> bool:
        """Whether agent and customer are the other way round."""
        return len(self.of("roles")) % 2 == 1

    def of(self, kind: Kind) -> tuple[Decision, ...]:
        """Those of one kind."""
        return tuple(d for d in self.standing if d.kind == kind)


def _concerns(verdict: Decision, outcomes: Sequence[str] | None) -> bool:
    judged, number = verdict.value.get("outcome"), verdict.finding_no
    if outcomes is None or judged is None or number is None:
        return True
    return number < len(outcomes) and outcomes[number] == judged


def read_decisions(engine: Engine, call_id: str, scoring_id: str) -> Decisions:
    """What people decided about one judgement of a call."""
    with engine.connect() as connection:
        return _read(connection, call_id, scoring_id)


def decide(
    engine: Engine,
    call_id: str,
    scoring_id: str,
    kind: Kind,
    value: Mapping[str, object],
    *,
    by: str,
    finding_no: int | None = None,
) -> int:
    """Add one decision; the caller has the call in hand, and keeps it for another while.

    Returns: its number.
    Raises: UsageError if somebody else has the call in hand, it was submitted, or was judged anew
        meanwhile; nothing is stored then.
    """
    with writing(engine).begin() as connection:
        _hold(connection, call_id, scoring_id, by)
        number = add_decision(connection, (call_id, scoring_id, kind, finding_no), value, by=by)
        details = {"kind": kind, "finding_no": finding_no, "decision_no": number}
        audit.record(connection, "review.decide", subject=call_id, account_id=by, details=details)
    return number


def undo(engine: Engine, call_id: str, scoring_id: str, *, by: str) -> Decision | None:
    """Take back the last standing decision of the same person; None if there is none.

    Raises: UsageError as `decide`.
    """
    with writing(engine).begin() as connection:
        _hold(connection, call_id, scoring_id, by)
        own = [d for d in _read(connection, call_id, scoring_id).standing if d.account_id == by]
        if not own:
            return None
        last = own[-1]
        place = (call_id, scoring_id, "undo", last.finding_no)
        add_decision(connection, place, {}, by=by, undoes=last.decision_no)
        details = {"decision_no": last.decision_no}
        audit.record(connection, "review.undo", subject=call_id, account_id=by, details=details)
    return last


def submit(engine: Engine, call_id: str, scoring_id: str, *, by: str) -> None:
    """The person is done with the call. Raises: UsageError as `decide`."""
    with writing(engine).begin() as connection:
        _hold(connection, call_id, scoring_id, by)
        connection.execute(
            update(review)
            .where(review.c.call_id == call_id)
            .values(
                state="submitted",
                submitted_by=by,
                submitted_at=datetime.now(UTC),
                claimed_by=None,
                claimed_until=None,
            )
        )
        audit.record(connection, "review.submit", subject=call_id, account_id=by)


def keep_points(engine: Engine, call_id: str, points: Decimal | None) -> None:
    """Remember the score with people's verdicts, for lists; None if it is the machine's."""
    with writing(engine).begin() as connection:
        connection.execute(
            update(review).where(review.c.call_id == call_id).values(points_reviewed=points)
        )


def _hold(connection: Connection, call_id: str, scoring_id: str, by: str) -> None:
    now = datetime.now(UTC)
    row = connection.execute(select(review).where(review.c.call_id == call_id)).first()
    if row is None:
        raise UsageError("console.no_such_call", call_id=call_id)
    if row.state != "open":
        raise UsageError("console.submitted", call_id=call_id)
    if row.scoring_id != scoring_id:
        raise UsageError("console.judged_anew", call_id=call_id)
    if row.claimed_by not in (None, by) and row.claimed_until > now:
        raise UsageError("console.claimed", call_id=call_id)
    connection.execute(
        update(review)
        .where(review.c.call_id == call_id)
        .values(claimed_by=by, claimed_until=now + CLAIM_LASTS)
    )


def add_decision(
    connection: Connection,
    place: tuple[str, str, str, int | None],
    value: Mapping[str, object],
    *,
    by: str,
    undoes: int | None = None,
) -> int:
    """One more row inside the caller's transaction; its number.

    Args:
        place: call, judgement, kind, and the finding that it concerns if it concerns one.
        undoes: the decision that it takes back.
    """
    call_id, scoring_id, kind, finding_no = place
    made = connection.execute(
        insert(decision).values(
            call_id=call_id,
            scoring_id=scoring_id,
            kind=kind,
            finding_no=finding_no,
            value=dict(value),
            account_id=by,
            at=datetime.now(UTC),
            undoes=undoes,
        )
    ).inserted_primary_key
    return int(made[0]) if made else 0


def _read(connection: Connection, call_id: str, scoring_id: str) -> Decisions:
    rows = connection.execute(
        select(decision)
        .where(decision.c.call_id == call_id, decision.c.scoring_id == scoring_id)
        .order_by(decision.c.decision_no)
    ).all()
    undone = {row.undoes for row in rows if row.undoes is not None}
    return Decisions(
        tuple(
            Decision(r.decision_no, r.kind, r.finding_no, r.value, r.account_id, r.at)
            for r in rows
            if r.kind != "undo" and r.decision_no not in undone
        )
    )

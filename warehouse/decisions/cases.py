"""The case library: findings that people confirmed, as examples; supervisors pin the best.

A case is a finding of a submitted review on which the last standing verdict is "confirmed", in the
judgement that counts now. What is taken back, judged anew or erased is no case any more, pinned or
not. Pinning adds a row, so does taking down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, Engine, and_, insert, select

from pipeline.errors import UsageError
from pipeline.review import Verdict
from warehouse.decisions import audit
from warehouse.decisions.calibration import blind_calls
from warehouse.decisions.case_tables import case_pin
from warehouse.decisions.store import writing
from warehouse.decisions.tables import decision, review

CASES_MAX: Final = 2000  # of the newest verdicts


@dataclass(frozen=True, slots=True)
class Case:
    """A confirmed finding."""

    call_id: str
    scoring_id: str
    finding_no: int
    pinned: bool
    confirmed_at: datetime


def list_cases(engine: Engine, *, reader: str) -> tuple[Case, ...]:
    """Pinned ones first, then the newest.

    Args:
        reader: account id; calls that the reader has still to score blind are left out.
    """
    with engine.connect() as connection:
        pinned = _pinned(connection)
        found = _confirmed(connection, reader)
    cases = [
        Case(*place, pinned=place in pinned, confirmed_at=confirmed_at)
        for place, confirmed_at in found.items()
    ]
    return tuple(sorted(cases, key=lambda c: (not c.pinned, -c.confirmed_at.timestamp())))


def pin_case(engine: Engine, call_id: str, finding_no: int, *, pinned: bool, by: str) -> None:
    """Pin a case, or take it down. Raises: UsageError if it is no case."""
    with writing(engine).begin() as connection:
        places = [p for p in _confirmed(connection, by) if (p[0], p[2]) == (call_id, finding_no)]
        if not places:
            raise UsageError("cases.none_such", call_id=call_id)
        row = {"scoring_id": places[0][1], "finding_no": finding_no, "pinned": pinned}
        connection.execute(
            insert(case_pin).values(call_id=call_id, account_id=by, at=datetime.now(UTC), **row)
        )
        action = "case.pin" if pinned else "case.unpin"
        details = {"finding_no": finding_no}
        audit.record(connection, action, subject=call_id, account_id=by, details=details)


_Place = tuple[str, str, int]  # call, judgement, finding


def _pinned(connection: Connection) -> set[_Place]:
    found: dict[_Place, bool] = {}
    for row in connection.execute(select(case_pin).order_by(case_pin.c.pin_no)):
        found[row.call_id, row.scoring_id, row.finding_no] = row.pinned
    return {place for place, pinned in found.items() if pinned}


def _confirmed(connection: Connection, reader: str) -> dict[_Place, datetime]:
    """When the finding was confirmed, by its place."""
    query = (
        select(decision)
        .join(
            review,
            and_(
                review.c.call_id == decision.c.call_id,
                review.c.scoring_id == decision.c.scoring_id,
            ),
        )
        .where(
            review.c.state == "submitted",
            decision.c.kind.in_(("verdict", "undo")),
            review.c.call_id.not_in(blind_calls(reader)),
        )
        .order_by(decision.c.decision_no.desc())
        .limit(CASES_MAX)
    )
    rows = list(connection.execute(query))[::-1]
    undone = {row.undoes for row in rows if row.undoes is not None}
    last: dict[_Place, tuple[str, datetime]] = {}
    for row in rows:
        if row.kind == "verdict" and row.decision_no not in undone:
            verdict = str(row.value["verdict"])
            last[row.call_id, row.scoring_id, row.finding_no] = (verdict, row.at)
    return {place: at for place, (said, at) in last.items() if said == Verdict.CONFIRMED.value}

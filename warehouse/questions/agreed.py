"""How far people agreed in the calibration sessions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from typing import Final

from sqlalchemy import Engine, func, select

from pipeline.agreement.alpha import krippendorff_alpha
from pipeline.agreement.coefficients import raw_agreement
from pipeline.agreement.ratings import MACHINE, NO_RATING, group_calls
from pipeline.agreement.tally import Estimate, estimate
from warehouse.decisions.calibration_tables import (
    calibration_call,
    calibration_rater,
    calibration_session,
)
from warehouse.questions.rated import rated

_RESAMPLES: Final = 1000  # of each bootstrap; there are two for each session


@dataclass(frozen=True, slots=True)
class SessionAgreement:
    """How far the people of one session agreed, over all its rules and calls."""

    session_no: int
    title: str
    made_on: date
    raters: int
    calls: int  # repeats left out
    answers: int  # without those of repeats
    raw: Estimate  # share of equal pairs
    alpha: Estimate  # Krippendorff's, corrected for chance


def agreement_of_sessions(
    engine: Engine, *, zone: tzinfo | None = UTC
) -> tuple[SessionAgreement, ...]:
    """Every session whose scoring has ended, the oldest first; days by the clock of `zone`."""
    found = rated(engine, since=None, until=None, zone=zone)
    people = [rater for rater in found.raters if rater != MACHINE]
    table = found.table.of_raters(*people)
    units: dict[int, set[str]] = {}
    for call, _ in table.units:
        units.setdefault(int(call.partition(":")[0]), set()).add(call)
    session, calls = calibration_session, calibration_call
    with engine.connect() as connection:
        rows = connection.execute(
            select(session).where(session.c.state != "scoring").order_by(session.c.session_no)
        ).all()
        invited: Counter[int] = Counter(
            connection.execute(select(calibration_rater.c.session_no)).scalars()
        )
        counted = select(calls.c.session_no, func.count()).where(calls.c.repeat_of.is_(None))
        grouped = connection.execute(counted.group_by(calls.c.session_no))
        dealt: dict[int, int] = {row[0]: row[1] for row in grouped}
    told = []
    for row in rows:
        own = table.of_calls(units.get(row.session_no, set()))
        groups = group_calls(own.units)
        raw, alpha = (
            estimate(tally, groups, seed=row.seed, resamples=_RESAMPLES)
            for tally in (raw_agreement(own), krippendorff_alpha(own))
        )
        told.append(
            SessionAgreement(
                session_no=row.session_no,
                title=row.title,
                made_on=row.made_at.astimezone(zone).date(),
                raters=invited[row.session_no],
                calls=dealt.get(row.session_no, 0),
                answers=int((own.codes != NO_RATING).sum()),
                raw=raw,
                alpha=alpha,
            )
        )
    return tuple(told)

"""How far people agreed in the calibration sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from pipeline.agreement.alpha import krippendorff_alpha
from pipeline.agreement.coefficients import raw_agreement
from pipeline.agreement.ratings import Rating, group_calls, tabulate
from pipeline.agreement.tally import Estimate, estimate
from pipeline.calibration import CATEGORIES, category_of
from warehouse.decisions.calibration import Session, list_sessions
from warehouse.decisions.calibration_answers import read_answers


@dataclass(frozen=True, slots=True)
class SessionAgreement:
    """How far the people of one session agreed, over all its rules and calls."""

    session_no: int
    title: str
    made_on: date
    raters: int
    answers: int  # without those of repeats
    raw: Estimate  # share of equal pairs
    alpha: Estimate  # Krippendorff's, corrected for chance


def agreement_of_sessions(engine: Engine) -> tuple[SessionAgreement, ...]:
    """Every session whose scoring has ended, the oldest first."""
    sessions = sorted(list_sessions(engine), key=lambda s: s.session_no)
    return tuple(_agreement(engine, s) for s in sessions if s.state != "scoring")


def _agreement(engine: Engine, session: Session) -> SessionAgreement:
    repeats = {card.call_no for card in session.cards if card.repeat_of is not None}
    raters = [rater.account_id for rater in session.raters]
    ratings = [
        Rating(a.rater, f"{a.call_no:04}", a.rule_id, category_of(a.outcome))
        for a in read_answers(engine, session.session_no)
        if a.call_no not in repeats
    ]
    table = tabulate(ratings, categories=CATEGORIES, raters=raters)
    calls = group_calls(table.units)
    raw, alpha = (
        estimate(tally, calls, seed=session.seed)
        for tally in (raw_agreement(table), krippendorff_alpha(table))
    )
    made_on = session.made_at.date()
    return SessionAgreement(
        session.session_no, session.title, made_on, len(raters), len(ratings), raw, alpha
    )

"""What a check says of a rule, before it becomes a finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from pipeline.finding import Evidence, Outcome
from pipeline.rating import RatedHit
from pipeline.rules import Kind, Rule


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with its probability, its evidence and, where it is not obvious, the key of
    its reason.

    `count` is how often the points apply; it may be a part of one.
    """

    outcome: Outcome
    probability: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    count: Decimal = Decimal(1)
    measured: float | None = None


@cache
def not_applicable(reason: str) -> Verdict:
    """The rule does not concern this call."""
    return Verdict(Outcome.NOT_APPLICABLE, reason=reason)


@lru_cache(maxsize=1000)
def clear(probability: float) -> Verdict:
    """A forbidden thing was looked for and not found."""
    return Verdict(Outcome.CLEAR, probability)


def not_assessable(
    reason: str, probability: float = 0.5, evidence: tuple[Evidence, ...] = ()
) -> Verdict:
    """Too uncertain to judge."""
    return Verdict(Outcome.NOT_ASSESSABLE, probability, evidence, reason)


def done(rule: Rule) -> Outcome:
    """The outcome when the thing that the rule is about was done."""
    return Outcome.VIOLATED if rule.kind is Kind.FORBIDDEN else Outcome.MET


def sure_and_doubtful(
    rule: Rule, rated: Sequence[RatedHit]
) -> tuple[tuple[RatedHit, ...], tuple[RatedHit, ...]]:
    """Hits to report, and hits that only a person can decide.

    Reported: probability of at least `report_p`, speaker and words certain. In doubt: at least
    `review_p` otherwise.
    """
    if not rated:
        return (), ()
    is_sure = [r.certain and r.probability >= rule.report_p for r in rated]
    sure = tuple(r for r, is_so in zip(rated, is_sure, strict=True) if is_so)
    doubtful = tuple(
        r
        for r, is_so in zip(rated, is_sure, strict=True)
        if not is_so and r.probability >= rule.review_p
    )
    return sure, doubtful


def from_hits(rule: Rule, sure: Sequence[RatedHit]) -> Verdict:
    """The verdict where hits are certain: done, as probable as the most probable hit."""
    return Verdict(
        done(rule),
        max(r.probability for r in sure),
        tuple(r.evidence for r in sure),
        count=Decimal(len(sure)),
    )


def doubt_reason(doubtful: Sequence[RatedHit]) -> str:
    """Why hits are in doubt: who spoke, where the words themselves are probable; otherwise what
    was said.
    """
    return "judging.unsure_words" if all(r.certain for r in doubtful) else "judging.unsure_role"

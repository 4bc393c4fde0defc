"""The check of steps: how much of what had to be said was said."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.check_phrases import absent
from pipeline.checks import Step, StepsCheck
from pipeline.rating import CallView, RatedHit, rate_hits
from pipeline.rules import Rule
from pipeline.stream import Flags
from pipeline.verdict import Verdict, done, not_assessable, sure_and_doubtful


@dataclass(frozen=True, slots=True)
class _Found:
    step: Step
    sure: RatedHit | None
    doubtful: RatedHit | None
    nearest: float  # probability of the most probable hit, sure or not


def judge_steps(view: CallView, rule: Rule, check: StepsCheck, *, mask: Flags) -> Verdict:
    """Done when the steps found reach `least_share` of the weights and every needed one is
    among them.

    Where only doubtful steps would make it so, it is not assessable. Steps that are missing
    from a rule that is met cost their share of the points.
    """
    found = _find_steps(view, rule, check, mask=mask)
    sure = [f for f in found if f.sure is not None]
    if _enough(check, [f.step for f in sure]):
        hits = [f.sure for f in found if f.sure is not None]
        return Verdict(
            done(rule),
            sum(r.probability for r in hits) / len(hits),
            tuple(r.evidence for r in hits),
            "" if len(sure) == len(found) else "judging.partly",
            _share(check, [f.step for f in sure]),
        )
    possible = [f for f in found if f.sure is not None or f.doubtful is not None]
    if _enough(check, [f.step for f in possible]):
        rated = [r for f in possible if (r := f.sure or f.doubtful) is not None]
        return not_assessable(
            "judging.unsure_words",
            min(r.probability for r in rated),
            tuple(r.evidence for r in rated),
        )
    nearest = max((f.nearest for f in found if f.sure is None), default=0.0)
    return absent(view, rule, mask=mask, best=nearest)


def _find_steps(
    view: CallView, rule: Rule, check: StepsCheck, *, mask: Flags
) -> tuple[_Found, ...]:
    found = []
    position = -1
    for step in check.steps:
        rated = rate_hits(view, rule, step.phrases, mask=mask, unless=check.unless)
        if check.ordered:
            rated = tuple(r for r in rated if r.hit.first >= position)
        sure, doubtful = sure_and_doubtful(rule, rated)
        if sure and check.ordered:
            position = sure[0].hit.first
        nearest = max((r.probability for r in rated), default=0.0)
        first = sure[0] if sure else None
        found.append(_Found(step, first, doubtful[0] if doubtful else None, nearest))
    return tuple(found)


def _share(check: StepsCheck, steps: list[Step]) -> Decimal:
    whole = sum((s.weight for s in check.steps), Decimal(0))
    return sum((s.weight for s in steps), Decimal(0)) / whole if whole else Decimal(0)


def _enough(check: StepsCheck, steps: list[Step]) -> bool:
    return (
        bool(steps)
        and _share(check, steps) >= check.least_share
        and all(s in steps for s in check.steps if s.needed)
    )

"""The check of limits: a measured quantity must stay within them."""

from __future__ import annotations

import math
from dataclasses import replace

from pipeline.checks import FROM_RECORDS, LimitCheck
from pipeline.finding import Evidence, Outcome
from pipeline.measures import measure
from pipeline.rating import CallView, doubt_about
from pipeline.rules import Kind, Rule
from pipeline.stream import Flags
from pipeline.talk import Interval
from pipeline.verdict import Verdict, not_applicable, not_assessable


def judge_limit(view: CallView, rule: Rule, check: LimitCheck, *, mask: Flags) -> Verdict:
    """Violated (or missed) when the measured value is outside its limits by more than `tolerance`.

    Within the tolerance it is not assessable; where nothing was measured, or too little, not
    applicable. The probability grows with the distance from the limit.
    """
    measured = measure(view, rule, check, mask=mask)
    if measured is None or measured.sample < check.least_sample:
        return not_applicable("judging.too_little")
    from_call = check.measure not in FROM_RECORDS
    if from_call and (reason := doubt_about(view, rule, mask)) and reason != "judging.unsure_words":
        return not_assessable(reason)
    beyond = _beyond(measured.value, check)
    evidence = tuple(_evidence(rule, p) for p in measured.places)
    scale = max(check.tolerance, 0.05 * max(check.at_most or 0.0, check.at_least or 0.0), 1e-9)
    probability = 1.0 / (1.0 + math.exp(-max(min(2.0 * beyond / scale, 6.0), -6.0)))
    if beyond <= 0:
        good = Outcome.CLEAR if rule.kind is Kind.FORBIDDEN else Outcome.MET
        verdict = Verdict(good, 1.0 - probability)
    elif beyond < check.tolerance:
        verdict = not_assessable("judging.near_limit", probability, evidence)
    else:
        bad = Outcome.VIOLATED if rule.kind is Kind.FORBIDDEN else Outcome.MISSED
        verdict = Verdict(bad, probability, evidence, "judging.beyond_limit")
    return replace(verdict, measured=measured.value)


def _beyond(value: float, check: LimitCheck) -> float:
    above = value - check.at_most if check.at_most is not None else -math.inf
    below = check.at_least - value if check.at_least is not None else -math.inf
    return max(above, below)


def _evidence(rule: Rule, place: Interval) -> Evidence:
    phrase = rule.sources[0].quote if rule.sources else rule.title
    return Evidence(None, place[0], place[1], "", phrase, 0.0, 0.0)

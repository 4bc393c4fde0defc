"""The check of limits: silence, interruption, speech rate, answer delay, politeness of address."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.call import Role
from pipeline.check_holds import excuses, wondering
from pipeline.finding import Evidence, Outcome
from pipeline.rating import CallView, doubt_about
from pipeline.rules import Kind, LimitCheck, Measure, Rule
from pipeline.silences import agent_owed_words, silences, soon_after, soon_before
from pipeline.stream import Flags
from pipeline.talk import Interval, interruptions
from pipeline.verdict import Verdict, not_applicable, not_assessable
from pipeline.windows import call_bounds

_NEAR_SILENCE_S = 12.0  # an announcement this near before a silence explains it
_SOON_S = 2.0  # so do thanks this soon after it


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with the size of the sample that it rests on, and where in the call it was
    measured.
    """

    value: float
    sample: float
    places: tuple[Interval, ...] = ()


def judge_limit(view: CallView, rule: Rule, check: LimitCheck, *, mask: Flags) -> Verdict:
    """Violated (or missed) when the measured value is outside its limits by more than `tolerance`.

    Within the tolerance it is not assessable; where nothing was measured, or too little, not
    applicable. The probability grows with the distance from the limit.
    """
    measured = _MEASURES[check.measure](view, rule, check, mask)
    if measured is None or measured.sample < check.least_sample:
        return not_applicable("judging.too_little")
    from_call = check.measure not in (Measure.ANSWER_DELAY, Measure.AGENT_HANGUP)
    if from_call and (reason := doubt_about(view, rule, mask)) and reason != "judging.unsure_words":
        return not_assessable(reason)
    beyond = _beyond(measured.value, check)
    evidence = tuple(_evidence(rule, check, p) for p in measured.places)
    scale = max(check.tolerance, 0.05 * max(check.at_most or 0.0, check.at_least or 0.0), 1e-9)
    probability = 1.0 / (1.0 + math.exp(-max(min(2.0 * beyond / scale, 6.0), -6.0)))
    if beyond <= 0:
        return Verdict(
            Outcome.CLEAR if rule.kind is Kind.FORBIDDEN else Outcome.MET, 1.0 - probability
        )
    if beyond < check.tolerance:
        return not_assessable("judging.near_limit", probability, evidence)
    outcome = Outcome.VIOLATED if rule.kind is Kind.FORBIDDEN else Outcome.MISSED
    return Verdict(outcome, probability, evidence, "judging.beyond_limit")


def _beyond(value: float, check: LimitCheck) -> float:
    above = value - check.at_most if check.at_most is not None else -math.inf
    below = check.at_least - value if check.at_least is not None else -math.inf
    return max(above, below)


def _evidence(rule: Rule, check: LimitCheck, place: Interval) -> Evidence:
    phrase = rule.sources[0].quote if rule.sources else rule.title
    return Evidence(None, place[0], place[1], "", phrase, 0.0, 0.0)


def _dead_air(view: CallView, rule: Rule, check: LimitCheck, mask: Flags) -> Measured | None:
    """The longest silence that the agent owed words in, neither announced nor thanked for."""
    mine, theirs = excuses(view, rule, check), wondering(view, rule, check)
    owed = [
        (s.start, s.end)
        for s in silences(view.transcript, min_s=1.0)
        if agent_owed_words(s, excuses=mine, wondering=theirs)
        and not soon_before(mine, s, within_s=_NEAR_SILENCE_S)
        and not soon_after(mine, s, within_s=_SOON_S)
    ]
    longest = max((b - a for a, b in owed), default=0.0)
    places = tuple(p for p in owed if check.at_most is not None and p[1] - p[0] > check.at_most)
    return Measured(longest, 1.0, places)


def _interruption(view: CallView, rule: Rule, check: LimitCheck, mask: Flags) -> Measured | None:
    found = interruptions(view.transcript)
    longest = max((b - a for a, b in found), default=0.0)
    places = tuple(p for p in found if check.at_most is not None and p[1] - p[0] > check.at_most)
    return Measured(longest, view.metrics.customer_talk_s, places)


def _speech_rate(view: CallView, rule: Rule, check: LimitCheck, mask: Flags) -> Measured | None:
    rate = view.metrics.agent_chars_per_min
    if rate is None:
        return None
    return Measured(rate, view.metrics.agent_talk_s, (call_bounds(view.transcript),))


def _answer_delay(view: CallView, rule: Rule, check: LimitCheck, mask: Flags) -> Measured | None:
    delay = view.metadata.answered_after_s
    return None if delay is None else Measured(delay, 1.0, ((0.0, 0.0),))


def _you_ratio(view: CallView, rule: Rule, check: LimitCheck, mask: Flags) -> Measured | None:
    """Share of 您 among 您 and 你; 你们 is no form of address to one person and is left out."""
    stream = view.streams[rule.role]
    texts = (*stream.texts, "")
    polite = [i for i, t in enumerate(stream.texts) if t == "您"]
    plain = [i for i, t in enumerate(stream.texts) if t == "你" and texts[i + 1] != "们"]
    count = len(polite) + len(plain)
    if not count:
        return None
    places = tuple((float(stream.start[i]), float(stream.end[i])) for i in plain)
    return Measured(len(polite) / count, count, places)


def _duration(view: CallView, rule: Rule, check: LimitCheck, mask: Flags) -> Measured | None:
    begin, end = call_bounds(view.transcript)
    return Measured(end - begin, 1.0, ((begin, end),))


def _agent_hangup(view: CallView, rule: Rule, check: LimitCheck, mask: Flags) -> Measured | None:
    by = view.metadata.hung_up_by
    end = call_bounds(view.transcript)[1]
    return None if by is None else Measured(float(by == Role.AGENT), 1.0, ((end, end),))


_Measurer = Callable[[CallView, Rule, LimitCheck, Flags], Measured | None]
_MEASURES: dict[Measure, _Measurer] = {
    Measure.DEAD_AIR: _dead_air,
    Measure.INTERRUPTION: _interruption,
    Measure.SPEECH_RATE: _speech_rate,
    Measure.ANSWER_DELAY: _answer_delay,
    Measure.YOU_RATIO: _you_ratio,
    Measure.DURATION: _duration,
    Measure.AGENT_HANGUP: _agent_hangup,
}

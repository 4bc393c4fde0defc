"""A measured value beside its limit, in a reader's own words."""

from __future__ import annotations

from typing import Final

from pipeline.checks import LimitCheck, Measure
from pipeline.messages import Language, say

_SHARES: Final = frozenset(  # shown in percent
    (
        Measure.RATIO,
        Measure.LISTENING_SHARE,
        Measure.SILENCE_SHARE,
        Measure.TALK_SHARE,
        Measure.RATE_OVER_CUSTOMER,
    )
)
_UNITS: Final = {
    Measure.DEAD_AIR: "judging.unit_s",
    Measure.INTERRUPTION: "judging.unit_s",
    Measure.SPEECH_RATE: "judging.unit_per_min",
    Measure.ANSWER_DELAY: "judging.unit_s",
    Measure.RATIO: "judging.unit_percent",
    Measure.RESPONSE: "judging.unit_s",
    Measure.MONOLOGUE: "judging.unit_s",
    Measure.LISTENING_SHARE: "judging.unit_percent",
    Measure.LEVEL_OVER_CUSTOMER: "judging.unit_db",
    Measure.LEVEL_RISE: "judging.unit_db",
    Measure.DURATION: "judging.unit_s",
    Measure.COUNT: "judging.unit_times",
    Measure.REPEATS: "judging.unit_times",
    Measure.FIRST_WORDS: "judging.unit_s",
    Measure.RESPONSE_LONGEST: "judging.unit_s",
    Measure.SILENCE_SHARE: "judging.unit_percent",
    Measure.TALK_SHARE: "judging.unit_percent",
    Measure.RATE_OVER_CUSTOMER: "judging.unit_percent",
}


def tell_measured(value: float | None, check: object, language: Language) -> str:
    """What was measured and what the rule allows; "" for what is not a measured quantity.

    Args:
        value: as `Finding.measured`, in the measure's own unit.
        check: of the finding's rule.
    """
    if value is None or not isinstance(check, LimitCheck):
        return ""
    if check.measure is Measure.AGENT_HANGUP:
        return say("judging.agent_hung_up" if value else "judging.agent_stayed", language)
    unit = say(_UNITS[check.measure], language)
    told = [f"{_number(value, check.measure)}{unit}"]
    limits = (("judging.at_most", check.at_most), ("judging.at_least", check.at_least))
    for key, limit in limits:
        if limit is not None:
            told.append(say(key, language, limit=f"{_number(limit, check.measure)}{unit}"))
    comma = "，" if language == "zh" else ", "
    return say("judging.measured_value", language, value=comma.join(told))


def _number(value: float, measure: Measure) -> str:
    scaled = 100 * value if measure in _SHARES else value
    return f"{scaled:.1f}".removesuffix(".0")

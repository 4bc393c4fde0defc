"""What a coefficient says, in a sentence; what is not certain is told as not certain."""

from __future__ import annotations

from typing import Final, Literal

from pipeline.agreement.tally import Estimate
from pipeline.messages import Language, say

Reading = Literal["unknown", "reliable", "tentative", "weak", "chance", "apart", "open"]
RELIABLE: Final = 0.8  # Krippendorff's marks: from here on one may rely on it,
TENTATIVE: Final = 0.667  # from here on draw careful conclusions
_RARE: Final = 0.1  # a category as rare as this makes kappa fall though people agree


def read_estimate(found: Estimate) -> Reading:
    """What a coefficient corrected for chance says, by the whole of its interval.

    Returns: reliable or tentative: the lower end is above Krippendorff's mark; weak: more than
        chance, but the upper end is below the second mark; chance: no more than chance would give,
        and surely below that mark; apart: less than chance would give; open: the interval holds
        several of these; unknown: there is no value.
    """
    if found.value is None:
        return "unknown"
    if found.low is None or found.high is None:
        return "reliable" if found.interval_fault == "no_variation" and found.value >= 1 else "open"
    if found.low >= RELIABLE:
        return "reliable"
    if found.low >= TENTATIVE:
        return "tentative"
    if found.high < 0:
        return "apart"
    if found.high < TENTATIVE:
        return "weak" if found.low > 0 else "chance"
    return "open"


def tell_item(found: Estimate, *, item: str, raters: int, language: Language) -> str:
    """One sentence on how far people agree on an item.

    Args:
        item: its name as people call it.
        raters: how many rated.
    """
    reading = read_estimate(found)
    if reading == "unknown":
        reason = say(f"agreement.{found.fault}", language)
        return say("agreement.item_unknown", language, item=item, reason=reason)
    key = f"agreement.item_{reading}{'_two' if raters == 2 else ''}"
    told = say(key, language, item=item, raters=raters)
    return told + _tell_interval(found, language)


def tell_strictness(found: Estimate, *, rater: str, language: Language) -> str:
    """One sentence on whether a rater is stricter or milder than the others."""
    if found.value is None:
        reason = say(f"agreement.{found.fault}", language)
        return say("agreement.rater_unknown", language, rater=rater, reason=reason)
    if found.low is None or found.high is None or found.low <= 0 <= found.high:
        return say("agreement.rater_alike", language, rater=rater)
    key = "agreement.rater_stricter" if found.value > 0 else "agreement.rater_milder"
    return say(key, language, rater=rater, points=round(abs(found.value) * 100))


def tell_drift(found: Estimate, *, rater: str, language: Language) -> str:
    """One sentence on whether a rater becomes stricter or milder over the months."""
    if found.value is None:
        reason = say(f"agreement.{found.fault}", language)
        return say("agreement.drift_unknown", language, rater=rater, reason=reason)
    if found.low is None or found.high is None or found.low <= 0 <= found.high:
        return say("agreement.drift_none", language, rater=rater)
    key = "agreement.drift_stricter" if found.value > 0 else "agreement.drift_milder"
    return say(key, language, rater=rater, points=round(abs(found.value) * 100, 1))


def hides_agreement(raw: float, kappa: float | None, *, rarest: float) -> bool:
    """Whether kappa is low only because nearly every unit has the same answer.

    Args:
        raw: share of pairs that agree.
        rarest: share of what is said seldom in all that was said, such as of faults.
    """
    return raw >= 0.9 and (kappa is None or kappa < TENTATIVE) and rarest < _RARE


def _tell_interval(found: Estimate, language: Language) -> str:
    if found.low is not None and found.high is not None:
        values = {"low": f"{found.low:.2f}", "high": f"{found.high:.2f}", "calls": found.calls}
        return say("agreement.interval", language, **values)
    reason = say(f"agreement.{found.interval_fault}", language)
    return say("agreement.no_interval", language, reason=reason)

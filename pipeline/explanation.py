"""Why a finding is what it is, in a reader's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.checks import LimitCheck
from pipeline.finding import Evidence, Finding, Outcome
from pipeline.measured_text import tell_measured
from pipeline.messages import Language, say
from pipeline.rules import Rule

_SAME: Final = 99.5  # similarity from which two texts are the same to a reader
_ALIKE: Final = 90.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a person needs to agree or to disagree; lines may be empty."""

    expected: str  # what the norm asks
    heard: tuple[str, ...]  # what was heard, evidence by evidence
    certainty: str  # how sure, and why
    alternative: str  # what to say instead
    norm: str  # the norm's own words, and where they stand


def explain(finding: Finding, *, rule: Rule, language: Language) -> Explanation:
    """The explanation of a finding of `rule`.

    Quotes stay in the language of the call; everything else is in `language`.
    """
    asked = say(f"judging.asked_{rule.kind.value}", language, title=rule.title)
    measured = tell_measured(finding.measured, rule.check, language)
    places = tuple(_heard(rule, e, language) for e in finding.evidence)
    heard = (measured, *places) if measured else places
    reason = say(finding.reason, language) if finding.reason else ""
    alternative = finding.suggestion or ""
    return Explanation(
        expected=asked,
        heard=heard or ((reason,) if reason else ()),
        certainty=_certainty(finding, language, reason),
        alternative=say("judging.better", language, text=alternative) if alternative else "",
        norm=_norm(rule, language),
    )


def _heard(rule: Rule, evidence: Evidence, language: Language) -> str:
    places = {"start": _clock(evidence.start), "end": _clock(evidence.end)}
    if isinstance(rule.check, LimitCheck):
        return say("judging.measured", language, **places)
    if not evidence.quote:
        return say("judging.searched", language, **places)
    values = {
        **places,
        "quote": evidence.quote,
        "phrase": evidence.phrase,
        "text": round(evidence.text_similarity),
        "sound": round(evidence.sound_similarity),
    }
    if evidence.text_similarity >= _SAME:
        return say("judging.heard_exactly", language, **values)
    if evidence.sound_similarity >= _ALIKE:
        return say("judging.heard_by_sound", language, **values)
    return say("judging.heard_nearly", language, **values)


def _certainty(finding: Finding, language: Language, reason: str) -> str:
    percent = min(99, round(100 * finding.probability))  # no machine is certain
    if finding.outcome is Outcome.NOT_APPLICABLE:
        return reason
    if finding.outcome is Outcome.NOT_ASSESSABLE:
        return say("judging.unsure", language, reason=reason)
    return say("judging.sure", language, percent=percent)


def _norm(rule: Rule, language: Language) -> str:
    if not rule.sources:
        return ""
    source = rule.sources[0]
    return say("judging.norm", language, quote=source.quote, source=str(source))


def _clock(seconds: float) -> str:
    """Minutes and seconds, as a player shows them."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"

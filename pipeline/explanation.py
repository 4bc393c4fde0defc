"""Why a finding is what it is, in a reader's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.checks import (
    FROM_RECORDS,
    HoldCheck,
    LimitCheck,
    PhraseCheck,
    SequenceCheck,
    Step,
    StepsCheck,
)
from pipeline.finding import Evidence, Finding, Outcome
from pipeline.measured_text import tell_measured
from pipeline.messages import Language, say
from pipeline.patterns import PhraseSet, Piece, plain_text
from pipeline.rules import Kind, Rule

_SAME: Final = 99.5  # similarity from which two texts are the same to a reader
_ALIKE: Final = 90.0
_MOST_PLACES: Final = 4  # of one measured quantity


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a person needs to agree or to disagree; lines may be empty."""

    expected: str  # what the norm asks
    heard: tuple[str, ...]  # what was heard, evidence by evidence, and what was not
    certainty: str  # how sure, and why
    alternative: str  # what to say instead
    norm: str  # the norm's own words, and where they stand


def explain(finding: Finding, *, rule: Rule, language: Language) -> Explanation:
    """The explanation of a finding of `rule`.

    Quotes, titles and the norm's words stay in the language of the call; everything else is in
    `language`.
    """
    reason = say(finding.reason, language) if finding.reason else ""
    alternative = finding.suggestion or ""
    return Explanation(
        expected=_expected(rule, language),
        heard=_all_heard(finding, rule, language, reason=reason),
        certainty=_certainty(finding, rule, language, reason=reason),
        alternative=say("judging.better", language, text=alternative) if alternative else "",
        norm=_norm(rule, language),
    )


def _expected(rule: Rule, language: Language) -> str:
    asked = say(f"judging.asked_{rule.kind.value}", language, title=rule.title)
    if not isinstance(rule.check, StepsCheck):
        return asked
    steps = _listed([step.title for step in rule.check.steps], language)
    return say("judging.asked_steps", language, asked=asked, steps=steps)


def _all_heard(finding: Finding, rule: Rule, language: Language, *, reason: str) -> tuple[str, ...]:
    check = rule.check
    measured = tell_measured(finding.measured, check, language)
    if isinstance(check, LimitCheck):
        told = [measured, _places(finding.evidence, language)]
    else:
        told = [_heard(rule, evidence, language) for evidence in finding.evidence]
        told += _not_heard(finding, rule, language)
    found = tuple(dict.fromkeys(line for line in told if line))
    if found or finding.outcome is not Outcome.CLEAR:
        return found or ((reason,) if reason else ())
    return (say("judging.nothing_found", language),)


def _heard(rule: Rule, evidence: Evidence, language: Language) -> str:
    if not evidence.quote:
        return _silent(rule, evidence, language)
    values = {
        "start": _clock(evidence.start),
        "quote": evidence.quote,
        "phrase": plain_text(evidence.phrase),
        "text": round(evidence.text_similarity),
        "sound": round(evidence.sound_similarity),
    }
    if evidence.text_similarity >= _SAME:
        return say("judging.heard_exactly", language, **values)
    if evidence.sound_similarity >= _ALIKE:
        return say("judging.heard_by_sound", language, **values)
    return say("judging.heard_nearly", language, **values)


def _silent(rule: Rule, evidence: Evidence, language: Language) -> str:
    """A stretch without the words that belong there: searched in vain, or a wait."""
    places = {"start": _clock(evidence.start), "end": _clock(evidence.end)}
    if not isinstance(rule.check, HoldCheck):
        return say("judging.searched", language, **places)
    seconds = round(evidence.end - evidence.start)
    return say(f"judging.hold_not_{rule.check.part}", language, seconds=seconds, **places)


def _not_heard(finding: Finding, rule: Rule, language: Language) -> list[str]:
    """What would have made the finding another one, and was not said."""
    check, quoted = rule.check, any(e.quote for e in finding.evidence)
    if isinstance(check, StepsCheck) and quoted:
        missing = [step.title for step in check.steps if not _said(step, finding.evidence)]
        steps = _listed(missing, language)
        return [say("judging.steps_missing", language, steps=steps)] if missing else []
    if finding.outcome is not Outcome.VIOLATED:
        return []
    wanted: Sequence[PhraseSet] = ()
    if isinstance(check, SequenceCheck):
        wanted = [item.phrases for item in check.items if item.absent]
    elif isinstance(check, PhraseCheck) and check.softening.phrases:
        wanted = [check.softening.phrases]
    key = "judging.not_softened" if isinstance(check, PhraseCheck) else "judging.not_followed"
    return [say(key, language, phrase=example) for w in wanted if (example := _example(w))]


def _said(step: Step, evidence: Sequence[Evidence]) -> bool:
    phrases = {pattern.text for pattern in step.phrases.patterns}
    return any(e.phrase in phrases for e in evidence)


def _example(phrases: PhraseSet) -> str:
    """One of the phrases that a person would say so; "" where all have something open in them."""
    whole = (p.text for p in phrases.patterns if all(isinstance(e, Piece) for e in p.elements))
    return plain_text(next(whole, ""))


def _places(evidence: Sequence[Evidence], language: Language) -> str:
    """Where a measured quantity was beyond its limit."""
    spans = [(e.start, e.end) for e in evidence if e.end > 0]
    if not spans:
        return ""
    told = [
        _clock(start) if end - start < 0.1 else f"{_clock(start)}–{_clock(end)}"
        for start, end in spans[:_MOST_PLACES]
    ]
    more = len(spans) - len(told)
    places = _listed(told, language) + (say("judging.and_more", language, count=more) * bool(more))
    return say("judging.measured", language, places=places)


def _certainty(finding: Finding, rule: Rule, language: Language, *, reason: str) -> str:
    if finding.outcome is Outcome.NOT_APPLICABLE:
        return reason
    if finding.outcome is Outcome.NOT_ASSESSABLE:
        return say("judging.unsure", language, reason=reason)
    percent = min(99, round(100 * finding.probability))  # no machine is certain
    why = say(f"judging.{_ground(finding, rule)}", language)
    return say("judging.sure", language, percent=percent, why=why)


def _ground(finding: Finding, rule: Rule) -> str:
    """What the probability rests on, as the end of a message key."""
    if isinstance(rule.check, LimitCheck):
        return "by_record" if rule.check.measure in FROM_RECORDS else "by_measure"
    quotes = [e for e in finding.evidence if e.quote]
    if not quotes:
        waited = isinstance(rule.check, HoldCheck) and finding.outcome is Outcome.MISSED
        nothing = "by_absence" if rule.kind is not Kind.FORBIDDEN else "by_nothing"
        return "by_silence" if waited else nothing
    if all(e.text_similarity >= _SAME for e in quotes):
        return "by_words"
    alike = all(e.sound_similarity >= _ALIKE for e in quotes)
    return "by_sound" if alike else "by_likeness"


def _norm(rule: Rule, language: Language) -> str:
    if not rule.sources:
        return ""
    source = rule.sources[0]
    return say("judging.norm", language, quote=source.quote, source=str(source))


def _listed(words: Sequence[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(words)


def _clock(seconds: float) -> str:
    """Minutes, seconds and tenths, as the transcript shows them."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"

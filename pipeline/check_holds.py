"""The check of holds: announced before, thanked for after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.call import Role, Transcript, Turn
from pipeline.finding import Evidence, Outcome
from pipeline.patterns import Pattern
from pipeline.rating import CallView, RatedHit, doubt_about, rate_hits
from pipeline.rules import HoldCheck, Rule
from pipeline.stream import Flags
from pipeline.verdict import (
    Verdict,
    doubt_reason,
    from_hits,
    not_applicable,
    not_assessable,
    sure_and_doubtful,
)

_BEFORE_S = 0.5  # word times are this inexact at the edges of a silence


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody speaks from `start` to `end`, in seconds; who spoke before, who speaks next."""

    start: float
    end: float
    before: Role
    after: Role

    @property
    def length_s(self) -> float:
        return self.end - self.start


def silences(transcript: Transcript, *, min_s: float) -> tuple[Silence, ...]:
    """Every stretch of at least `min_s` between words in which neither party is understood to
    speak.

    Silence before the first and after the last word is not part of the call.
    """
    spoken = [turn for turn in transcript.turns if turn.text.strip()]
    found = []
    last: Turn | None = None
    for turn in sorted(spoken, key=lambda t: t.start):
        if last is not None and turn.start - last.end >= min_s:
            found.append(Silence(last.end, turn.start, last.role, turn.role))
        last = turn if last is None or turn.end > last.end else last
    return tuple(found)


def judge_hold(view: CallView, rule: Rule, check: HoldCheck, *, mask: Flags) -> Verdict:
    """Each hold must have its words: before it for `announced`, after it for `resumed`.

    A hold is a silence of `min_s` after which the agent has the word, or of `announced_min_s`
    after an announcement. A silence that ends with words such as 喂 or 您还在吗 was the customer's
    and is none. Met when every hold has its words, missed when one has not, not applicable
    without a hold.
    """
    announced = _certain(view, rule, check.announcements, mask)
    resumed = _certain(view, rule, check.resumptions, mask)
    excused = rate_hits(view, rule, check.excuses, mask=mask)
    satisfied: list[RatedHit] = []
    missed: list[Silence] = []
    doubtful: list[RatedHit] = []
    for silence in silences(view.transcript, min_s=check.announced_min_s):
        before, after = _before(announced, silence, check), _after(resumed, silence, check)
        long_enough = silence.length_s >= check.min_s and silence.after is not Role.CUSTOMER
        if not (long_enough or before) or (not before and _after(excused, silence, check)):
            continue
        mine = before if check.part == "announced" else after
        sure, unsure = sure_and_doubtful(rule, mine)
        if sure:
            satisfied.append(sure[-1] if check.part == "announced" else sure[0])
        elif unsure:
            doubtful.append(unsure[0])
        elif silence.length_s >= check.min_s:
            missed.append(silence)
    return _verdict(view, rule, satisfied=satisfied, doubtful=doubtful, missed=missed, mask=mask)


def _verdict(
    view: CallView,
    rule: Rule,
    *,
    satisfied: list[RatedHit],
    doubtful: list[RatedHit],
    missed: list[Silence],
    mask: Flags,
) -> Verdict:
    if missed and (reason := doubt_about(view, rule, mask)):
        return not_assessable(reason)
    if missed:
        return Verdict(
            Outcome.MISSED, 0.9, tuple(_evidence(rule, s) for s in missed), "judging.hold"
        )
    if doubtful:
        best = max(r.probability for r in doubtful)
        return not_assessable(doubt_reason(doubtful), best, tuple(r.evidence for r in doubtful))
    return from_hits(rule, satisfied) if satisfied else not_applicable("judging.no_hold")


def _certain(
    view: CallView, rule: Rule, patterns: Iterable[Pattern], mask: Flags
) -> tuple[RatedHit, ...]:
    return tuple(
        r for r in rate_hits(view, rule, patterns, mask=mask) if r.probability >= rule.review_p
    )


def _before(rated: Iterable[RatedHit], silence: Silence, check: HoldCheck) -> tuple[RatedHit, ...]:
    earliest = silence.start - check.within_s
    return tuple(r for r in rated if earliest <= r.evidence.end <= silence.start + _BEFORE_S)


def _after(rated: Iterable[RatedHit], silence: Silence, check: HoldCheck) -> tuple[RatedHit, ...]:
    latest = silence.end + check.within_s
    return tuple(r for r in rated if silence.end - _BEFORE_S <= r.evidence.start <= latest)


def _evidence(rule: Rule, silence: Silence) -> Evidence:
    phrase = rule.sources[0].quote if rule.sources else rule.title
    return Evidence(None, silence.start, silence.end, "", phrase, 0.0, 0.0)

"""The check of phrases: said, said with an excuse, or not said."""

from __future__ import annotations

from pipeline.call import Role
from pipeline.checks import PhraseCheck, Softening
from pipeline.finding import Evidence, Outcome
from pipeline.matching import Hit
from pipeline.rating import CallView, RatedHit, doubt_about, rate_hits
from pipeline.rules import Kind, Rule
from pipeline.stream import Flags
from pipeline.verdict import (
    Verdict,
    clear,
    doubt_reason,
    from_hits,
    not_applicable,
    not_assessable,
    sure_and_doubtful,
)

_SOFTENER_SIMILARITY = 82.0
_FEW_TOKENS = 8
_EDGE_S = 0.3  # turns overlap a little at their edges


def judge_phrases(view: CallView, rule: Rule, check: PhraseCheck, *, mask: Flags) -> Verdict:
    """Done when `at_least` different phrases, and `times` in all, are certain hits unsoftened.

    With fewer, but enough when doubtful ones are counted: not assessable. Otherwise the thing
    was not done, which is clear, missed or, for a credit, of no concern, unless the role was
    not heard well enough to say so.
    """
    if not view.hits(rule.role, check.phrases):  # most rules, in most calls
        return absent(view, rule, mask=mask, best=0.0)
    rated = rate_hits(view, rule, check.phrases, mask=mask, unless=check.unless)
    rated = tuple(r for r in rated if not is_softened(view, rule, r, softening=check.softening))
    sure, doubtful = sure_and_doubtful(rule, rated)
    if sure and _enough(sure, check):
        return from_hits(rule, sure)
    if doubtful and _enough((*sure, *doubtful), check):
        evidence = tuple(r.evidence for r in (*sure, *doubtful))
        return not_assessable(
            doubt_reason(doubtful), max(r.probability for r in doubtful), evidence
        )
    rest = [r.probability for r in rated if r not in sure]  # too few sure ones stay too few
    return absent(view, rule, mask=mask, best=max(rest, default=0.0))


def _enough(rated: tuple[RatedHit, ...], check: PhraseCheck) -> bool:
    different = len({r.hit.pattern.text for r in rated})
    return different >= check.at_least and len(rated) >= check.times


def _said_between(view: CallView, rule: Rule, *, hit: Hit, other: Hit) -> int:
    """How many tokens the other party says between two hits of the rule's role."""
    own = view.streams[rule.role]
    theirs = view.streams[Role.CUSTOMER if rule.role is Role.AGENT else Role.AGENT]
    first, second = sorted((hit, other), key=lambda h: h.first)
    after = theirs.start >= own.end[first.last] - _EDGE_S
    return int((after & (theirs.end <= own.start[second.first] + _EDGE_S)).sum())


def absent(view: CallView, rule: Rule, *, mask: Flags, best: float) -> Verdict:
    """The verdict where the thing was not found; `best` is the probability of the nearest miss."""
    if reason := doubt_about(view, rule, mask):
        return not_assessable(reason)
    if rule.kind is Kind.CREDIT:
        return not_applicable("judging.not_earned")
    if rule.kind is Kind.FORBIDDEN:
        return clear(1.0 - best)
    where = (searched(view, rule, mask),)
    if 1.0 - best < rule.report_p:
        return not_assessable("judging.unsure_words", 1.0 - best, where)
    return Verdict(Outcome.MISSED, 1.0 - best, where, "judging.not_said")


def searched(view: CallView, rule: Rule, mask: Flags) -> Evidence:
    """The stretch of the call in which a required thing was looked for and not found."""
    stream = view.streams[rule.role]
    look = mask.nonzero()[0]
    first, last = (int(look[0]), int(look[-1])) if len(look) else (0, len(stream.texts) - 1)
    return Evidence(
        turn_no=None,
        start=float(stream.start[first]),
        end=float(stream.end[last]),
        quote="",
        phrase=rule.sources[0].quote if rule.sources else rule.title,
        text_similarity=0.0,
        sound_similarity=0.0,
    )


def is_softened(view: CallView, rule: Rule, rated: RatedHit, *, softening: Softening) -> bool:
    """Whether words near the hit take the edge off it: near in time and in turns.

    Words of a later turn are about something else when the other party has said more than a few
    words in between.
    """
    stream, hit = view.streams[rule.role], rated.hit
    turn = int(stream.exchange[hit.first])
    for other in view.hits(rule.role, softening.phrases):
        apart = int(stream.exchange[other.first]) - turn
        distance = max(
            float(stream.start[other.first] - stream.end[hit.last]),
            float(stream.start[hit.first] - stream.end[other.last]),
        )
        apart_from_hit = other.first > hit.last or hit.first > other.last
        if (
            apart_from_hit
            and other.sound_similarity >= _SOFTENER_SIMILARITY
            and -softening.turns_before <= apart <= softening.turns_after
            and distance <= softening.within_s
            and (not apart or _said_between(view, rule, hit=hit, other=other) <= _FEW_TOKENS)
        ):
            return True
    return False

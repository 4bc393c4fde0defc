"""Rates hits: how probable each is, what it rests on, which of several at one place stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from rapidfuzz.distance import LCSseq

from pipeline.call import CallMetadata, Role, TalkMetrics, Transcript
from pipeline.finding import Evidence
from pipeline.matching import Hit
from pipeline.patterns import PhraseSet
from pipeline.probability import EvidenceWeights, HitEvidence, evidence_weights, hit_probability
from pipeline.rules import Rule
from pipeline.stream import Flags, Stream
from pipeline.windows import window_mask

_TOKENS_PER_WORD: Final = 1.8  # a Spanish word says about as much as so many Chinese syllables
_EXCEPTION_SIMILARITY: Final = 82.0  # an exception must itself be heard this well
_EXCEPTION_SLACK: Final = 8.0  # and not much worse than the phrase that it excuses


WindowKey = tuple[bool, int]


def _window_key(rule: Rule) -> WindowKey:
    """Equal for rules of one role that share a window; the rules outlive the call."""
    return rule.role is Role.CUSTOMER, id(rule.window)


@dataclass(frozen=True, slots=True)
class HitPlace:
    """What tells the hits of one call apart; `first` and `last` are tokens of the role's words."""

    role: Role
    phrase: str
    first: int
    last: int


def place_of(role: Role, hit: Hit) -> HitPlace:
    """Where a hit is, and of what."""
    return HitPlace(role, hit.pattern.text, hit.first, hit.last)


class Weighed(NamedTuple):
    """A hit with what its probability rests on, whichever rule asks for it."""

    hit: Hit
    grounds: HitEvidence
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class CallView:
    """Everything the rules may look at: the call, and the hits of every phrase by role."""

    transcript: Transcript
    metadata: CallMetadata
    metrics: TalkMetrics
    streams: Mapping[Role, Stream]
    found: Mapping[Role, Mapping[PhraseSet, tuple[Hit, ...]]]
    masks: dict[WindowKey, Flags] = field(default_factory=dict)  # worked out so far
    weighed: dict[int, Weighed] = field(default_factory=dict)  # by the hit's identity
    told: dict[int, Evidence] = field(default_factory=dict)  # likewise
    chances: dict[WindowKey, tuple[float, float]] = field(default_factory=dict)
    listened: Mapping[HitPlace, float] = field(default_factory=dict)  # acoustic evidence
    weights: EvidenceWeights = field(default_factory=evidence_weights)

    def mask(self, rule: Rule) -> Flags:
        """Where the rule looks: one flag per token of its role."""
        key = _window_key(rule)
        known = self.masks.get(key)
        if known is None:
            known = self.masks[key] = window_mask(self.streams[rule.role], rule.window)
        return known

    def hits(self, role: Role, phrases: PhraseSet) -> tuple[Hit, ...]:
        """Where `role` said one of `phrases`, ascending."""
        return self.found[role].get(phrases, ())


class RatedHit(NamedTuple):
    """A hit with its evidence; `certain` says that who spoke and what was said is clear enough
    to judge.
    """

    hit: Hit
    probability: float
    evidence: Evidence
    certain: bool
    grounds: HitEvidence


def rate_hits(
    view: CallView,
    rule: Rule,
    phrases: PhraseSet,
    *,
    mask: Flags,
    unless: PhraseSet | None = None,
    role: Role | None = None,
) -> tuple[RatedHit, ...]:
    """The hits of any of `phrases` inside the window `mask`, ascending in time.

    A hit under an exception does not count. Of hits that overlap, the most probable stands. The
    rule's own role is searched unless another is named.
    """
    speaker = role or rule.role
    said = view.hits(speaker, phrases)
    if not said:
        return ()
    found = [h for h in said if mask[h.first] or mask[h.last]]
    if excuses := view.hits(speaker, unless) if unless else ():
        found = [h for h in found if not any(_excuses(e, h) for e in excuses)]
    weighed = [view.weighed.get(id(hit)) or _weigh(view, speaker, hit) for hit in found]
    if len(weighed) > 1:
        weighed = _apart(weighed)
    return tuple([_rated(view, rule, one, speaker=speaker) for one in weighed])


def _apart(weighed: list[Weighed]) -> list[Weighed]:
    """The most probable of hits that overlap, ascending."""
    kept: list[Weighed] = []
    for one in sorted(weighed, key=lambda w: -w.probability):
        first, last = one.hit.first, one.hit.last
        if all(last < k.hit.first or first > k.hit.last for k in kept):
            kept.append(one)
    return sorted(kept, key=lambda w: w.hit.first)


def _excuses(exception: Hit, hit: Hit) -> bool:
    """Whether an exception that lies over a hit takes it back.

    One that says more than the hit (不知道您… against 不知道) may be heard somewhat worse; one that
    says no more is a rival reading of the same words and must be heard better.
    """
    if exception.first > hit.last or hit.first > exception.last:
        return False
    if exception.first < hit.first or exception.last > hit.last:
        least = max(_EXCEPTION_SIMILARITY, hit.sound_similarity - _EXCEPTION_SLACK)
        return exception.sound_similarity >= least
    return exception.sound_similarity > hit.sound_similarity


def _weigh(view: CallView, speaker: Role, hit: Hit) -> Weighed:
    stream = view.streams[speaker]
    listened = view.listened.get(place_of(speaker, hit)) if view.listened else None
    grounds = _grounds(stream, hit, acoustic_llr=listened)
    weighed = Weighed(hit, grounds, hit_probability(grounds, view.weights))
    view.weighed[id(hit)] = weighed
    return weighed


def _tell(view: CallView, speaker: Role, weighed: Weighed) -> Evidence:
    stream, hit, grounds = view.streams[speaker], weighed.hit, weighed.grounds
    evidence = Evidence(
        turn_no=stream.transcript.turns[int(stream.turn[hit.first])].turn_no,
        start=float(stream.start[hit.first]),
        end=float(stream.end[hit.last]),
        quote=stream.quote(hit.first, hit.last),
        phrase=hit.pattern.text,
        text_similarity=round(grounds.text_similarity, 1),
        sound_similarity=round(grounds.sound_similarity, 1),
        acoustic_llr=grounds.acoustic_llr,
    )
    view.told[id(hit)] = evidence
    return evidence


def _grounds(stream: Stream, hit: Hit, *, acoustic_llr: float | None = None) -> HitEvidence:
    """What the probability of a hit rests on."""
    inside = slice(hit.first, hit.last + 1)
    words = stream.probability[inside].tolist()
    heard = stream.texts[inside]
    meant = hit.pattern.tokens or heard  # a regular expression fits what it fits
    longer = max(len(meant), len(heard)) if len(hit.pattern.elements) == 1 else len(meant)
    tokens = len(meant) if stream.language == "zh" else round(len(meant) * _TOKENS_PER_WORD)
    return HitEvidence(
        sound_similarity=hit.sound_similarity,
        text_similarity=100.0 * LCSseq.similarity(meant, heard) / longer,
        word_probability=sum(words) / len(words),
        role_probability=min(stream.role_probability[inside].tolist()),
        tokens=tokens,
        acoustic_llr=acoustic_llr,
    )


def _rated(view: CallView, rule: Rule, weighed: Weighed, *, speaker: Role) -> RatedHit:
    hit, grounds = weighed.hit, weighed.grounds
    evidence = view.told.get(id(hit)) or _tell(view, speaker, weighed)
    certain = (
        grounds.role_probability >= rule.min_role_p and grounds.word_probability >= rule.min_word_p
    )
    return RatedHit(hit, weighed.probability, evidence, certain, grounds)


def doubt_about(view: CallView, rule: Rule, mask: Flags) -> str:
    """Why silence on a rule cannot be judged: a message key, or "" where it can.

    Nothing may be called missed, or clear, where the role is not heard at all, where it is
    uncertain who spoke, or where the words were hardly understood.
    """
    stream = view.streams[rule.role]
    if not len(stream.texts):
        return "judging.no_speech"
    role, words = _mean_chances(view, rule, mask)
    if role < rule.min_role_p:
        return "judging.unsure_role"
    return "judging.unsure_words" if words < rule.min_word_p else ""


def _mean_chances(view: CallView, rule: Rule, mask: Flags) -> tuple[float, float]:
    """Mean probability that the role spoke in the window, and that its words are right.

    A window without words is judged by the whole call.
    """
    key = _window_key(rule)
    own = view.masks.get(key) is mask
    if own and key in view.chances:
        return view.chances[key]
    stream = view.streams[rule.role]
    heard = int(np.count_nonzero(mask))
    look = mask if 0 < heard < len(mask) else slice(None)
    count = heard or len(mask)
    role = float(stream.role_probability[look].sum()) / count
    words = float(stream.probability[look].sum()) / count
    if own:
        view.chances[key] = role, words
    return role, words

"""Rates hits: how probable each is, what it rests on, which of several at one place stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from rapidfuzz.distance import LCSseq

from pipeline.call import CallMetadata, Role, TalkMetrics, Transcript
from pipeline.finding import Evidence
from pipeline.matching import Hit
from pipeline.patterns import PhraseSet, Piece
from pipeline.probability import HitEvidence, hit_probability
from pipeline.rules import Rule
from pipeline.stream import Flags, Stream

_TOKENS_PER_WORD: Final = 1.8  # a Spanish word says about as much as so many Chinese syllables
_EXCEPTION_SIMILARITY: Final = 82.0  # an exception must itself be heard this well
_EXCEPTION_SLACK: Final = 8.0  # and not much worse than the phrase that it excuses


@dataclass(frozen=True, slots=True, eq=False)
class CallView:
    """Everything the rules may look at: the call, and the hits of every phrase by role."""

    transcript: Transcript
    metadata: CallMetadata
    metrics: TalkMetrics
    streams: Mapping[Role, Stream]
    found: Mapping[Role, Mapping[PhraseSet, tuple[Hit, ...]]]

    def hits(self, role: Role, phrases: PhraseSet) -> tuple[Hit, ...]:
        """Where `role` said one of `phrases`, ascending."""
        return self.found[role].get(phrases, ())


@dataclass(frozen=True, slots=True)
class RatedHit:
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
    found = [h for h in view.hits(speaker, phrases) if mask[h.first] or mask[h.last]]
    excuses = view.hits(speaker, unless) if unless else ()
    found = [h for h in found if not any(_excuses(e, h) for e in excuses)]
    stream = view.streams[speaker]
    rated = sorted((_rate(stream, h, rule) for h in found), key=lambda r: -r.probability)
    kept: list[RatedHit] = []
    for one in rated:
        if all(one.hit.last < k.hit.first or one.hit.first > k.hit.last for k in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda r: r.hit.first))


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


def _rate(stream: Stream, hit: Hit, rule: Rule) -> RatedHit:
    inside = slice(hit.first, hit.last + 1)
    heard_p = stream.probability[inside].tolist()
    words = sum(heard_p) / len(heard_p)
    role = min(stream.role_probability[inside].tolist())
    meant = [t for e in hit.pattern.elements if isinstance(e, Piece) for t in e.tokens]
    heard = list(stream.texts[inside])
    longer = max(len(meant), len(heard)) if len(hit.pattern.elements) == 1 else len(meant)
    text = 100.0 * LCSseq.similarity(meant, heard) / longer
    tokens = len(meant) if stream.language == "zh" else round(len(meant) * _TOKENS_PER_WORD)
    sound = hit.sound_similarity
    grounds = HitEvidence(sound, text, words, role, tokens)
    evidence = Evidence(
        turn_no=stream.transcript.turns[int(stream.turn[hit.first])].turn_no,
        start=float(stream.start[hit.first]),
        end=float(stream.end[hit.last]),
        quote=stream.quote(hit.first, hit.last),
        phrase=hit.pattern.text,
        text_similarity=round(text, 1),
        sound_similarity=round(sound, 1),
    )
    certain = role >= rule.min_role_p and words >= rule.min_word_p
    return RatedHit(hit, hit_probability(grounds), evidence, certain, grounds)


def doubt_about(view: CallView, rule: Rule, mask: Flags) -> str:
    """Why silence on a rule cannot be judged: a message key, or "" where it can.

    Nothing may be called missed, or clear, where the role is not heard at all, where it is
    uncertain who spoke, or where the words were hardly understood.
    """
    stream = view.streams[rule.role]
    if not len(stream.texts):
        return "judging.no_speech"
    heard = int(np.count_nonzero(mask))
    look = mask if 0 < heard < len(mask) else slice(None)
    count = heard or len(mask)
    if float(stream.role_probability[look].sum()) < rule.min_role_p * count:
        return "judging.unsure_role"
    if float(stream.probability[look].sum()) < rule.min_word_p * count:
        return "judging.unsure_words"
    return ""

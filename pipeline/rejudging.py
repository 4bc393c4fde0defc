"""Judging a stored call anew: no sound is heard, what a second listen said is used again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.call import CallMetadata, Role, TalkMetrics, Transcript
from pipeline.finding import Finding, Listened
from pipeline.judging import judge
from pipeline.matching import Hit
from pipeline.probability import EvidenceWeights
from pipeline.rating import CallView, HitPlace, place_of
from pipeline.rules import Phrasebook
from pipeline.second_listen import find_doubts

Listen = Callable[[CallView], CallView]
_MARK: Final = "+listen@"  # in the recogniser's version; what follows is the most places of a call


@dataclass(frozen=True, slots=True)
class HeardCall:
    """All that judging needs of a stored call."""

    metadata: CallMetadata
    transcript: Transcript
    metrics: TalkMetrics
    asr_model: str
    listened: tuple[Listened, ...] = ()


@dataclass(frozen=True, slots=True)
class AudioNeed:
    """A place that a second listen would have looked at, and that none has: its verdict rests on
    the transcript alone.
    """

    call_id: str
    start: float
    end: float
    phrase: str


@dataclass(frozen=True, slots=True)
class Rejudged:
    """Findings of a stored call, and where they lack the second listen that its others had."""

    findings: tuple[Finding, ...]
    audio_needs: tuple[AudioNeed, ...] = ()


def judge_again(
    call: HeardCall, *, phrasebook: Phrasebook, weights: EvidenceWeights | None = None
) -> Rejudged:
    """What the phrasebook says of a stored call.

    The same as `judge` with the second listen's evidence that is kept. Where the call was listened
    to twice and the phrasebook doubts places that were not among those, they are named.

    Args:
        weights: of the evidence, where they are not the program's own.
    """
    needs: list[AudioNeed] = []
    places = listened_places(call.asr_model)
    listen: Listen | None = None
    if places or weights:

        def listen(view: CallView) -> CallView:
            seen = replace(view, weights=weights) if weights else view
            if not places:
                return seen
            heard = replace(seen, listened=evidence_of(view, call.listened))
            needs.extend(_needs(heard, call.metadata.call_id, phrasebook, at_most=places))
            return heard

    findings = judge(
        call.transcript,
        metadata=call.metadata,
        metrics=call.metrics,
        phrasebook=phrasebook,
        listen=listen,
    )
    return Rejudged(findings, tuple(needs))


def listened_places(asr_model: str) -> int:
    """How many places of the call were listened to twice, at most; 0 for none."""
    _, mark, count = asr_model.partition(_MARK)
    return int(count) if mark and count.isdigit() else 0


def evidence_of(view: CallView, listened: tuple[Listened, ...]) -> dict[HitPlace, float]:
    """The kept evidence by the places of the call's hits; what fits no hit is left out."""
    said = {(x.role, x.phrase, x.start, x.end): x.acoustic_llr for x in listened}
    found: dict[HitPlace, float] = {}
    for role, hit in _hits(view) if said else ():
        stream = view.streams[role]
        key = (
            role,
            hit.pattern.text,
            float(stream.start[hit.first]),
            float(stream.end[hit.last]),
        )
        if key in said:
            found[place_of(role, hit)] = said[key]
    return found


@dataclass(slots=True)
class KeptEvidence:
    """Keeps what a second listen says while it is said; a call's own, used once."""

    listened: tuple[Listened, ...] = field(default=())

    def of(self, listen: Listen) -> Listen:
        """The same listen, noting its evidence by time."""

        def noting(view: CallView) -> CallView:
            heard = listen(view)
            kept = [_kept(heard, place, value) for place, value in heard.listened.items()]
            self.listened = tuple(sorted(kept, key=lambda x: (x.start, x.phrase)))
            return heard

        return noting


def _kept(view: CallView, place: HitPlace, value: float) -> Listened:
    stream = view.streams[place.role]
    start, end = float(stream.start[place.first]), float(stream.end[place.last])
    return Listened(place.role, place.phrase, start, end, value)


def _hits(view: CallView) -> list[tuple[Role, Hit]]:
    return [
        (role, hit) for role, sets in view.found.items() for hits in sets.values() for hit in hits
    ]


def _needs(
    view: CallView, call_id: str, phrasebook: Phrasebook, *, at_most: int
) -> list[AudioNeed]:
    needs = []
    for doubt in find_doubts(view, phrasebook, at_most=at_most):
        place, words = doubt.candidates[0]
        if all(candidate not in view.listened for candidate, _ in doubt.candidates):
            stream = view.streams[place.role]
            start, end = float(stream.start[place.first]), float(stream.end[place.last])
            needs.append(AudioNeed(call_id, start, end, words))
    return needs

"""Who speaks when in a recording that mixes both parties into one channel.

The segmentation network says where somebody speaks and where one voice hands over to another; the
stretches between pauses and hand-overs are told apart by their voices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.clustering import IntArray, centroids, divide_voices
from models.segmentation import SpeechSegmenter, WindowActivity, level
from models.spans import FloatArray, Interval, cut, is_tone, level_db
from models.stretches import (
    StretchSettings,
    join_turns,
    links,
    overlap_border,
    overlaps,
    stretches,
)
from models.voice_embedding import VoiceEmbedder
from pipeline.call import SpeakerSpan
from pipeline.engines import Waveform


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How stretches are told apart; measured in docs/hearing.md.

    step_s: between the windows of the segmentation network, at most.
    embedded_s: of a long stretch, only the middle is heard for its voice.
    trusted_s: shorter stretches do not shape the voices, they are given to the nearest.
    heard_s: under it, a stretch has no voice of its own and goes by its neighbours in the windows.
    link_weight: of what the segmentation says of a pair, against the cosine of their voices.
    overlap: probability from which two are said to speak at once, in a call with a usual share of
        overlaps.
    usual_overlap: that share of the speech; 0.1 to 0.2 were alike on recordings with known turns.
    overlap_reach_s: the second of them is whoever else speaks within this time.
    """

    step_s: float = 6.0
    embedded_s: float = 3.0
    trusted_s: float = 0.5
    heard_s: float = 0.2
    link_weight: float = 0.1
    turn_gap_s: float = 0.7
    overlap: float = 0.6
    usual_overlap: float = 0.15
    least_overlap_s: float = 0.3
    overlap_reach_s: float = 5.0
    margin_s: float = 0.03
    cutting: StretchSettings = field(default_factory=StretchSettings)


class VoiceDiarizer:
    """Speech per voice in a mono recording: `voice-0`, `voice-1`, in order of appearance."""

    def __init__(
        self,
        segmenter: SpeechSegmenter,
        embedder: VoiceEmbedder,
        settings: VoiceSettings | None = None,
    ) -> None:
        self._segmenter = segmenter
        self._embedder = embedder
        self._settings = settings or VoiceSettings()

    def diarize(self, waveform: Waveform) -> tuple[SpeakerSpan, ...]:
        """Spans ascending by start.

        Args:
            waveform: shape (1, samples) at 16 kHz.
        """
        activity = self._segmenter.listen(waveform[0], step_s=self._settings.step_s)
        return self.tell_apart(activity, waveform[0])

    def tell_apart(self, activity: WindowActivity, channel: FloatArray) -> tuple[SpeakerSpan, ...]:
        """Spans of a channel whose segmentation is known.

        Where two speak at once, the second has a span of its own within that of the first.
        """
        s = self._settings
        found = [
            stretch
            for stretch in stretches(activity, channel, settings=s.cutting)
            if not is_tone(cut(channel, stretch))
        ]
        if not found:
            return ()
        labels = self._labels(activity, channel, found).tolist()
        numbers = {label: number for number, label in enumerate(dict.fromkeys(labels))}
        spans: list[SpeakerSpan] = []
        for label, number in numbers.items():
            own = [i for i, mine in zip(found, labels, strict=True) if mine == label]
            others = [i for i, mine in zip(found, labels, strict=True) if mine != label]
            for interval in join_turns(own, others, max_gap_s=s.turn_gap_s, margin_s=s.margin_s):
                spans.append(_span(interval, f"voice-{number}", channel))
        border = overlap_border(activity, least=s.overlap, usual_share=s.usual_overlap)
        for interval in overlaps(activity, least=border, least_s=s.least_overlap_s):
            for part, label in second_voices(interval, found, labels, reach_s=s.overlap_reach_s):
                spans.append(_span(part, f"voice-{numbers[label]}", channel))
        return tuple(sorted(spans, key=lambda span: (span.start, span.speaker)))

    def _labels(
        self, activity: WindowActivity, channel: FloatArray, found: Sequence[Interval]
    ) -> IntArray:
        if len(found) == 1:
            return np.zeros(1, dtype=np.int64)
        s = self._settings
        voices = np.stack([self._voice(channel, interval) for interval in found])
        weights = np.array([min(i.duration_s, s.embedded_s) for i in found], dtype=np.float32)
        told = links(activity, found)
        trusted = _trusted(weights, least_s=s.trusted_s)
        labels = divide_voices(
            voices[trusted],
            weights[trusted],
            told[np.ix_(trusted, trusted)],
            link_weight=s.link_weight,
        )
        places = centroids(voices[trusted], weights[trusted], labels)
        one_hot = np.eye(len(places))[labels] * weights[trusted][:, None]
        by_link = told[:, trusted] @ one_hot / max(float(weights[trusted].sum()), 1e-9)
        # the shorter a stretch, the less its voice says of it
        certainty = np.minimum(weights / 0.7, 1.0)[:, None]
        nearest: IntArray = np.argmax(
            (voices @ places.T) * certainty + 2 * s.link_weight * by_link, axis=1
        ).astype(np.int64)
        nearest[trusted] = labels
        return nearest

    def _voice(self, channel: FloatArray, interval: Interval) -> FloatArray:
        s = self._settings
        if interval.duration_s < s.heard_s:
            return np.zeros(192, dtype=np.float32)
        return self._embedder.embed(level(cut(channel, _middle(interval, s.embedded_s))))


def second_voices(
    overlap: Interval, found: Sequence[Interval], labels: Sequence[int], *, reach_s: float
) -> list[tuple[Interval, int]]:
    """Who speaks beneath the voice that a stretch was given to, where two speak at once.

    It is the other voice that speaks nearest in time, if within `reach_s`.

    Returns: parts of the overlap with the label of the second voice.
    """
    parts = []
    for stretch, label in zip(found, labels, strict=True):
        part = Interval(max(overlap.start, stretch.start), min(overlap.end, stretch.end))
        if part.duration_s <= 0:
            continue
        distances = [
            (max(other.start - part.end, part.start - other.end, 0.0), theirs)
            for other, theirs in zip(found, labels, strict=True)
            if theirs != label
        ]
        if distances and min(distances)[0] <= reach_s:
            parts.append((part, min(distances)[1]))
    return parts


def _trusted(weights: FloatArray, *, least_s: float) -> IntArray:
    """Indices of the stretches that shape the voices: those long enough, or all if they are few."""
    for least in (least_s, least_s / 2):
        chosen = np.flatnonzero(weights >= least)
        if len(chosen) >= 3:
            return chosen.astype(np.int64)
    return np.arange(len(weights), dtype=np.int64)


def _middle(interval: Interval, longest_s: float) -> Interval:
    if interval.duration_s <= longest_s:
        return interval
    centre = (interval.start + interval.end) / 2
    return Interval(centre - longest_s / 2, centre + longest_s / 2)


def _span(interval: Interval, speaker: str, channel: FloatArray) -> SpeakerSpan:
    return SpeakerSpan(
        start=round(interval.start, 3),
        end=round(interval.end, 3),
        speaker=speaker,
        level_db=round(level_db(cut(channel, interval)), 1),
    )

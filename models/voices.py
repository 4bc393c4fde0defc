"""Who speaks when in a recording that mixes both parties into one channel.

The segmentation network says where somebody speaks and where one voice hands over to another; the
stretches between pauses and hand-overs are told apart by their voices.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.clustering import assign, link
from models.segmentation import FRAME_S, FRAMES_PER_WINDOW, SpeechSegmenter, WindowActivity, level
from models.spans import (
    FloatArray,
    Interval,
    close_gaps,
    cut,
    hysteresis,
    intervals_of,
    level_db,
    longer_than,
)
from models.voice_embedding import VoiceEmbedder
from pipeline.call import SpeakerSpan
from pipeline.engines import Waveform


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How stretches are found and told apart; measured in docs/hearing.md.

    step_s: between the windows of the segmentation network.
    onset, offset: speech probability at which a stretch begins and ends.
    embedded_s: of a long stretch, only the middle is heard for its voice.
    trusted_s: shorter stretches do not shape the groups.
    """

    step_s: float = 5.0
    onset: float = 0.6
    offset: float = 0.6
    max_gap_s: float = 0.12
    min_stretch_s: float = 0.1
    embedded_s: float = 3.0
    trusted_s: float = 0.7
    rounds: int = 4
    speakers: int = 2
    turn_gap_s: float = 0.35


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
        s = self._settings
        channel = waveform[0]
        activity = self._segmenter.listen(channel, step_s=s.step_s)
        stretches = self._stretches(activity)
        if not stretches:
            return ()
        labels = self._labels(channel, stretches)
        order = list(dict.fromkeys(labels))
        spans: list[SpeakerSpan] = []
        for label in order:
            own = [i for i, mine in zip(stretches, labels, strict=True) if mine == label]
            others = [i for i, mine in zip(stretches, labels, strict=True) if mine != label]
            for interval in join_turns(own, others, max_gap_s=s.turn_gap_s):
                spans.append(_span(interval, f"voice-{order.index(label)}", channel))
        return tuple(sorted(spans, key=lambda span: (span.start, span.speaker)))

    def _stretches(self, activity: WindowActivity) -> list[Interval]:
        s = self._settings
        speech = hysteresis(activity.speech(), onset=s.onset, offset=s.offset)
        runs = longer_than(
            close_gaps(intervals_of(speech), max_gap_s=s.max_gap_s), min_s=s.min_stretch_s
        )
        borders = [frame * FRAME_S for frame in hand_overs(activity)]
        return [part for run in runs for part in _split(run, borders, least_s=s.min_stretch_s)]

    def _labels(self, channel: FloatArray, stretches: list[Interval]) -> list[int]:
        s = self._settings
        voices = np.stack(
            [self._embedder.embed(level(cut(channel, _middle(i, s.embedded_s)))) for i in stretches]
        )
        weights = np.array([min(i.duration_s, s.embedded_s) for i in stretches], dtype=np.float32)
        trusted = np.flatnonzero(weights >= s.trusted_s)
        if len(trusted) < s.speakers:
            trusted = np.arange(len(stretches))
        groups = [
            [int(trusted[i]) for i in group]
            for group in link(voices[trusted], weights[trusted], count=s.speakers)
        ]
        labels, _ = assign(voices, weights, groups, rounds=s.rounds)
        return [int(label) for label in labels]


def hand_overs(activity: WindowActivity, *, tolerance_frames: int = 8) -> list[int]:
    """Frames at which one voice hands over to another, seen by at least half of the windows there.

    Window-local speakers cannot be compared between windows, but the moment of a change can.
    """
    edge = 12  # frames at the ends of a window, where it has heard too little
    votes = np.zeros(activity.frames + FRAMES_PER_WINDOW)
    seen = np.zeros_like(votes)
    for start, probability in zip(activity.starts, activity.probability, strict=True):
        seen[start + edge : start + FRAMES_PER_WINDOW - edge] += 1
        heard = np.argmax(probability, axis=1)
        single = np.flatnonzero((heard >= 1) & (heard <= 3))
        changed = np.flatnonzero(np.diff(heard[single]) != 0)
        for before, after in zip(single[changed], single[changed + 1], strict=True):
            if edge <= after < FRAMES_PER_WINDOW - edge:
                votes[start + (before + after) // 2] += 1
    near = np.convolve(votes, np.ones(2 * tolerance_frames + 1), mode="same")
    agreed = (near > 0) & (near >= 0.5 * np.maximum(seen, 1))
    edges = np.diff(np.concatenate(([0], agreed[: activity.frames].astype(np.int8), [0])))
    return [
        int(first + last) // 2
        for first, last in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)
    ]


def join_turns(own: list[Interval], others: list[Interval], *, max_gap_s: float) -> list[Interval]:
    """Join the stretches of one voice over short pauses in which no other voice speaks."""
    joined: list[Interval] = []
    for interval in own:
        if joined and interval.start - joined[-1].end <= max_gap_s:
            between = (joined[-1].end, interval.start)
            if not any(o.start < between[1] and o.end > between[0] for o in others):
                joined[-1] = Interval(joined[-1].start, interval.end)
                continue
        joined.append(interval)
    return joined


def _split(run: Interval, borders: list[float], *, least_s: float) -> list[Interval]:
    inside = [b for b in borders if run.start + least_s < b < run.end - least_s]
    edges = [run.start, *inside, run.end]
    return [Interval(a, b) for a, b in pairwise(edges)]


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

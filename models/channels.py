"""Who speaks when in a recording with one party per channel.

Each channel is listened to alone. What leaks from the other channel is the same speech, fainter:
a frame belongs to a channel only if that channel is not far weaker, measured against each party's
own loudness, than a channel that speaks at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from models.segmentation import FRAME_S, SpeechSegmenter
from models.spans import (
    BoolArray,
    FloatArray,
    Interval,
    close_gaps,
    cut,
    frame_level_db,
    hysteresis,
    in_frames,
    intervals_of,
    is_tone,
    level_db,
    longer_than,
)
from pipeline.call import SpeakerSpan
from pipeline.engines import Waveform


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """Borders of speech in a channel.

    step_s: between the windows of the segmentation network, at most.
    onset, offset: speech probability at which a span begins and ends.
    leak_margin_db: a channel this much weaker than another speaking one only repeats it.
    floor_db: nothing under this level is speech of the party on the line.
    context_s: before and after what is loud enough, that the network hears with it. The rest, while
        the other party speaks, is left out: about half of a channel.
    """

    step_s: float = 9.0
    onset: float = 0.5
    offset: float = 0.35
    leak_margin_db: float = 10.0
    floor_db: float = -60.0
    context_s: float = 0.5
    max_gap_s: float = 0.35
    min_span_s: float = 0.12


class ChannelDiarizer:
    """Speech per channel; labels are `channel-0`, `channel-1`, …

    Source: the levers measured for telephone audio in docs/hearing.md.
    """

    def __init__(self, segmenter: SpeechSegmenter, settings: ChannelSettings | None = None) -> None:
        self._segmenter = segmenter
        self._settings = settings or ChannelSettings()

    def diarize(self, waveform: Waveform) -> tuple[SpeakerSpan, ...]:
        """Spans of every channel, ascending by start.

        Args:
            waveform: shape (channels, samples) at 16 kHz.
        """
        s = self._settings
        levels = [frame_level_db(channel) for channel in waveform]
        active = [self._speech(*heard) for heard in zip(waveform, levels, strict=True)]
        spans: list[SpeakerSpan] = []
        for number, channel in enumerate(waveform):
            own = active[number] & ~leaking(number, active, levels, margin_db=s.leak_margin_db)
            found = close_gaps(intervals_of(own), max_gap_s=s.max_gap_s)
            for interval in longer_than(found, min_s=s.min_span_s):
                if is_tone(cut(channel, interval)):
                    continue
                spans.append(_span(interval, number, channel))
        return tuple(sorted(spans, key=lambda span: (span.start, span.speaker)))

    def _speech(self, channel: FloatArray, levels: FloatArray) -> BoolArray:
        s = self._settings
        loud = foreground(levels, floor_db=s.floor_db)
        near = _widened(loud, by=round(s.context_s / FRAME_S))
        activity = self._segmenter.listen(in_frames(channel)[near].reshape(-1), step_s=s.step_s)
        probability = np.zeros(len(loud), dtype=np.float32)
        probability[near] = activity.speech()
        return hysteresis(probability, onset=s.onset, offset=s.offset) & loud


def leaking(
    number: int, active: list[BoolArray], levels: list[FloatArray], *, margin_db: float
) -> BoolArray:
    """Frames of channel `number` in which another speaking channel is louder by `margin_db`.

    Levels are compared relative to each channel's usual loudness when it dominates, so that a
    quiet party is not taken for the leakage of a loud one.
    """
    usual = [_usual_level(i, active, levels) for i in range(len(active))]
    result = np.zeros(len(active[number]), dtype=np.bool_)
    for other in range(len(active)):
        if other != number:
            louder = (levels[other] - usual[other]) - (levels[number] - usual[number])
            absolute = levels[other] - levels[number]
            result |= active[other] & (np.maximum(louder, absolute) > margin_db) & (louder > 3.0)
    return result


def foreground(levels: FloatArray, *, floor_db: float) -> BoolArray:
    """Frames in which the line carries more than the room behind it.

    Voices in the room are speech too, so the network hears them. They are told from the party on
    the line by
    level: the border lies between the room (the 10th percentile) and the party (the 95th), nearer
    to the room. A frame counts as loud if its neighbourhood of a quarter of a second reaches the
    border.

    Args:
        levels: dB of each frame, shape (frames,).
        floor_db: the border is never lower.
    """
    if len(levels) == 0:
        return np.zeros(0, dtype=np.bool_)
    room, party = np.percentile(levels, [10.0, 95.0])
    room += 2.0  # the percentile finds the lulls of the room
    border = max(floor_db, room + min(max(0.4 * (party - room), 4.0), 12.0))
    reach = round(0.125 / FRAME_S)
    loudest = sliding_window_view(np.pad(levels, reach, mode="edge"), 2 * reach + 1).max(axis=1)
    result: BoolArray = loudest > border
    return result


def _widened(active: BoolArray, *, by: int) -> BoolArray:
    """Active frames and the `by` frames before and after each."""
    if len(active) == 0:
        return active
    return np.asarray(sliding_window_view(np.pad(active, by), 2 * by + 1).max(axis=1))


def _usual_level(number: int, active: list[BoolArray], levels: list[FloatArray]) -> float:
    """Median level of the frames in which this channel speaks and is the loudest; 0 dB if none."""
    loudest = np.argmax(np.stack(levels), axis=0) == number
    frames = levels[number][active[number] & loudest]
    return float(np.median(frames)) if len(frames) else 0.0


def _span(interval: Interval, number: int, channel: FloatArray) -> SpeakerSpan:
    return SpeakerSpan(
        start=round(interval.start, 3),
        end=round(interval.end, 3),
        speaker=f"channel-{number}",
        level_db=round(level_db(cut(channel, interval)), 1),
    )

"""From a speech probability per frame to spans with borders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.segmentation import FRAME_FIELD_SAMPLES, FRAME_S, FRAME_STEP_SAMPLES
from pipeline.engines import ENGINE_RATE_HZ

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float32]

# a frame answers for the middle of the field that it sees
_CENTRE_S = FRAME_FIELD_SAMPLES / 2 / ENGINE_RATE_HZ
_FLOOR_DB = -100.0
_TONE_LEAST_S = 0.4  # shorter, and a steady vowel looks like a tone
_TONE_LOWEST_HZ = 250.0  # below lies hum, and no telephone's tone
_TONE_LINE_HZ = 12.0  # half width of a line
_TONE_SHARE = 0.9  # of the power in the two strongest lines


@dataclass(frozen=True, slots=True)
class Interval:
    """Seconds from the start of the call."""

    start: float
    end: float

    @property
    def duration_s(self) -> float:
        return self.end - self.start


def intervals_of(active: BoolArray) -> tuple[Interval, ...]:
    """Runs of active frames, shape (frames,), as intervals; empty if none is active."""
    edges = np.diff(np.concatenate(([0], active.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    shift = _CENTRE_S - FRAME_S / 2
    return tuple(
        Interval(max(0.0, s * FRAME_S + shift), e * FRAME_S + shift)
        for s, e in zip(starts.tolist(), ends.tolist(), strict=True)
    )


def hysteresis(probability: FloatArray, *, onset: float, offset: float) -> BoolArray:
    """Active from where the probability rises over `onset` until it falls under `offset`."""
    runs = intervals_in_frames(probability >= offset)
    active = np.zeros(len(probability), dtype=np.bool_)
    for start, end in runs:
        if probability[start:end].max() >= onset:
            active[start:end] = True
    return active


def intervals_in_frames(active: BoolArray) -> list[tuple[int, int]]:
    """Runs of active frames as (first, one past the last)."""
    edges = np.diff(np.concatenate(([0], active.astype(np.int8), [0])))
    return list(
        zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True)
    )


def close_gaps(intervals: Sequence[Interval], *, max_gap_s: float) -> tuple[Interval, ...]:
    """Join neighbours that a pause of at most `max_gap_s` separates; ascending input."""
    joined: list[Interval] = []
    for interval in intervals:
        if joined and interval.start - joined[-1].end <= max_gap_s:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, interval.end))
        else:
            joined.append(interval)
    return tuple(joined)


def longer_than(intervals: Iterable[Interval], *, min_s: float) -> tuple[Interval, ...]:
    """Those that last at least `min_s`."""
    return tuple(i for i in intervals if i.duration_s >= min_s)


def in_frames(channel: FloatArray) -> FloatArray:
    """The samples frame by frame, shape (frames, 270); silence fills the last."""
    frames = int(np.ceil(len(channel) / FRAME_STEP_SAMPLES))
    padded = np.zeros(frames * FRAME_STEP_SAMPLES, dtype=np.float32)
    padded[: len(channel)] = channel
    return padded.reshape(frames, FRAME_STEP_SAMPLES)


def frame_level_db(channel: FloatArray, *, smooth_s: float = 0.1) -> FloatArray:
    """RMS level of each frame, smoothed, in dB of full scale; shape (frames,), floor -100 dB."""
    power = np.mean(in_frames(channel) ** 2, axis=1)
    width = max(1, round(smooth_s / FRAME_S))
    if len(power) >= width > 1:
        power = np.convolve(power, np.ones(width, np.float32) / width, mode="same")
    result: FloatArray = np.maximum(10 * np.log10(power + 1e-12), _FLOOR_DB).astype(np.float32)
    return result


def cut(channel: FloatArray, interval: Interval, *, margin_s: float = 0.0) -> FloatArray:
    """The samples of an interval, with a margin on both sides where the recording has it."""
    first = max(0, round((interval.start - margin_s) * ENGINE_RATE_HZ))
    last = min(len(channel), round((interval.end + margin_s) * ENGINE_RATE_HZ))
    return channel[first:last]


def level_db(samples: FloatArray) -> float:
    """RMS level in dB relative to full scale; -100 for silence or no samples."""
    if len(samples) == 0:
        return _FLOOR_DB
    return max(_FLOOR_DB, float(10 * np.log10(np.mean(np.square(samples)) + 1e-12)))


def is_tone(samples: FloatArray) -> bool:
    """Whether a stretch is a dial tone, a ring or a key: nearly all its power in two steady lines.

    A voice has many harmonics, and they move. Stretches under 0.4 s are never called a tone. What
    lies below 250 Hz does not count: a voice on a humming line is no tone.
    """
    if len(samples) < _TONE_LEAST_S * ENGINE_RATE_HZ:
        return False
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    power[: round(_TONE_LOWEST_HZ * len(samples) / ENGINE_RATE_HZ)] = 0.0
    total = float(power.sum())
    width = max(1, round(_TONE_LINE_HZ * len(samples) / ENGINE_RATE_HZ))
    found = 0.0
    for _ in range(2):
        peak = int(np.argmax(power))
        line = slice(max(0, peak - width), peak + width + 1)
        found += float(power[line].sum())
        power[line] = 0.0
    return total > 0 and found / total >= _TONE_SHARE

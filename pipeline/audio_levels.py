"""What the samples say of a recording: silence, one voice on two channels, scale, clipping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.engines import Waveform

Block = npt.NDArray[np.float32]  # interleaved samples, flat: left, right, left, …
FileSamples = npt.NDArray[Any]  # as decoded: uint8, int16, int32, float32 or float64; two axes

_STEP = 1 << 20  # values at a time, so that float64 copies of an hour never stand beside it
_SILENT = 10 ** (-60 / 20)  # half of the span between lowest and highest sample: -60 dB
_SAME = 1e-3  # share of energy that the other channel leaves unexplained; G.711 stays under 4e-4
_SAME_GAIN = 2.0  # 6 dB: what differs by more is the other party leaking, not a copy
_OVER_SCALE = 2.0  # codecs overshoot by a little; 6 dB above full scale is a wrong scale
_FLAT_TOP = 0.97  # of full scale; G.711 ends at 0.980 (mu-law) and 0.984 (A-law)
_ABSURD = 1e6  # a float beyond is no sound but a misread number


@dataclass(frozen=True, slots=True)
class Levels:
    """Extremes and energies of one or two channels, over all samples."""

    lowest: tuple[float, ...]
    highest: tuple[float, ...]
    energy: tuple[float, ...]  # sum of squares
    product: float  # sum of left times right; 0 for one channel

    @property
    def peak(self) -> float:
        """The largest magnitude of any channel."""
        return max(*self.highest, *(-v for v in self.lowest))

    @property
    def silent(self) -> tuple[bool, ...]:
        """By channel, whether it never leaves -60 dB around its own middle."""
        return tuple(
            (high - low) / 2 < _SILENT for low, high in zip(self.lowest, self.highest, strict=True)
        )

    @property
    def identical(self) -> bool:
        """Whether two channels carry one signal, up to 6 dB, polarity and a codec's noise."""
        if len(self.energy) != 2 or any(self.silent):
            return False
        left, right = self.energy
        unexplained = 1 - self.product**2 / (left * right)
        return unexplained < _SAME and 1 / _SAME_GAIN < (left / right) ** 0.5 < _SAME_GAIN

    @property
    def over_scale(self) -> bool:
        """Whether the samples are floats that were written in another unit than full scale."""
        return self.peak > _OVER_SCALE


def measure(blocks: Sequence[Block], channels: int) -> Levels:
    """Levels of all blocks together; each holds whole samples of `channels` channels."""
    lowest = np.full(channels, np.inf)
    highest = np.full(channels, -np.inf)
    energy = np.zeros(channels)
    product = 0.0
    for block in blocks:
        for start in range(0, len(block), _STEP):
            rows = block[start : start + _STEP].reshape(-1, channels).T
            part = rows.astype(np.float64, order="C")
            lowest = np.minimum(lowest, part.min(axis=1))
            highest = np.maximum(highest, part.max(axis=1))
            energy += np.einsum("ij,ij->i", part, part)
            if channels == 2:
                product += float(part[0] @ part[1])
    return Levels(tuple(lowest.tolist()), tuple(highest.tolist()), tuple(energy.tolist()), product)


def assemble(
    blocks: list[Block], channels: int, *, only: int | None = None, scale: float = 1.0
) -> Waveform:
    """One array of all blocks, shape (channels, samples), times `scale`.

    Empties `blocks` on the way, so that a long call is not held twice.

    Args:
        only: the one channel to keep; None keeps all.
    """
    samples = sum(len(block) for block in blocks) // channels
    kept = range(channels) if only is None else [only]
    waveform = np.empty((len(kept), samples), np.float32)
    at = 0
    while blocks:
        part = blocks.pop(0).reshape(-1, channels)
        for row, channel in enumerate(kept):
            place = waveform[row, at : at + len(part)]
            np.multiply(part[:, channel], np.float32(scale), out=place)
        at += len(part)
    return waveform


def mute_absurd(samples: FileSamples) -> tuple[FileSamples, int]:
    """Silence in place of NaN, infinities and absurdly large floats, and how many there were."""
    if not np.issubdtype(samples.dtype, np.floating):
        return samples, 0
    sound = np.abs(samples) < _ABSURD  # False for NaN as well
    count = samples.size - int(np.count_nonzero(sound))
    return (np.where(sound, samples, samples.dtype.type(0)), count) if count else (samples, 0)


def count_clipped(samples: FileSamples, *, step: int) -> int:
    """Samples where a converter had no more room.

    Floats: at or above full scale. Integers: near full scale and equal to the two before, since a
    voice touches the top but does not rest there.

    Args:
        samples: along the last axis.
        step: distance to the same channel's next value; 2 for interleaved stereo.
    """
    if np.issubdtype(samples.dtype, np.floating):
        return int(np.count_nonzero(np.abs(samples) >= 1.0))
    middle = 128 if samples.dtype == np.uint8 else 0
    room = middle or -int(np.iinfo(samples.dtype).min)
    top, bottom = middle + _FLAT_TOP * room, middle - _FLAT_TOP * room
    if samples.max() < top and samples.min() > bottom:
        return 0
    third, second, first = samples[:, 2 * step :], samples[:, step:-step], samples[:, : -2 * step]
    high = (third >= top) | (third <= bottom)
    return int(np.count_nonzero(high & (third == second) & (second == first)))

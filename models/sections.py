"""A long recording in sections that are heard one by one.

So memory does not grow with the call, and what is heard in one section does not depend on another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.spans import FloatArray
from pipeline.engines import ENGINE_RATE_HZ, Waveform

_BLOCK_SAMPLES = ENGINE_RATE_HZ // 10
_LONGEST_S = 300.0  # shorter recordings are one section
_SHORTEST_S = 150.0
_SILENCE_S = 2.0  # the cut lies in the middle of the quietest two seconds


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A stretch of a recording.

    start_s: from the start of the recording, in whole tenths.
    waveform: shape (channels, samples), a view.
    """

    start_s: float
    waveform: Waveform

    @property
    def end_s(self) -> float:
        """Seconds from the start of the recording."""
        return self.start_s + int(self.waveform.shape[1]) / ENGINE_RATE_HZ


def sections(waveform: Waveform) -> tuple[Section, ...]:
    """Cut a recording where all its channels are quietest, every 150 to 300 seconds.

    A section, heard as a recording of its own, is one section.

    Args:
        waveform: shape (channels, samples) at 16 kHz.
    """
    return tuple(_cut(waveform))


def _cut(waveform: Waveform) -> Iterator[Section]:
    start = 0
    while (waveform.shape[1] - start) / ENGINE_RATE_HZ > _LONGEST_S:
        first = start + round(_SHORTEST_S * ENGINE_RATE_HZ)
        last = start + round(_LONGEST_S * ENGINE_RATE_HZ)
        end = first + _quietest(waveform[:, first:last]) * _BLOCK_SAMPLES
        yield Section(start / ENGINE_RATE_HZ, waveform[:, start:end])
        start = end
    yield Section(start / ENGINE_RATE_HZ, waveform[:, start:])


def _quietest(waveform: Waveform) -> int:
    """The block in the middle of the quietest stretch, the first of equals."""
    blocks = waveform.shape[1] // _BLOCK_SAMPLES
    whole = waveform[:, : blocks * _BLOCK_SAMPLES]
    power: FloatArray = np.square(whole).reshape(len(waveform), blocks, -1).mean(axis=2).max(axis=0)
    width = round(_SILENCE_S * ENGINE_RATE_HZ / _BLOCK_SAMPLES)
    sums = np.convolve(power, np.ones(width, dtype=np.float32), mode="valid")
    return int(np.argmin(sums)) + width // 2

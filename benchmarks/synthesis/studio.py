"""Record scripts: voices, times, the line; everything but the files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthesis.bank import read_babble
from benchmarks.synthesis.rendering import through_line
from benchmarks.synthesis.script import Script
from benchmarks.synthesis.settling import settle
from benchmarks.synthesis.speech import RATE_HZ, SpeechMaker
from benchmarks.synthesis.staging import Staged, stage
from benchmarks.synthesis.telephone import LINE_RATE_HZ, LINES, resample

Samples = NDArray[np.float32]


class Studio:
    """The voices and the café, ready to record scripts."""

    def __init__(self, cache: Path) -> None:
        self._maker = SpeechMaker(cache)
        self._babble: dict[tuple[str, ...], list[Samples]] = {}

    def speak(self, text: str, voice: str, speed: float) -> Samples:
        """A text as 8 kHz speech."""
        return resample(
            self._maker.speak(text, voice, speed=speed), from_hz=RATE_HZ, to_hz=LINE_RATE_HZ
        )

    def record(self, script: Script, *, seed: int) -> tuple[Script, Staged, Samples]:
        """The script with settled tags, its times, and both channels as shape (2, samples)."""
        rng = np.random.default_rng(seed)
        staged = stage(script, self.speak, rng=rng)
        line = LINES[script.header.get("line", "clean")]
        babble = self._cafe_clips(script) if line.babble_db is not None else []
        settled = settle(script, staged)
        staged = stage(settled, self.speak, rng=np.random.default_rng(seed))
        return settled, staged, through_line(staged, line, babble=babble, rng=rng)

    def _cafe_clips(self, script: Script) -> list[Samples]:
        taken = tuple(sorted({script.header["agent"], script.header["customer"]}))
        if taken not in self._babble:
            spoken = [(v, t) for v, t in read_babble() if v not in taken]
            self._babble[taken] = [self.speak(text, voice, 1.0) for voice, text in spoken]
        return self._babble[taken]

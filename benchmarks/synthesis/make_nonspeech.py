"""Make long recordings in which nobody speaks: `python -m benchmarks.synthesis.make_nonspeech
--out DIR`.

A recogniser must write no word into them: silence, noise, hum, hold music, tones. Stereo, 8 kHz
G.711.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthesis import sounds
from benchmarks.synthesis.rendering import write_wav
from benchmarks.synthesis.telephone import LINE_RATE_HZ, band_limit, gsm_round_trip

Samples = NDArray[np.float32]
Maker = Callable[[float, np.random.Generator], tuple[Samples, Samples]]


def _silence(duration_s: float, rng: np.random.Generator) -> tuple[Samples, Samples]:
    nothing = np.zeros(round(duration_s * LINE_RATE_HZ), np.float32)
    return nothing, nothing


def _noise(duration_s: float, rng: np.random.Generator) -> tuple[Samples, Samples]:
    """Line noise on one side; on the other room noise that swells and ebbs every half minute."""
    room = band_limit(sounds.noise(duration_s, level_db=-38, rng=rng, pink=True))
    swell = np.sin(np.arange(len(room)) * 2 * np.pi / (30 * LINE_RATE_HZ))
    loud = (room * 10 ** (swell * 10 / 20)).astype(np.float32)
    return sounds.noise(duration_s, level_db=-58, rng=rng), loud


def _music(duration_s: float, rng: np.random.Generator) -> tuple[Samples, Samples]:
    """Hold music from the agent's side, and the same through a GSM codec on the customer's."""
    music = band_limit(sounds.hold_music(duration_s))
    return music, (gsm_round_trip(music) * 0.05).astype(np.float32)


def _tones(duration_s: float, rng: np.random.Generator) -> tuple[Samples, Samples]:
    """Ringback on one side; on the other keys at random moments over hum."""
    other = band_limit(sounds.hum(duration_s, level_db=-45))
    for start in rng.uniform(0, duration_s - 2, round(duration_s / 6)):
        pressed = sounds.keys("".join(rng.choice(list("0123456789*#"), 3)))
        first = round(float(start) * LINE_RATE_HZ)
        other[first : first + len(pressed)] += pressed
    return sounds.ringback(duration_s), other


MAKERS: dict[str, Maker] = {
    "silence": _silence,
    "noise": _noise,
    "music": _music,
    "tones": _tones,
}


def main(arguments: list[str] | None = None) -> int:
    """Write one recording of each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for kind, maker in MAKERS.items():
        channels = maker(options.minutes * 60, np.random.default_rng(options.seed))
        write_wav(options.out / f"nonspeech_{kind}.wav", channels)
        sys.stdout.write(f"nonspeech_{kind}.wav\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

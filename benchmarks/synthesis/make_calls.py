"""Make telephone calls for tuning and calibration: `python -m benchmarks.synthesis.make_calls
--out DIR`.

Writes for each call NAME_stereo.wav and NAME_mono.wav (8 kHz G.711), NAME.meta.json and
NAME.truth.json. The same seed makes the same calls; spoken clips are kept in the cache, so that a
second run is quick.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.synthesis.casting import Draw, cast
from benchmarks.synthesis.fetch import default_cache
from benchmarks.synthesis.rendering import mixed, sidecar, truth, write_json, write_wav
from benchmarks.synthesis.studio import Studio

_PLAN_CYCLE = (
    None, "complaint", "drill", "long", None, "announced", "cancellation",
    "drill", "escalation", "absence", None, "satisfaction", "long_survey", "busy", "drill",
)  # fmt: skip


def draw_of(number: int) -> Draw:
    """The kind of call number `number`, from 1: every sixth is Spanish, two in 15 long."""
    if number % 6 == 0:
        return Draw(number, "es", "long" if number % 24 == 0 else None)
    return Draw(number, "zh", _PLAN_CYCLE[number % len(_PLAN_CYCLE)])


def make_call(studio: Studio, number: int, *, seed: int, out: Path) -> str:
    """Write one call's four files; returns its name."""
    name, script = cast(draw_of(number), seed=seed)
    script, staged, stereo = studio.record(script, seed=seed * 100_003 + number)
    law = "mulaw" if number % 5 == 0 else "alaw"
    write_wav(out / f"{name}_stereo.wav", list(stereo), law=law)
    write_wav(out / f"{name}_mono.wav", [mixed(stereo)], law=law)
    write_json(out / f"{name}.meta.json", sidecar(script.header, call_id=name, stereo=True))
    write_json(out / f"{name}.truth.json", truth(script, staged, call_id=name))
    return name


def main(arguments: list[str] | None = None) -> int:
    """Make `--count` calls from number `--first` on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=default_cache())
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    studio = Studio(options.cache)
    for number in range(options.first, options.first + options.count):
        name = make_call(studio, number, seed=options.seed, out=options.out)
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

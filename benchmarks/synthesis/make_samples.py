"""Make the sample calls from `scripts/samples/`: `python -m benchmarks.synthesis.make_samples`.

Writes NAME.opus or NAME.wav with its sidecar NAME.json, and truth/NAME.truth.json. One more,
`truncated.wav`, is cut off behind its header, so that a night over the samples has a failed call.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from pathlib import Path

import numpy as np

from benchmarks.synthesis.bank import SCRIPTS
from benchmarks.synthesis.fetch import default_cache
from benchmarks.synthesis.rendering import (
    mixed,
    sidecar,
    truth,
    write_json,
    write_opus,
    write_wav,
)
from benchmarks.synthesis.script import ScriptError, parse
from benchmarks.synthesis.studio import Studio

SAMPLES = Path(__file__).parents[2] / "samples"
_FORMATS = {
    "opus stereo": ".opus",
    "opus mono": ".opus",
    "alaw stereo": ".wav",
    "alaw mono": ".wav",
}
_BIT_RATE = 12_000  # per channel: narrow-band speech needs no more
_HEADER_BYTES = 58  # of a G.711 WAV file: RIFF, fmt and fact chunks, and the head of the data chunk


def make_sample(studio: Studio, path: Path, *, out: Path) -> Path:
    """Record one script; returns the recording's path.

    Raises: ScriptError if the script's `format` is none of those known.
    """
    name = path.stem
    script = parse(path.read_text("utf-8"), name=path.name)
    form = script.header.get("format", "")
    if form not in _FORMATS:
        message = f"{path.name}: format {form!r} is none of {', '.join(_FORMATS)}"
        raise ScriptError(message)
    script, staged, sound = studio.record(script, seed=zlib.crc32(name.encode()))
    stereo = form.endswith("stereo")
    channels = list(sound) if stereo else [mixed(sound)]
    recording = out / f"{name}{_FORMATS[form]}"
    if form.startswith("opus"):
        write_opus(recording, channels, bit_rate=_BIT_RATE * len(channels))
    else:
        write_wav(recording, channels)
    write_json(recording.with_suffix(".json"), sidecar(script.header, call_id=name, stereo=stereo))
    write_json(out / "truth" / f"{name}.truth.json", truth(script, staged, call_id=name))
    return recording


def make_truncated(out: Path) -> Path:
    """A recording that declares 36 s and ends behind its header, as on a full disk."""
    recording = out / "truncated.wav"
    write_wav(recording, [np.zeros(36 * 8000, np.float32)] * 2)
    recording.write_bytes(recording.read_bytes()[:_HEADER_BYTES])
    fields = {
        "language": "zh",
        "purpose": "inbound",
        "direction": "inbound",
        "agent_id": "A206",
        "team": "北门组",
        "customer_ref": "C1502",
        "started_at": "2026-11-20T15:48:00+08:00",
    }
    write_json(out / "truncated.json", sidecar(fields, call_id="truncated", stereo=True))
    return recording


def main(arguments: list[str] | None = None) -> int:
    """Make every sample, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="scripts to record; all if none is named")
    parser.add_argument("--out", type=Path, default=SAMPLES)
    parser.add_argument("--cache", type=Path, default=default_cache())
    options = parser.parse_args(arguments)
    (options.out / "truth").mkdir(parents=True, exist_ok=True)
    studio = Studio(options.cache)
    for path in sorted((SCRIPTS / "samples").glob("*.txt")):
        if not options.names or path.stem in options.names:
            sys.stdout.write(f"{make_sample(studio, path, out=options.out).name}\n")
    make_truncated(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())

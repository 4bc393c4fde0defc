"""One stereo hour and one corrupt file among many calls: do the others wait for them?

    python -m benchmarks.faults.one_long [--calls 1000] [--seconds 3600]

The engines are stand-ins. The long call is heard until all others are in the ledger as ended, or
for a time at most: so it is seen, not reckoned, whether they are held up.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import wave
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults.night import Count, count, make_inbox, run, settings_of
from models.fakes import EnergyDiarizer, FakeEars
from pipeline.call import SpeakerSpan
from pipeline.engines import Waveform
from warehouse.decisions.store import open_decisions
from warehouse.decisions.work import count_by_state

_RATE_HZ = 16_000
_CHANNELS = 2
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class LongHearing:
    """A diarizer that is not done with the longest call before others have ended."""

    data: Path
    samples: int  # of the long call
    others: int
    at_most_s: float
    seen: list[tuple[int, float]] = field(default_factory=list)  # calls ended, after seconds

    def diarize(self, waveform: Waveform) -> tuple[SpeakerSpan, ...]:
        """As `EnergyDiarizer`, of the long call's first seconds."""
        if waveform.shape[1] == self.samples:
            self._wait()
            waveform = waveform[:, : 3 * _RATE_HZ]
        return EnergyDiarizer().diarize(waveform)

    def _wait(self) -> None:
        engine = open_decisions(self.data)
        began = time.monotonic()
        ended = 0
        while ended < self.others and time.monotonic() - began < self.at_most_s:
            time.sleep(_POLL_S)
            states = count_by_state(engine)
            ended = states.get("done", 0) + states.get("failed", 0)
        self.seen.append((ended, round(time.monotonic() - began, 1)))
        engine.dispose()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    others: int  # calls beside the long one, with the corrupt file
    ended_meanwhile: int  # of them, while the long one was being heard
    after_s: float  # from the beginning of its hearing
    elapsed_s: float  # of the whole night
    count: Count


def hold_up(folder: Path, *, calls: int, seconds: float, at_most_s: float) -> Outcome:
    """A night of `calls` calls, of which one lasts `seconds`, and a corrupt file."""
    inbox, data = folder / "inbox", folder / "data"
    make_inbox(inbox, calls=calls - 1)
    samples = round(seconds * _RATE_HZ)
    write_long(inbox / "long.wav", samples=samples)
    hearing = LongHearing(data, samples, calls, at_most_s)
    began = time.monotonic()
    run(inbox, data, settings=settings_of(folder / "books"), ears=FakeEars(diarizer=hearing))
    ((ended, after_s),) = hearing.seen
    return Outcome(calls, ended, after_s, round(time.monotonic() - began, 1), count(data))


def write_long(path: Path, *, samples: int) -> None:
    """A stereo recording: half a second of tone in one channel, then silence."""
    block = bytes(2 * _CHANNELS * _RATE_HZ)
    tone = b"".join(
        (8000 * (1 if n // 18 % 2 else -1)).to_bytes(2, "little", signed=True) + b"\0\0"
        for n in range(_RATE_HZ // 2)
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(_CHANNELS)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        file.writeframes(tone)
        left = samples - _RATE_HZ // 2
        while left > 0:
            some = min(left, _RATE_HZ)
            file.writeframes(block[: 2 * _CHANNELS * some])
            left -= some
    path.with_suffix(".json").write_text('{"language": "zh"}', "utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--at-most", type=float, default=900.0, metavar="S")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        outcome = hold_up(
            Path(folder),
            calls=options.calls,
            seconds=options.seconds,
            at_most_s=options.at_most,
        )
    sys.stdout.write(f"{outcome}\n")


if __name__ == "__main__":
    main()

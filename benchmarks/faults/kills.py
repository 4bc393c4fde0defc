"""Kill the night with -9 at random moments, begin it again each time, count what is there.

python -m benchmarks.faults.kills [--kills 200] [--calls 1000] [--seed 1]
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.night import Count, begin, count, make_inbox, run, settings_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    killed: int  # nights that were at work when they were killed
    ended: int  # nights that had ended before
    poisoned: int  # calls that were given up on the way, and heard when a person asked
    count: Count


def kill_nights(
    folder: Path, *, kills: int, calls: int, seed: int, longest_s: float = 1.5
) -> Outcome:
    """Nights over one inbox, each killed up to `longest_s` after it began; the last one is not.

    When nothing is left to do, calls are added, so that every kill meets work.
    """
    inbox, data = folder / "inbox", folder / "data"
    settings = settings_of(folder / "phrasebooks")
    chance = random.Random(seed)
    stock = calls
    make_inbox(inbox, calls=stock)
    killed = ended = 0
    while killed < kills:
        child = begin(inbox, data, settings=settings)
        time.sleep(chance.uniform(0.0, longest_s))
        over, _ = os.waitpid(child, os.WNOHANG)
        if over:
            ended += 1
            stock += calls
            make_inbox(inbox, calls=stock)
            continue
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        killed += 1
    run(inbox, data, settings=settings)
    poisoned = count(data).failed - 1
    if poisoned:
        run(inbox, data, settings=settings, resume=True)
    return Outcome(killed, ended, poisoned, count(data))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--calls", type=int, default=1000, help="at the beginning")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_nights(
            Path(folder), kills=options.kills, calls=options.calls, seed=options.seed
        )
        there = len(list((Path(folder) / "inbox").glob("*.wav")))
    sys.stdout.write(
        f"{outcome.killed} kills in {time.monotonic() - began:.0f} s, {outcome.ended} nights ended"
        f" before; {outcome.poisoned} calls given up and heard when asked\n"
        f"{there} recordings: {outcome.count}\n"
    )


if __name__ == "__main__":
    main()

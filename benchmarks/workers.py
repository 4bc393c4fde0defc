"""What a second worker brings: the same recordings by one Dask worker and by two, real engines.

    python -m benchmarks.workers INBOX [--pairs 3] [--copies 2]

Each pair is a night by one worker and then a night by two, on workers that have loaded their models
before; the ratio of their times is the figure to trust, for other work shares the machine.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from rich.console import Console

from benchmarks.faults.servers import dask_cluster
from flows.nightly import run_nightly
from pipeline.settings import HearingSettings, NightSettings, Settings


def copy_inbox(source: Path, target: Path, *, calls: int, copies: int = 1) -> None:
    """The smallest recordings, several times, so that both workers have enough; none is broken."""
    target.mkdir(parents=True)
    whole = [p for p in source.iterdir() if p.suffix == ".opus"]
    for path in sorted(whole, key=lambda each: each.stat().st_size)[:calls]:
        for number in range(copies):
            shutil.copy(path, target / f"{path.stem}-{number}{path.suffix}")


def night_s(inbox: Path, data: Path, *, address: str) -> tuple[float, int]:
    """How long a night on a cluster takes from its begin to its summary; its calls."""
    night = NightSettings(runner="dask", cluster=address, shard_calls=1, prefect=False)
    settings = Settings(night=night, hearing=HearingSettings(threads=1))
    began = time.monotonic()
    summary = run_nightly(inbox, data=data, settings=settings, console=Console(file=io.StringIO()))
    assert summary.failed == 0
    return time.monotonic() - began, summary.calls


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("inbox", type=Path)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--calls", type=int, default=12, help="different recordings")
    parser.add_argument("--copies", type=int, default=1, help="of each")
    options = parser.parse_args(arguments)
    ratios = []
    with (
        tempfile.TemporaryDirectory() as name,
        dask_cluster(workers=1) as one,
        dask_cluster(workers=2) as two,
    ):
        folder = Path(name)
        for warm in range(2):  # every worker loads its models before anything is timed
            copy_inbox(options.inbox, folder / f"warm-{warm}", calls=2)
        night_s(folder / "warm-0", folder / "data-warm-0", address=one.address)
        night_s(folder / "warm-1", folder / "data-warm-1", address=two.address)
        for pair in range(options.pairs):
            inbox = folder / f"inbox-{pair}"
            copy_inbox(options.inbox, inbox, calls=options.calls, copies=options.copies)
            alone, calls = night_s(inbox, folder / f"one-{pair}", address=one.address)
            both, _ = night_s(inbox, folder / f"two-{pair}", address=two.address)
            ratios.append(alone / both)
            _say(
                f"{calls} calls: one worker {alone:.1f} s, two {both:.1f} s, ratio"
                f" {ratios[-1]:.2f}; load {os.getloadavg()[0]:.1f}"
            )
    _say(f"median ratio {median(ratios):.2f} of {len(ratios)} pairs")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

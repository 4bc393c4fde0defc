"""What a second worker brings: the same recordings by one Dask worker and by two, real engines.

    python -m benchmarks.workers INBOX [--pairs 4] [--calls 12] [--copies 2]

A worker is a process of one thread that keeps to a processor of its own, with its models loaded
before anything is timed. A pair is a night by one worker and one by two, in turn this and that
first, so that other work on the machine concerns both alike; the ratio of their times is the
figure to trust. Beside it stands how much of their time the workers had a processor: where that is
far below 100 %, others had it, and the ratio says little. What limits every program on the machine
is measured too: how much more two processes that only count do than one.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console

from benchmarks.faults.servers import DaskCluster, dask_cluster
from flows.nightly import run_nightly
from pipeline.settings import HearingSettings, NightSettings, Settings

_COUNT = "import time\nb = time.perf_counter()\nn = 0\nwhile n < 60_000_000: n += 1\n"
_COUNT += "print(time.perf_counter() - b)"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Night:
    """What a night on a cluster took."""

    calls: int
    elapsed_s: float  # from its begin to its summary
    worker_cpu_s: float  # of all workers
    workers: int
    own_cpu_s: float  # of the process that hands out and stores

    @property
    def busy(self) -> float:
        """Share of the time in which a worker had a processor, 0-1."""
        return self.worker_cpu_s / (self.elapsed_s * self.workers)


def copy_inbox(source: Path, target: Path, *, calls: int, copies: int = 1) -> None:
    """The smallest recordings, several times, so that both workers have enough; none is broken."""
    target.mkdir(parents=True)
    whole = [p for p in source.iterdir() if p.suffix == ".opus"]
    for path in sorted(whole, key=lambda each: each.stat().st_size)[:calls]:
        for number in range(copies):
            shutil.copy(path, target / f"{path.stem}-{number}{path.suffix}")


def hold_night(inbox: Path, data: Path, cluster: DaskCluster) -> Night:
    """A night on a cluster, measured."""
    night = NightSettings(runner="dask", cluster=cluster.address, shard_calls=1, prefect=False)
    settings = Settings(night=night, hearing=HearingSettings(threads=1))
    began, own, theirs = time.monotonic(), time.process_time(), _cpu_s(cluster)
    summary = run_nightly(inbox, data=data, settings=settings, console=Console(file=io.StringIO()))
    assert summary.failed == 0
    return Night(
        summary.calls,
        time.monotonic() - began,
        _cpu_s(cluster) - theirs,
        len(cluster.workers),
        time.process_time() - own,
    )


def _cpu_s(cluster: DaskCluster) -> float:
    """What the workers used of the processors so far."""
    ticks = 0
    for worker in cluster.workers:
        fields = Path(f"/proc/{worker.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


def count_together(processes: int) -> float:
    """Mean seconds of processes that only count, each on a processor of its own."""
    begun = [
        subprocess.Popen(
            ["taskset", "-c", str(number), sys.executable, "-c", _COUNT], stdout=subprocess.PIPE
        )
        for number in range(processes)
    ]
    return sum(float(each.communicate()[0]) for each in begun) / processes


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("inbox", type=Path)
    parser.add_argument("--pairs", type=int, default=4)
    parser.add_argument("--calls", type=int, default=12, help="different recordings")
    parser.add_argument("--copies", type=int, default=2, help="of each")
    options = parser.parse_args(arguments)
    ratios, bounds = [], []
    with (
        tempfile.TemporaryDirectory() as name,
        dask_cluster(workers=1, pinned=True) as one,
        dask_cluster(workers=2, pinned=True) as two,
    ):
        folder = Path(name)
        _warm(options.inbox, folder, (one, two))
        for pair in range(options.pairs):
            inbox = folder / f"inbox-{pair}"
            copy_inbox(options.inbox, inbox, calls=options.calls, copies=options.copies)
            bounds.append(2 * count_together(1) / count_together(2))
            nights = {}
            for cluster in (one, two) if pair % 2 == 0 else (two, one):
                data = folder / f"data-{pair}-{len(cluster.workers)}"
                nights[len(cluster.workers)] = hold_night(inbox, data, cluster)
            alone, both = nights[1], nights[2]
            ratios.append(alone.elapsed_s / both.elapsed_s)
            _say(
                f"{alone.calls} calls: one worker {alone.elapsed_s:.1f} s (busy"
                f" {alone.busy:.0%}, {alone.worker_cpu_s:.1f} CPU s), two {both.elapsed_s:.1f} s"
                f" (busy {both.busy:.0%}, {both.worker_cpu_s:.1f} CPU s; night"
                f" {both.own_cpu_s:.1f}), ratio {ratios[-1]:.2f}; counting {bounds[-1]:.2f};"
                f" load {os.getloadavg()[0]:.1f}"
            )
    _say(
        f"median ratio {median(ratios):.2f} of {len(ratios)} pairs; two processes that only count"
        f" do {median(bounds):.2f} times as much as one"
    )


def _warm(source: Path, folder: Path, clusters: Sequence[DaskCluster]) -> None:
    """Every worker loads its models before anything is timed."""
    for cluster in clusters:
        workers = len(cluster.workers)
        copy_inbox(source, folder / f"warm-{workers}", calls=2 * workers)
        hold_night(folder / f"warm-{workers}", folder / f"data-warm-{workers}", cluster)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

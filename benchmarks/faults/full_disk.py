"""Fill the disk under a night, make room, begin it again.

    python -m benchmarks.faults.full_disk [--calls 200] [--small-mb 3]

The data folder is a small tmpfs in a mount namespace of this process alone (needs Linux, and root
or user namespaces).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.faults.night import Count, count, make_inbox, run, settings_of
from pipeline.errors import TingjianError

_INSIDE = "--inside"


def fill_disk(folder: Path, *, calls: int, small_mb: int) -> str:
    """A night on a full disk, then one with room. Returns: what the inner process printed."""
    who = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    command = [*who, sys.executable, "-m", "benchmarks.faults.full_disk", _INSIDE]
    command += [str(folder), "--calls", str(calls), "--small-mb", str(small_mb)]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": root}, check=False
    )
    return done.stdout + done.stderr


def _inside(folder: Path, *, calls: int, small_mb: int) -> tuple[str, Count]:
    """Returns: the error of the first night, and what is there after the second."""
    data, inbox = folder / "data", folder / "inbox"
    data.mkdir()
    _mount(data, "-t", "tmpfs", "-o", f"size={small_mb}m", "tmpfs")
    make_inbox(inbox, calls=calls)
    settings = settings_of(folder / "phrasebooks")
    try:
        run(inbox, data, settings=settings)
        told = "no error"
    except TingjianError as error:
        told = f"{error.key}: {error}"
    _mount(data, "-o", "remount,size=500m")
    run(inbox, data, settings=settings)
    return told, count(data)


def _mount(place: Path, *options: str) -> None:
    subprocess.run(["mount", *options, str(place)], check=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--small-mb", type=int, default=3)
    parser.add_argument(_INSIDE, metavar="FOLDER")
    options = parser.parse_args(arguments)
    size = {"calls": options.calls, "small_mb": options.small_mb}
    if options.inside:
        told, found = _inside(Path(options.inside), **size)
        sys.stdout.write(f"{told}\n{found}\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(fill_disk(Path(folder), **size))


if __name__ == "__main__":
    main()

"""A night in a process of its own, with stand-ins for the models; says `begun` before it starts.

Arguments: inbox, data folder, `prefect` or `plain`. The project must be importable.
"""

from __future__ import annotations

import sys
from pathlib import Path

from inboxes import settings_of

from flows.nightly import run_nightly
from models.fakes import FakeEars


def main(inbox: str, data: str, clock: str) -> None:
    settings = settings_of(Path(data), prefect=clock == "prefect")
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    summary = run_nightly(Path(inbox), data=Path(data), settings=settings, ears=FakeEars())
    sys.stdout.write(f"{summary.calls} {summary.failed} {summary.run.known}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

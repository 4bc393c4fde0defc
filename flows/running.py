"""Running a night, under Prefect where it is to be had.

Prefect shows the run; it is not needed to do it. If its server does not start or goes away, a
warning says so and the night goes on without it: what shards did is in the warehouse.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from flows.night_loop import NightLoop
from flows.prefect_server import PrefectServer, prefect_variables
from flows.summary import NightSummary
from pipeline.errors import TingjianError
from pipeline.messages import Language, say

Conclude = Callable[[], NightSummary]


@dataclass(frozen=True, slots=True)
class Clock:
    """What watches the night."""

    console: Console  # for warnings
    language: Language
    prefect_home: Path | None = None  # None = without Prefect
    server: PrefectServer | None = None  # of this night
    url: str | None = None  # of a server that runs already

    def with_prefect(self, home: Path, *, server: PrefectServer | None, url: str | None) -> Clock:
        """The same under Prefect."""
        return replace(self, prefect_home=home, server=server, url=url)


def run_night(loop: NightLoop, conclude: Conclude, *, clock: Clock) -> NightSummary:
    """Do what there is to do, then conclude.

    Raises: TingjianError if results cannot be stored; KeyboardInterrupt after the calls that are
        being heard, when a person interrupts.
    """
    if clock.prefect_home is not None:
        summary = _try_prefect(loop, conclude, clock=clock)
        if summary is not None:
            return summary
    loop.run()
    return conclude()


def _try_prefect(loop: NightLoop, conclude: Conclude, *, clock: Clock) -> NightSummary | None:
    """The summary, or None with a warning if Prefect failed; then something may be left to do."""
    url = clock.url
    if url is None:
        if clock.server is None or not clock.server.answers():
            _warn(clock, "no answer")
            return None
        url = clock.server.url
    # Prefect reads them when it is imported
    if clock.prefect_home is not None and "prefect" not in sys.modules:
        os.environ.update(prefect_variables(clock.prefect_home))
    try:
        from flows.prefect_night import run_as_flow

        return run_as_flow(loop, conclude, url=url)
    except TingjianError:
        raise
    except Exception as error:
        _warn(clock, type(error).__name__)
        return None


def _warn(clock: Clock, cause: str) -> None:
    path = clock.server.log if clock.server else clock.url or clock.prefect_home
    told = say("night.no_prefect", clock.language, cause=cause, path=path)
    clock.console.print(told, style="yellow", markup=False)


def cpu_s() -> float:
    """Processor seconds of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system

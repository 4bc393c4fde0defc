"""What hears the shards: threads of this process, or processes of a cluster.

A runner takes the calls of a shard and gives back a future of their results. It stores nothing and
knows nothing of ledger or lake, so that the same calls give the same results whoever hears them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from flows.hearing import Hearing, hear_jobs
from flows.identity import Job
from flows.shards import Inspect, Result

Results = tuple[Result, ...]


class WorkerLostError(Exception):
    """The process that heard a shard died, perhaps of one of the calls."""


class Runner(Protocol):
    """Hears shards of calls."""

    @property
    def isolated(self) -> bool:
        """Whether a call that kills its process takes no other shard with it."""
        ...

    def slots(self) -> int:
        """How many shards are heard at the same time now; 0 while there is no worker."""
        ...

    def submit(self, jobs: Sequence[Job]) -> Future[Results]:
        """Begin to hear a shard. The future raises WorkerLostError if its process dies."""
        ...

    def give_up(self, future: Future[Results]) -> None:
        """Wait for a shard no longer."""
        ...

    def stop(self) -> None:
        """Begin no other call; where that is possible, shards end after the call they are at."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


@dataclass(slots=True)
class ThreadRunner:
    """A thread for each shard. One that is given up goes on in the dark until its call ends."""

    inspect: Inspect
    hearing: Hearing
    workers: int
    begun: Callable[[Job], None]
    isolated: bool = False
    _stops: dict[Future[Results], threading.Event] = field(default_factory=dict)

    def slots(self) -> int:
        """As many as was asked for."""
        return self.workers

    def submit(self, jobs: Sequence[Job]) -> Future[Results]:
        """Begin a thread; a daemon, so that one that hangs does not keep the program."""
        future: Future[Results] = Future()
        future.set_running_or_notify_cancel()
        stop = self._stops[future] = threading.Event()

        def work() -> None:
            try:
                future.set_result(
                    hear_jobs(
                        jobs,
                        self.inspect,
                        language=self.hearing.settings.night.language,
                        begun=self.begun,
                        stop=stop,
                    )
                )
            except BaseException as error:
                future.set_exception(error)

        future.add_done_callback(lambda done: self._stops.pop(done, None))
        threading.Thread(target=work, name="shard", daemon=True).start()
        return future

    def give_up(self, future: Future[Results]) -> None:
        """Its other calls are not begun."""
        if stop := self._stops.get(future):
            stop.set()

    def stop(self) -> None:
        """All shards end after the call that they are at."""
        for stop in [*self._stops.values()]:
            stop.set()

    def close(self) -> None:
        """Nothing is kept."""
        self.stop()

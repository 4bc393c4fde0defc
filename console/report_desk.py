"""Making reports beside the pages: one at a time, in the order in which they were asked for."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Literal

from pipeline.errors import TingjianError, UsageError

_log = logging.getLogger("tingjian.console")
WAITING_MOST: Final = 10  # reports that wait; with more, nobody knows what waits for what
_KEPT: Final = 20  # of those that are over

Work = Callable[[], None]  # makes the report and puts it where it belongs


@dataclass(frozen=True, slots=True)
class Job:
    """A report that was asked for, and what became of it."""

    number: int
    name: str  # of the file
    by: str  # account id
    asked_at: datetime
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    fault: TingjianError | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ("done", "failed")


@dataclass
class ReportDesk:
    """The reports of one console that wait, are made, or were made since it began."""

    _jobs: dict[int, Job] = field(default_factory=dict)
    _work: queue.SimpleQueue[tuple[int, Work]] = field(default_factory=queue.SimpleQueue)
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All that are known, the last one asked for first."""
        with self._lock:
            return tuple(reversed(self._jobs.values()))

    def ask(self, name: str, work: Work, *, by: str) -> Job:
        """Make a report when its turn comes; the same one that still waits is not made twice.

        Raises: UsageError if too many wait.
        """
        with self._lock:
            waiting = [job for job in self._jobs.values() if not job.over]
            same = next((j for j in waiting if j.name == name and j.state == "waiting"), None)
            if same is not None:
                return same
            if len(waiting) >= WAITING_MOST:
                raise UsageError("reports.many_wait", most=WAITING_MOST)
            number = max(self._jobs, default=0) + 1
            job = self._jobs[number] = Job(number, name, by, datetime.now(UTC))
            self._forget()
            self._work.put((number, work))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
        return job

    def wait(self, timeout_s: float) -> bool:
        """Until nothing waits or runs, at most so long; whether it is so."""
        end = threading.Event()
        last = datetime.now(UTC).timestamp() + timeout_s
        while any(not job.over for job in self.jobs):
            if datetime.now(UTC).timestamp() > last:
                return False
            end.wait(0.02)
        return True

    def _run(self) -> None:
        while True:
            number, work = self._work.get()
            self._set(number, "running")
            try:
                work()
            except TingjianError as error:
                self._set(number, "failed", error)
            except Exception as error:
                _log.exception("a report failed")
                cause = type(error).__name__
                self._set(number, "failed", UsageError("reports.job_failed", cause=cause))
            else:
                self._set(number, "done")

    def _set(
        self,
        number: int,
        state: Literal["running", "done", "failed"],
        fault: TingjianError | None = None,
    ) -> None:
        with self._lock:
            self._jobs[number] = replace(self._jobs[number], state=state, fault=fault)

    def _forget(self) -> None:
        over = [number for number, job in self._jobs.items() if job.over]
        for number in over[: max(0, len(over) - _KEPT)]:
            del self._jobs[number]

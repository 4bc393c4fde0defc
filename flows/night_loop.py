"""The course of a night: shards go out to be heard and come back to be stored, one at a time.

One thread does it all, so lake and ledger have one user. A night that ends early, for whatever
reason, leaves what it had not stored to the next.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from functools import partial

from flows.desk import Desk
from flows.identity import Job
from flows.runners import Results, Runner, WorkerLostError
from flows.shards import Result, Shard
from pipeline.errors import TingjianError

Step = Callable[[int, Callable[[], None]], None]  # number of a shard, what is to be done with it

_TICK_S = 0.5
_BEAT_S = 5.0
STORED_AT_ONCE = 512  # calls in one transaction, unless one shard has more
_NO_WORKER_S = 600.0  # how long a night waits for a worker of a cluster


@dataclass(frozen=True, slots=True)
class _Out:
    """A shard that is being heard."""

    shard: Shard
    shard_no: int
    due_s: float  # of the clock: given up then


_Back = tuple[Future[Results], _Out]  # a shard that came back


@dataclass(slots=True)
class NightLoop:
    """The shards of one night, wherever they are; running it again goes on with what is left."""

    desk: Desk
    runner: Runner
    queue: deque[Shard]
    call_limit_s: float
    ends_s: float | None = None  # of the clock: no call is begun after it
    clock: Callable[[], float] = time.monotonic
    taken: list[Job] = field(default_factory=list)  # others have them
    _out: dict[Future[Results], _Out] = field(default_factory=dict)
    _count: int = 0
    _beat_s: float = 0.0
    _idle_since_s: float | None = None

    @property
    def left(self) -> int:
        """Calls that are for another night."""
        return sum(len(shard.jobs) for shard in self.queue)

    def run(self, step: Step | None = None) -> None:
        """Hear and store everything, as far as the night lasts.

        Args:
            step: does what is to be done with each shard that came back; directly if None.
        Raises: WarehouseError if results cannot be stored, TingjianError if no worker is left,
            KeyboardInterrupt after the calls that are being heard, when a person interrupts.
        """
        step = step or (lambda _, work: work())
        try:
            while True:
                self._send()
                if not self._out and not self._take_over():
                    return
                self._receive(step)
                self._give_up_overdue()
                self._beat()
        except KeyboardInterrupt:
            self.runner.stop()
            self._drain()
            raise

    def _send(self) -> None:
        if self.ends_s is not None and self.clock() >= self.ends_s:
            return
        slots = self.runner.slots()
        while self.queue and len(self._out) < slots and self._may_go(self.queue[0]):
            shard = self.queue.popleft()
            mine = self.desk.take(shard)
            self.taken += [job for job in shard.jobs if job not in mine.jobs]
            if mine.jobs:
                if self.runner.isolated:
                    self.desk.begun(mine.jobs)
                due_s = self.clock() + self.call_limit_s * len(mine.jobs)
                self._out[self.runner.submit(mine.jobs)] = _Out(mine, self._count, due_s)
                self._count += 1
        self._check_workers(slots)

    def _may_go(self, shard: Shard) -> bool:
        """A suspect is heard alone, unless its death takes nobody with it."""
        if self.runner.isolated:
            return True
        alone = shard.alone or any(out.shard.alone for out in self._out.values())
        return not (alone and self._out)

    def _receive(self, step: Step) -> None:
        if not self._out:  # waiting for a worker
            time.sleep(_TICK_S)
        done, _ = wait(self._out, timeout=_TICK_S, return_when=FIRST_COMPLETED)
        for some in _together([(future, self._out.pop(future)) for future in done]):
            step(some[0][1].shard_no, partial(self._settle, some))

    def _settle(self, some: Sequence[_Back]) -> None:
        """Store the results of shards that came back, in one transaction.

        Raises: what a worker could not do, once the others' results are stored.
        """
        jobs: list[Job] = []
        results: list[Result] = []
        broken: Exception | None = None
        for future, out in some:
            try:
                found = future.result()
            except WorkerLostError:
                self.queue.extend(self.desk.suspect(out.shard.jobs))
            except Exception as error:
                broken = broken or error
            else:
                jobs += out.shard.jobs[: len(found)]
                results += found
        if jobs:
            self.desk.keep(jobs, results)
        if broken is not None:
            raise broken

    def _give_up_overdue(self) -> None:
        """What takes too long is heard no longer; of several calls each gets its own time first."""
        now = self.clock()
        for future, out in [*self._out.items()]:
            if now < out.due_s or future.done():
                continue
            del self._out[future]
            self.runner.give_up(future)
            if len(out.shard.jobs) == 1:
                error = TingjianError("night.call_limit", limit_s=self.call_limit_s)
                self.desk.give_up(out.shard.jobs[0], error)
            else:
                self.queue.extend(self.desk.suspect(out.shard.jobs))

    def _check_workers(self, slots: int) -> None:
        """Without any worker no call is late; but a night does not wait for one for ever."""
        now = self.clock()
        if slots:
            self._idle_since_s = None
            return
        self._idle_since_s = self._idle_since_s or now
        for future, out in self._out.items():
            self._out[future] = _Out(out.shard, out.shard_no, now + self.call_limit_s)
        if now - self._idle_since_s > _NO_WORKER_S:
            raise TingjianError("night.no_workers", waited_s=_NO_WORKER_S)

    def _take_over(self) -> bool:
        """Whether there is more to do: a suspect to come, or calls of others who may be dead."""
        if self.queue:
            return self.ends_s is None or self.clock() < self.ends_s
        if not self.taken:
            return False
        back = self.desk.returned()
        if back.calls:
            jobs, self.taken = self.taken, []
            self.queue.extend(Shard((job,)) for job in jobs)
        elif back.waiting_for:
            time.sleep(_TICK_S)
        return bool(back.calls or back.waiting_for)

    def _beat(self) -> None:
        if self.clock() - self._beat_s >= _BEAT_S:
            self._beat_s = self.clock()
            self.desk.beat()

    def _drain(self) -> None:
        """Keep what was heard until a person interrupted."""
        wait(self._out)
        for some in _together([*self._out.items()]):
            self._settle(some)
        self._out.clear()


def _together(came: Sequence[_Back]) -> Iterator[tuple[_Back, ...]]:
    """Shards that are stored together, in the order in which they went out.

    While few workers hear, each comes back alone. Where many do, more come back while some are
    being stored; a transaction for each would be what the whole night waits for.
    """
    some: list[_Back] = []
    calls = 0
    for back in sorted(came, key=lambda each: each[1].shard_no):
        size = len(back[1].shard.jobs)
        if some and calls + size > STORED_AT_ONCE:
            yield tuple(some)
            some, calls = [], 0
        some.append(back)
        calls += size
    if some:
        yield tuple(some)

"""Who is at work, and who can be said to be dead.

A worker of this machine is dead if its process is gone, or the number bears another process now, or
the machine was started anew: the kernel's word, at once. A worker of another machine is dead if it
gave no sign of life for a while *by the observer's own clock*: it counts a number up, and nobody
compares two clocks, so that a leap of either clock takes no work from the living.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, Engine, insert, select, update

from warehouse.decisions.store import writing
from warehouse.decisions.work_tables import work, worker

LEASE_S = 120.0  # without a sign of life; a beat is due every few seconds


@dataclass(frozen=True, slots=True)
class Identity:
    """A process, as its machine can vouch for it."""

    host: str
    boot_id: str  # "" where the machine does not tell
    process_space: str
    process_no: int
    process_start: int  # clock ticks after the boot; 0 where unknown

    def is_dead(self, here: Identity) -> bool | None:
        """Whether the process is gone, as seen from `here`; None if that cannot be known."""
        if self.host != here.host or not self.boot_id or not here.boot_id:
            return None
        if self.boot_id != here.boot_id:
            return True
        if self.process_space != here.process_space:
            return None
        return _start_of(self.process_no) != self.process_start


@dataclass(slots=True)
class Lease:
    """What an observer remembers of the workers of other machines."""

    lease_s: float = LEASE_S
    clock: Callable[[], float] = time.monotonic
    _seen: dict[str, tuple[int, float]] = field(default_factory=dict)  # beat, when first seen
    _alive: set[str] = field(default_factory=set)  # gave a sign since they were first seen

    def expired(self, worker_id: str, beat: int) -> bool:
        """Whether the same beat has been seen for the whole lease."""
        now = self.clock()
        last, since = self._seen.setdefault(worker_id, (beat, now))
        if last != beat:
            self._seen[worker_id] = (beat, now)
            self._alive.add(worker_id)
            return False
        return now - since >= self.lease_s

    def is_alive(self, worker_id: str) -> bool:
        """Whether it gave a sign of life since it was first seen."""
        return worker_id in self._alive


def this_process() -> Identity:
    """The identity of this process."""
    boot = _read("/proc/sys/kernel/random/boot_id")
    machine = _read("/etc/machine-id") or socket.gethostname()
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    number = os.getpid()
    return Identity(machine, boot, space, number, _start_of(number) or 0)


def register(engine: Engine, identity: Identity | None = None) -> str:
    """Put down that this process is at work. Returns: its id."""
    who = identity or this_process()
    worker_id = uuid4().hex
    with writing(engine).begin() as connection:
        connection.execute(
            insert(worker).values(
                worker_id=worker_id,
                host=who.host,
                boot_id=who.boot_id,
                process_space=who.process_space,
                process_no=who.process_no,
                process_start=who.process_start,
                beat=0,
                begun_at=datetime.now(UTC),
            )
        )
    return worker_id


def beat(engine: Engine, worker_id: str) -> None:
    """Give a sign of life."""
    with writing(engine).begin() as connection:
        connection.execute(
            update(worker).where(worker.c.worker_id == worker_id).values(beat=worker.c.beat + 1)
        )


def sign_off(engine: Engine, worker_id: str) -> None:
    """The worker has ended in good order."""
    with writing(engine).begin() as connection:
        connection.execute(
            update(worker).where(worker.c.worker_id == worker_id).values(ended_at=datetime.now(UTC))
        )


@dataclass(frozen=True, slots=True)
class Absent:
    """A worker that holds calls and will not do them."""

    worker_id: str
    machine_restarted: bool  # the calls that it had in hand did not kill it


def absent_workers(
    connection: Connection, *, lease: Lease, here: Identity, but: str
) -> tuple[tuple[Absent, ...], tuple[str, ...]]:
    """The workers that hold claimed calls: those that are dead, and those that are not known to be.

    Args:
        but: the asker's own id.
    """
    holders = select(work.c.worker_id).where(work.c.state == "claimed").distinct()
    rows = connection.execute(
        select(worker).where(worker.c.worker_id.in_(holders), worker.c.worker_id != but)
    ).all()
    dead, unknown = [], []
    for row in rows:
        who = Identity(row.host, row.boot_id, row.process_space, row.process_no, row.process_start)
        # a process has one night at a time: an earlier worker of this very one could not sign off
        gone = True if row.ended_at or who == here else who.is_dead(here)
        silent = gone is None and lease.expired(row.worker_id, row.beat)
        if gone or silent:
            restarted = row.host == here.host and bool(row.boot_id) and row.boot_id != here.boot_id
            dead.append(Absent(row.worker_id, restarted))
        elif gone is None and not lease.is_alive(row.worker_id):
            unknown.append(row.worker_id)
    return tuple(dead), tuple(unknown)


def _start_of(process_no: int) -> int | None:
    """When a process began, in clock ticks after the boot; None if there is none, or a zombie."""
    try:
        fields = Path(f"/proc/{process_no}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])  # proc(5): state is 3, starttime 22


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""

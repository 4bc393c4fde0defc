"""What a child process takes from itself before it touches a file that nobody vouches for."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal

_PR_SET_PDEATHSIG = 1  # prctl(2), Linux


def confine(*, parent_pid: int, cpu_s: int, memory_bytes: int, niceness: int = 0) -> None:
    """Bind this process to its parent's life and to limits of processor time and memory.

    No core is dumped and no file can be written from here on. `memory_bytes` limits the address
    space (RLIMIT_AS), so it also counts the libraries that are mapped.
    """
    _die_with(parent_pid)
    os.nice(niceness)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)  # pipes are not concerned
    _lower(resource.RLIMIT_CPU, cpu_s)  # SIGXCPU when used up
    _lower(resource.RLIMIT_AS, memory_bytes)


def open_no_more() -> None:
    """Refuse every further file and socket: what is open now is all that this process will read.

    This stops a playlist, or a decoder with a hole, from reaching another file or the network.
    Python cannot import modules after it.
    """
    highest = max(fd for fd in range(256) if _is_open(fd))
    _lower(resource.RLIMIT_NOFILE, highest + 1)


def _die_with(parent_pid: int) -> None:
    # without prctl (not Linux) the child ends at its next write into the broken pipe instead
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # it died before the request was made
        os._exit(1)


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def _lower(kind: int, limit: int) -> None:
    """Set a soft limit and a hard one, so that it cannot be raised again."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    top = limit + 1 if kind == resource.RLIMIT_CPU else limit  # SIGXCPU comes first, SIGKILL after
    if hard != resource.RLIM_INFINITY:
        top = min(top, hard)
    resource.setrlimit(kind, (limit, top))

"""How anything gets into the warehouse: one writer at a time, one transaction, then it is kept.

DuckLake resolves conflicts between writers by trying again, and counts its numbers in memory; two
writers on one SQLite catalogue get in each other's way (40 of 120 commits had to be repeated), and
reports exist of catalogues that were damaged. So writers of one machine queue for a lock, held for
one transaction only; the kernel drops it when its holder dies. With a catalogue in PostgreSQL they
also queue for an advisory lock of that database, which the server drops with its connection.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import duckdb

from pipeline.errors import WarehouseError
from warehouse.catalogue_lock import catalogue_lock
from warehouse.lake import Warehouse
from warehouse.place import Place

T = TypeVar("T")

_PATIENCE_S = 600.0  # maintenance of a large lake holds the lock for minutes
_POLL_S = 0.02
_ATTEMPTS = 8
_FIRST_PAUSE_S = 0.05  # doubles: the last of eight attempts comes after 6.4 s
_TRANSIENT = ("database is locked", "conflict", "maximum retry count")


@contextmanager
def sole_writer(
    folder: Path, *, place: Place | None = None, patience_s: float = _PATIENCE_S
) -> Iterator[None]:
    """Hold the writer's lock of the warehouse in `folder`, and of its catalogue in PostgreSQL.

    Raises: WarehouseError if another process still holds it after `patience_s` seconds.
    """
    path = folder / "writer.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        _wait_for(descriptor, path, patience_s)
        if place is None or place.catalog is None:
            yield
        else:
            with catalogue_lock(place, patience_s=patience_s):
                yield
    finally:
        os.close(descriptor)


def write(warehouse: Warehouse, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
    """Run `work` in one transaction, as the only writer, and keep what it wrote.

    A conflict or a locked catalogue is tried again with growing pauses; `work` then runs from its
    start, so it must look at what is stored rather than remember it. That also covers a commit
    that failed without telling whether it was kept.

    Raises: WarehouseError if the warehouse was opened for reading, the lock is not to be had, or
        the transaction keeps failing; nothing of it is stored then.
    """
    if warehouse.read_only:
        raise WarehouseError("warehouse.read_only", path=warehouse.folder)
    try:
        with sole_writer(warehouse.folder, place=warehouse.place):
            return _attempt(warehouse, work)
    except OSError as error:
        raise WarehouseError(
            "warehouse.write", path=warehouse.folder, attempts=1, cause=error
        ) from error


def _attempt(warehouse: Warehouse, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _transaction(warehouse, work)
        except duckdb.Error as error:
            if attempt == _ATTEMPTS or not _is_transient(error):
                raise WarehouseError(
                    "warehouse.write", path=warehouse.folder, attempts=attempt, cause=error
                ) from error
            time.sleep(_FIRST_PAUSE_S * 2 ** (attempt - 1))
    raise AssertionError  # the last attempt returns or raises


def _transaction(warehouse: Warehouse, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
    connection = warehouse.connection
    lake = None if warehouse.place.on_s3 else warehouse.folder / "lake"
    before = _files(lake)
    connection.execute("begin")
    try:
        outcome = work(connection)
        _make_durable(_files(lake) - before)
        connection.execute("commit")
    except BaseException:
        with suppress(duckdb.Error):  # a failed commit has ended the transaction already
            connection.execute("rollback")
        raise
    return outcome


def _is_transient(error: duckdb.Error) -> bool:
    text = str(error).lower()
    return any(sign in text for sign in _TRANSIENT)


def _wait_for(descriptor: int, path: Path, patience_s: float) -> None:
    give_up = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= give_up:
                raise WarehouseError(
                    "warehouse.busy", path=path, waited_s=round(patience_s)
                ) from error
            time.sleep(_POLL_S)
        else:
            return


def _files(lake: Path | None) -> frozenset[str]:
    """Paths of all data files; empty if there is none yet, or they are not in a folder."""
    if lake is None:
        return frozenset()
    return frozenset(
        str(Path(folder, name)) for folder, _, names in os.walk(lake) for name in names
    )


def _make_durable(paths: frozenset[str]) -> None:
    """Bring new data files to the disk before the catalogue names them.

    SQLite synchronises its own commit, DuckDB does not synchronise Parquet files (seen with
    strace): after a power cut the catalogue would name files that are empty.
    """
    folders = {str(Path(path).parent) for path in paths}
    for path in (*paths, *folders):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

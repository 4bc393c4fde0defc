"""DATA/nights: which night is under way, and the reports of those that ended.

DATA/nights/lock             held by the run that is under way
DATA/nights/open.json       the night that was begun and has not ended
DATA/nights/NIGHT.json|.md  what it reported
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path

from pipeline.errors import TingjianError, UsageError

_OPEN = ".open.json"


@dataclass(frozen=True, slots=True)
class OpenNight:
    """A night that was begun; `resumed` if an earlier run was interrupted in it."""

    night_id: str
    inbox: str
    started_at: datetime  # with offset
    resumed: bool = False


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Hold the lock of the nights; the kernel drops it when its holder dies.

    Raises: UsageError if another run is under way, TingjianError if the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as e:
        raise TingjianError("night.folder", path=folder, detail=e.strerror or str(e)) from e
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            raise UsageError("night.busy", path=folder / "lock") from e
        yield
    finally:
        os.close(descriptor)


def open_night(folder: Path, inbox: str, *, day: date, now: datetime) -> OpenNight:
    """Begin a night, or go on with the one that an interrupted run of the same inbox began.

    Raises: TingjianError if the folder cannot be written.
    """
    for path in sorted(folder.glob(f"*{_OPEN}")):
        begun = _read_open(path)
        if begun is not None and begun.inbox == inbox:
            return begun
    night = OpenNight(_free_id(folder, day), inbox, now)
    values = {"night_id": night.night_id, "inbox": night.inbox, "started_at": now.isoformat()}
    write_whole(folder / f"{night.night_id}{_OPEN}", json.dumps(values, ensure_ascii=False))
    return night


def close_night(folder: Path, night_id: str) -> None:
    """The night has ended and its report is stored."""
    (folder / f"{night_id}{_OPEN}").unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Replace a file by another, so that it is never seen half-written, not after a power cut.

    Raises: TingjianError if it cannot be written.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as e:
        raise TingjianError("night.folder", path=path, detail=e.strerror or str(e)) from e


def _read_open(path: Path) -> OpenNight | None:
    try:
        values = json.loads(path.read_text("utf-8"))
        started_at = datetime.fromisoformat(values["started_at"])
        return OpenNight(values["night_id"], values["inbox"], started_at, resumed=True)
    except (OSError, ValueError, KeyError, TypeError):  # damaged: a new night loses nothing by it
        return None


def _free_id(folder: Path, day: date) -> str:
    """The day, or with a number if it had a night already."""
    for number in count(1):
        night_id = day.isoformat() if number == 1 else f"{day.isoformat()}.{number}"
        if not any((folder / f"{night_id}{ending}").exists() for ending in (".json", _OPEN)):
            return night_id
    raise AssertionError  # count does not end

"""A data folder for the console of any size: lake, queue and accounts."""

from __future__ import annotations

import contextlib
import wave
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.made_lake import add_calls, make_templates, template_tables
from benchmarks.made_queue import fill
from pipeline.errors import UsageError
from pipeline.finding import InspectedCall
from warehouse.connection import open_warehouse
from warehouse.decisions.accounts import create_account
from warehouse.decisions.documents import pack, unpack
from warehouse.decisions.store import open_decisions
from warehouse.sounds import SOUND_FOLDER, keep_peaks

PASSWORD: Final = "a long enough password"
TEMPLATES, BATCH = 200, 50_000
_SUPERVISORS: Final = 10  # one in so many people


def prepare(data: Path, *, calls: int) -> bool:
    """Make what is not there yet: templates, lake, queue; whether anything was made."""
    if (data / "made").exists():
        return False
    templates = _make_templates(data)
    tables = template_tables(templates)
    with open_warehouse(data) as warehouse:
        for first in range(0, calls, BATCH):
            count = min(BATCH, calls - first)
            add_calls(warehouse, tables, templates=TEMPLATES, first=first, count=count)
    fill(data, templates, calls=calls, lasts=calls)
    (data / "made").touch()  # only what was made to its end is used again
    return True


def _make_templates(data: Path) -> tuple[InspectedCall, ...]:
    kept = data / "templates"
    kept.mkdir(parents=True)
    made = make_templates(TEMPLATES, folder=data / "recordings", recordings=TEMPLATES)
    for number, call in enumerate(made):
        (kept / f"{number:04d}").write_bytes(pack(call))
        _keep_peaks(data, call)
    return kept_templates(data)


def _keep_peaks(data: Path, call: InspectedCall) -> None:
    """As the night does; the sound itself is made when somebody first listens."""
    with wave.open(call.recording.path) as reader:
        content = np.frombuffer(reader.readframes(reader.getnframes()), "<i2")
    samples = content.reshape(-1, call.recording.channels).T.astype(np.float32) / 32768
    twice = np.repeat(samples, 2, axis=1)  # from the telephone's rate to the program's
    sha256 = call.recording.audio_sha256
    keep_peaks(twice, audio_sha256=sha256, folder=data / SOUND_FOLDER)


def forget_sounds(data: Path) -> None:
    """Nobody has listened to anything yet."""
    for path in (data / SOUND_FOLDER).glob("*.wav"):
        path.unlink()


def kept_templates(data: Path) -> tuple[InspectedCall, ...]:
    """The judged dialogues that the folder's calls were multiplied from."""
    return tuple(unpack(path.read_bytes()) for path in sorted((data / "templates").iterdir()))


def login_of(number: int) -> str:
    """Of one of the people."""
    return f"load{number}"


def make_accounts(data: Path, users: int) -> None:
    """An inspector per person; every tenth is a supervisor."""
    engine = open_decisions(data)
    for number in range(users):
        login, role = login_of(number), "inspector" if number % _SUPERVISORS else "supervisor"
        with contextlib.suppress(UsageError):  # of an earlier run
            create_account(engine, login=login, name=login, role=role, password=PASSWORD)
    engine.dispose()

"""A night whose every figure is known beforehand, in a process that can be killed.

The recordings are tones that a stand-in reads as three lines. They are decoded with Python's own
WAV reader: what is killed here is the night, not FFmpeg, whose process has tests of its own.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import wave
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from flows.nightly import run_nightly
from flows.summary import NightSummary
from models.fakes import FakeEars
from pipeline import inspection
from pipeline.audio_process import DecodeLimits
from pipeline.call import Recording
from pipeline.engines import Ears, Waveform
from pipeline.errors import AudioError
from pipeline.settings import JudgingSettings, NightSettings, Settings
from warehouse.connection import open_warehouse
from warehouse.decisions.store import open_decisions
from warehouse.decisions.work import count_by_state

TURNS, FINDINGS = 1, 2  # of every call: pauses of 0.4 s make no new turn
_RATE_HZ = 16_000
_RULES = '''
[[rule]]
id = "t.ignorance"
title = "不清楚"
kind = "forbidden"
points = -5
source = { file = "norms.txt", line = 1, quote = "我不知道" }
phrases = """
我不知道
"""

[[rule]]
id = "t.thanks"
title = "致谢"
kind = "required"
points = -1
source = { file = "norms.txt", line = 2, quote = "感谢您的来电" }
phrases = """
感谢您的来电
"""
'''


@dataclass(frozen=True, slots=True)
class Count:
    """What is in lake and ledger after the last night."""

    calls: int
    twice: int  # calls that are there more than once
    torn: int  # calls without all of their turns, findings or scorecard
    unnamed: int  # failures without a reason
    failed: int
    ledger: dict[str, int]  # calls by state


def make_inbox(folder: Path, *, calls: int, corrupt: int = 1) -> None:
    """Recordings of 3 s, no two alike, and some that are none."""
    folder.mkdir(parents=True, exist_ok=True)
    seconds = np.arange(3 * _RATE_HZ) / _RATE_HZ
    tone = np.where(seconds % 1 < 0.6, 8000 * np.sin(2 * np.pi * 440 * seconds), 0)
    for number in range(calls):
        samples = np.concatenate([tone, np.zeros(number + 1)]).astype("<i2")
        path = folder / f"c{number:05}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(_RATE_HZ)
            file.writeframes(samples.tobytes())
        path.with_suffix(".json").write_text(json.dumps({"language": "zh"}), "utf-8")
    for number in range(corrupt):
        (folder / f"x{number:05}.wav").write_bytes(b"RIFF" + bytes([number]))


def write_phrasebook(folder: Path) -> Path:
    """Two rules: 我不知道 costs five points, a missing 感谢您的来电 one. Returns: the folder."""
    (folder / "zh").mkdir(parents=True, exist_ok=True)
    head = 'id = "t"\nversion = "1"\ntitle = "测试"\nlanguage = "zh"\n'
    head += "start_points = 100\npass_mark = 95\nmost_credit = 5\n"
    (folder / "zh" / "book.toml").write_text(head, "utf-8")
    (folder / "zh" / "rules.toml").write_text(_RULES, "utf-8")
    return folder


def settings_of(folder: Path, **night: object) -> Settings:
    """Small shards, two workers, a phrasebook of two rules, no Prefect."""
    if not (folder / "zh").is_dir():
        write_phrasebook(folder)
    chosen = {"shard_calls": 4, "workers": 2, "prefect": False, **night}
    return Settings(
        judging=JudgingSettings(phrasebooks=folder),
        night=NightSettings(**chosen),  # type: ignore[arg-type]  # checked by the dataclass's users
    )


def run(
    inbox: Path | str,
    data: Path,
    *,
    settings: Settings,
    resume: bool = False,
    ears: Ears | None = None,
    quick: bool = True,
) -> NightSummary:
    """One night, heard by stand-ins unless other `ears` are given.

    Args:
        quick: decode with Python's own reader, in this process.
    """
    with _quick_decoder() if quick else nullcontext():
        return run_nightly(
            inbox,
            data=data,
            settings=settings,
            ears=ears or FakeEars(),
            resume=resume,
            console=Console(file=io.StringIO()),
        )


@contextmanager
def _quick_decoder() -> Iterator[None]:
    usual = inspection.read_audio
    inspection.read_audio = _read_wav
    try:
        yield
    finally:
        inspection.read_audio = usual


def begin(inbox: Path, data: Path, *, settings: Settings, ears: Ears | None = None) -> int:
    """The same in a child process that shares this one's modules. Returns: its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        run(inbox, data, settings=settings, ears=ears)
        code = 0
    finally:
        os._exit(code)


def count(data: Path) -> Count:
    """Look at everything in lake and ledger."""
    torn = f"""
        with whole as (
            select call_id,
                (select count(*) from turn_result t where t.result_id = c.result_id) as turns,
                (select count(*) from scorecard_result s where s.result_id = c.result_id) as cards,
                (select count(*) from finding_result f join scorecard_result s
                    on f.scoring_id = s.scoring_id where s.result_id = c.result_id) as findings
            from call_result c where state = 'done'
        )
        select count(*) from whole
        where turns <> {TURNS} or cards <> 1 or findings <> {FINDINGS}
    """
    with open_warehouse(data, read_only=True) as warehouse:

        def ask(question: str) -> int:
            row = warehouse.connection.execute(question).fetchone()
            return int(row[0]) if row else 0

        rows = "select call_id from call_result group by call_id having count(*) > 1"
        found = Count(
            calls=ask("select count(*) from call"),
            twice=ask(f"select count(*) from ({rows})"),
            torn=ask(torn),
            unnamed=ask("select count(*) from call where state = 'failed' and reason is null"),
            failed=ask("select count(*) from call where state = 'failed'"),
            ledger={},
        )
    engine = open_decisions(data)
    found.ledger.update(count_by_state(engine))
    engine.dispose()
    return found


def _read_wav(path: Path, *, limits: DecodeLimits | None = None) -> tuple[Recording, Waveform]:
    try:
        with wave.open(str(path), "rb") as file:
            channels, frames = file.getnchannels(), file.readframes(file.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise AudioError("audio.unreadable", path=str(path), detail=str(error)) from error
    samples = np.frombuffer(frames, "<i2").reshape(-1, channels).T.astype(np.float32) / 2**15
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    length_s = samples.shape[1] / _RATE_HZ
    return Recording(str(path), sha256, length_s, channels, _RATE_HZ, "pcm_s16le", ()), samples

"""A warehouse of any number of calls: a few hundred judged dialogues, multiplied inside DuckDB.

The dialogues are put together from those that stand beside the rules as tests, judged by the
phrasebook that ships; each call gets a name, a moment and an agent of its own. The recordings are
some tones that many calls share.
"""

from __future__ import annotations

import hashlib
import random
import wave
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

import phrasebooks
from pipeline.call import CallMetadata, ModelVersions, Purpose, Recording
from pipeline.dialogue import build_transcript
from pipeline.finding import InspectedCall, PhrasebookVersion
from pipeline.judging import judge
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Line, Phrasebook
from pipeline.scorecard import score
from pipeline.talk import measure_talk
from warehouse.identified import Identified, Stamp
from warehouse.lake import Warehouse
from warehouse.rows import tables_of
from warehouse.writing import write

BOOKS: Final = Path(next(iter(phrasebooks.__path__)))
TURNS_MIN: Final = 24
RUDE_SHARE: Final = 0.12  # of the dialogues with a fragment that breaks a rule
FIRST_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
RECORDINGS: Final = 8
_RATE_HZ: Final = 8000
_NAMED: Final = ("call_id", "result_id", "scoring_id", "stored_no")
_OF_CALL: Final = ("started_at", "agent_id", "agent_name", "team", "purpose")
_NUMBERS: Final = """
    select
        printf('call-%07d', n) as call_id, md5('r' || n) as result_id, md5('s' || n) as scoring_id,
        n + 1 as stored_no, (n % $templates)::varchar as template,
        timestamptz '2026-01-01 00:00:00+00' + to_seconds(n * 30 % 28000000) as started_at,
        'A' || (n * 7919 % 200) as agent_id, '坐席' || (n * 7919 % 200) as agent_name,
        '组' || (n * 7919 % 200 % 12) as team,
        ['inbound', 'callback', 'complaint', 'booking', 'absence'][1 + n * 31 % 5] as purpose
    from (select unnest(range($first, $first + $count)) as n)
"""


def make_templates(
    count: int, *, folder: Path, seed: int = 5, recordings: int = RECORDINGS
) -> tuple[InspectedCall, ...]:
    """Judged calls to multiply; so many recordings of theirs are written into `folder`."""
    draw = random.Random(seed)
    phrasebook = load_phrasebook(BOOKS, language="zh")
    dialogues = [_dialogue(phrasebook, draw) for _ in range(count)]
    sounds = [_recording(folder, number) for number in range(recordings)]
    return tuple(
        _judged(lines, phrasebook, sounds[number % recordings])
        for number, lines in enumerate(dialogues)
    )


def _dialogue(phrasebook: Phrasebook, draw: random.Random) -> tuple[Line, ...]:
    """Fragments one after the other until the call is long enough."""
    good = [t.lines for r in phrasebook.rules for t in r.tests if t.expected == "met"]
    bad = [t.lines for r in phrasebook.rules for t in r.tests if t.expected == "violated"]
    opener = phrasebook.rule("zh.opener.inbound")
    closing = phrasebook.rule("zh.closing.thanks")
    lines: list[Line] = [*_met(opener)]
    while len(lines) < TURNS_MIN:
        lines += draw.choice(good)
    if draw.random() < RUDE_SHARE:
        lines += draw.choice(bad)
    return (*lines, *_met(closing))


def _met(rule: object) -> Sequence[Line]:
    tests = getattr(rule, "tests", ())
    return next((t.lines for t in tests if t.expected == "met"), ())


def _judged(lines: tuple[Line, ...], phrasebook: Phrasebook, recording: Recording) -> InspectedCall:
    transcript = build_transcript(lines, "zh")
    metadata = CallMetadata(
        call_id="template",
        language="zh",
        purpose=Purpose.INBOUND,
        direction="inbound",
        agent_id="A",
        agent_name="A",
        team="T",
        started_at=FIRST_DAY,
    )
    metrics = measure_talk(transcript)
    findings = judge(transcript, metadata=metadata, metrics=metrics, phrasebook=phrasebook)
    return InspectedCall(
        recording=replace(recording, duration_s=transcript.duration_s),
        metadata=metadata,
        models=ModelVersions("asr@0", "segmentation@0", "embedding@0"),
        phrasebook=PhrasebookVersion(phrasebook.id, phrasebook.version, phrasebook.sha256),
        transcript=transcript,
        metrics=metrics,
        findings=findings,
        scorecard=score(findings, phrasebook=phrasebook),
        stage_s=(("decode", 0.2), ("transcribe", 4.0)),
    )


def _recording(folder: Path, number: int) -> Recording:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"tones-{number}.wav"
    time_s = np.arange(180 * _RATE_HZ) / _RATE_HZ
    tones = [8000 * np.sin(2 * np.pi * hz * time_s) for hz in (300 + 7 * number, 500)]
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(_RATE_HZ)
        writer.writeframes(np.stack(tones, axis=1).astype("<i2").tobytes())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Recording(str(path), digest, 180.0, 2, _RATE_HZ, "pcm_s16le")


def template_tables(templates: Sequence[InspectedCall]) -> Mapping[str, pa.Table]:
    """Their rows; the template's number stands where the ids will be."""
    named = [
        Identified(n, f"{n}", f"{n}", replace(c, metadata=replace(c.metadata, call_id=f"{n}")))
        for n, c in enumerate(templates)
    ]
    return tables_of(named, [], stamp=Stamp("made", "0", FIRST_DAY))


def add_calls(
    warehouse: Warehouse, tables: Mapping[str, pa.Table], *, templates: int, first: int, count: int
) -> None:
    """Store the calls numbered from `first`, in one transaction."""

    values = {"first": first, "count": count, "templates": templates}

    def work(connection: duckdb.DuckDBPyConnection) -> None:
        for name, table in tables.items():
            connection.register("template", table)
            connection.execute(_statement(name, table), values)
            connection.unregister("template")

    write(warehouse, work)


def _statement(name: str, table: pa.Table) -> str:
    """One table's rows of all calls: the template's, under the call's own ids."""
    own = (*_NAMED, *(_OF_CALL if name == "call_result" else ()))
    columns = ", ".join(f"{'n' if c in own else 't'}.{c}" for c in table.column_names)
    key = "result_id" if "result_id" in table.column_names else "scoring_id"
    return (
        f"insert into {name} by name with number as ({_NUMBERS})"
        f" select {columns} from number n join template t on t.{key} = n.template"
    )

"""The samples as a stored night: their own recordings, and the words they were synthesised from.

No model is needed, so that pictures can be taken anywhere and look the same everywhere.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import phrasebooks
from pipeline.audio_reading import read_audio
from pipeline.call import ModelVersions, Role, SpeakerSpan, Transcript, Turn, Word
from pipeline.dialogue import spread_words
from pipeline.finding import InspectedCall, PhrasebookVersion
from pipeline.judging import judge
from pipeline.messages import Language
from pipeline.metadata import load_metadata
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Phrasebook
from pipeline.scorecard import score
from pipeline.talk import measure_talk
from warehouse.connection import open_warehouse
from warehouse.results import append_calls

SAMPLES = Path(__file__).parents[2] / "samples"
BOOKS = Path(next(iter(phrasebooks.__path__)))
CHANNELS = {"agent": "channel-0", "customer": "channel-1"}


def store_samples(data: Path) -> None:
    """Every sample that has a truth file, judged and stored."""
    truths = sorted((SAMPLES / "truth").glob("*.truth.json"))
    calls = [_call_of(json.loads(path.read_text("utf-8"))) for path in truths]
    with open_warehouse(data) as warehouse:
        append_calls(
            warehouse,
            [call for call in calls if call is not None],
            [],
            night_id=None,
            code_version="pictures",
        )


def _call_of(truth: dict[str, Any]) -> InspectedCall | None:
    """None for a language without a phrasebook of its own."""
    if truth["language"] not in ("zh", "es"):
        return None
    path = next(p for p in SAMPLES.glob(f"{truth['call_id']}.*") if p.suffix != ".json")
    recording, _ = read_audio(path)
    metadata = load_metadata(path)
    phrasebook = _book(truth["language"])
    transcript = _transcript_of(truth)
    metrics = measure_talk(transcript)
    findings = judge(transcript, metadata=metadata, metrics=metrics, phrasebook=phrasebook)
    return InspectedCall(
        recording=recording,
        metadata=metadata,
        models=ModelVersions("truth@0", "truth@0", "truth@0"),
        phrasebook=PhrasebookVersion(phrasebook.id, phrasebook.version, phrasebook.sha256),
        transcript=transcript,
        metrics=metrics,
        findings=findings,
        scorecard=score(findings, phrasebook=phrasebook),
    )


@cache
def _book(language: Language) -> Phrasebook:
    return load_phrasebook(BOOKS, language=language)


def _transcript_of(truth: dict[str, Any]) -> Transcript:
    turns = tuple(_turn_of(n, t, truth["language"]) for n, t in enumerate(truth["turns"]))
    spans = tuple(SpeakerSpan(t.start, t.end, t.speaker) for t in turns)
    return Transcript(truth["language"], turns, spans, truth["duration_s"])


def _turn_of(number: int, said: dict[str, Any], language: str) -> Turn:
    start, end, text = said["start"], said["end"], said["text"]
    if language == "zh":
        words = spread_words(text, start=start, end=end, probability=0.95)
    else:
        parts = text.split()
        step = (end - start) / max(1, len(parts))
        words = tuple(
            Word(part, start + i * step, start + (i + 1) * step, 0.95)
            for i, part in enumerate(parts)
        )
    # a few words that a recogniser would not be certain of
    words = tuple(
        Word(w.text, w.start, w.end, 0.4 if _is_pale(number, i) else w.probability)
        for i, w in enumerate(words)
    )
    role = said["role"]
    return Turn(number, CHANNELS[role], Role(role), 0.98, start, end, text, words)


def _is_pale(turn_no: int, word_no: int) -> bool:
    return hashlib.sha256(f"{turn_no} {word_no}".encode()).digest()[0] < 12

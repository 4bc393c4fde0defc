"""Calls whose truth is known: `NAME_stereo.wav`, `NAME_mono.wav` or `NAME.opus` with truth and
sidecar.

Two layouts are read: our samples (`samples/NAME.*`, `samples/truth/NAME.truth.json`) and folders
in which `NAME.truth.json` and `NAME.meta.json` lie beside the recordings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.call import CallMetadata
from pipeline.metadata import load_metadata

_SUFFIXES = (".wav", ".opus", ".flac", ".mp3", ".m4a")


@dataclass(frozen=True, slots=True)
class TrueTurn:
    """What was said, by whom, when; seconds from the start of the recording."""

    role: str  # agent | customer | other
    speaker: str  # differs from the role where a third voice speaks
    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class MeasuredCall:
    """A recording with its truth."""

    name: str
    audio: Path
    metadata: CallMetadata
    mono: bool
    condition: str
    duration_s: float
    turns: tuple[TrueTurn, ...]
    must: frozenset[tuple[str, str]]  # (rule, outcome) that must be reported
    may: frozenset[tuple[str, str]]  # that may be reported and counts neither way


def measured_calls(folder: Path) -> Iterator[MeasuredCall]:
    """All recordings of a folder that have a truth, by name."""
    for path in sorted([*folder.glob("*.truth.json"), *folder.glob("truth/*.truth.json")]):
        truth = json.loads(path.read_text("utf-8"))
        name = path.name.removesuffix(".truth.json")
        for audio in sorted(p for p in folder.iterdir() if _belongs(p, name)):
            sidecar = folder / f"{name}.meta.json"
            metadata = load_metadata(audio, sidecar=sidecar if sidecar.exists() else None)
            yield _measured(audio, metadata, truth)


def _belongs(path: Path, name: str) -> bool:
    return path.suffix in _SUFFIXES and path.stem in (name, f"{name}_stereo", f"{name}_mono")


def _measured(audio: Path, metadata: CallMetadata, truth: dict[str, Any]) -> MeasuredCall:
    mono = audio.stem.endswith("_mono") or (
        not audio.stem.endswith("_stereo") and not metadata.channel_roles
    )
    turns = tuple(
        TrueTurn(t["role"], t.get("speaker") or t["role"], t["start"], t["end"], t["text"])
        for t in truth["turns"]
    )
    return MeasuredCall(
        name=audio.stem,
        audio=audio,
        metadata=metadata,
        mono=mono,
        condition=truth.get("condition", ""),
        duration_s=truth["duration_s"],
        turns=turns,
        must=frozenset(_outcome(rule) for rule in truth.get("rules", ())),
        may=frozenset(_outcome(rule) for rule in truth.get("arguable", ())),
    )


def _outcome(tag: str) -> tuple[str, str]:
    rule, _, outcome = tag.partition(":")
    return rule, outcome or ("violated" if rule.endswith(".improper") else "met")

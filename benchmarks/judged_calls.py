"""Calls whose right findings are known, from truth files, scripts or `tingjian inspect --json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthesis.casting import cast
from benchmarks.synthesis.make_calls import draw_of
from benchmarks.synthesis.rendering import sidecar, truth
from benchmarks.synthesis.settling import settle
from benchmarks.synthesis.staging import stage
from benchmarks.synthesis.telephone import LINE_RATE_HZ
from pipeline.call import (
    CallMetadata,
    Purpose,
    Role,
    SpeakerSpan,
    TalkMetrics,
    Transcript,
    Turn,
    Word,
)
from pipeline.dialogue import spread_words
from pipeline.talk import measure_talk

Tags = frozenset[tuple[str, str]]  # (rule id, outcome)
_SYLLABLES_PER_S = 4.5
_LETTERS_PER_S = 14.0
_SCRIPTS = Path(__file__).parent / "synthesis" / "scripts"
_RULE_ID = re.compile(r"\b(?:zh|es)\.[A-Za-z]\w*(?:\.[a-z_]+)*")


@dataclass(frozen=True, slots=True)
class TrueTurn:
    """When the agent really spoke, and which rules these words fulfil or break, surely or maybe."""

    start: float
    end: float
    must: frozenset[str]
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class JudgedCall:
    """A call with what must be reported of it, and what may be."""

    name: str
    condition: str
    transcript: Transcript
    metadata: CallMetadata
    metrics: TalkMetrics
    must: Tags
    may: Tags
    true_turns: tuple[TrueTurn, ...] = ()


def from_truth_files(folder: Path, *, inspected: Path | None = None) -> Iterator[JudgedCall]:
    """Every `NAME.truth.json` of a folder, by name.

    The words are the truth's own, evenly spread over each turn, or, where `inspected` is given,
    those of `inspected/NAME.json` as `tingjian inspect --json` wrote it; calls without such a
    document are left out.
    """
    for path in sorted(folder.glob("*.truth.json")):
        name = path.name.removesuffix(".truth.json")
        known = json.loads(path.read_text("utf-8"))
        side = path.with_name(f"{name}.meta.json")
        meta = json.loads(side.read_text("utf-8")) if side.is_file() else known
        if inspected is None:
            yield _call(name, known, meta, transcript=_transcript(known))
        elif (document := inspected / f"{name}.json").is_file():
            yield _call(
                name, known, meta, transcript=_heard(json.loads(document.read_text("utf-8")))
            )


def from_scripts(count: int, *, seed: int) -> Iterator[JudgedCall]:
    """Calls drawn from the project's own scripts, laid out in time without a voice."""
    for number in range(1, count + 1):
        name, script = cast(draw_of(number), seed=seed)
        rng = np.random.default_rng([seed, number])
        script = settle(script, stage(script, _silent_speech, rng=rng))
        staged = stage(script, _silent_speech, rng=rng)
        known = truth(script, staged, call_id=name)
        meta = sidecar(script.header, call_id=name, stereo=True)
        yield _call(name, known, meta, transcript=_transcript(known))


def scripted_rules() -> frozenset[str]:
    """The rules that the tags of the project's own scripts name; of the others their truth says
    nothing, so that no finding of them can be called false.
    """
    texts = [p.read_text("utf-8") for p in sorted(_SCRIPTS.glob("*.txt"))]
    return frozenset(rule for text in texts for rule in _RULE_ID.findall(text))


def _silent_speech(text: str, voice: str, speed: float) -> NDArray[np.float32]:
    spoken = [c for c in text if c.isalnum()]
    rate = _SYLLABLES_PER_S if any(c > "\u3400" for c in spoken) else _LETTERS_PER_S
    seconds = max(0.3, len(spoken) / rate / speed)
    return np.zeros(round(seconds * LINE_RATE_HZ), np.float32)


def _call(name: str, known: Any, meta: Any, *, transcript: Transcript) -> JudgedCall:
    metadata = CallMetadata(
        call_id=name,
        language=known["language"],
        purpose=Purpose(meta["purpose"]) if "purpose" in meta else None,
        direction=meta.get("direction"),
        answered_after_s=meta.get("answered_after_s"),
        hung_up_by=meta.get("hung_up_by"),
    )
    return JudgedCall(
        name=name,
        condition=known.get("condition", ""),
        transcript=transcript,
        metadata=metadata,
        metrics=measure_talk(transcript),
        must=frozenset(_tag(t) for t in known["rules"]),
        may=frozenset(_tag(t) for t in known.get("arguable", ())),
        true_turns=tuple(
            TrueTurn(
                t["start"],
                t["end"],
                frozenset(_tag(x)[0] for x in t["tags"]),
                frozenset(_tag(x)[0] for x in t.get("arguable", ())),
            )
            for t in known["turns"]
            if t["role"] == "agent"
        ),
    )


def _tag(tag: str) -> tuple[str, str]:
    rule, _, outcome = tag.partition(":")
    return rule, outcome or ("violated" if rule.endswith(".improper") else "met")


def _transcript(known: Any) -> Transcript:
    turns = []
    for number, turn in enumerate(t for t in known["turns"] if t["role"] != "other"):
        start, end = turn["start"], turn["end"]
        words = spread_words(turn["text"], start=start, end=end, probability=0.9)
        role = Role(turn["role"])
        turns.append(Turn(number, role.value, role, 0.99, start, end, turn["text"], words))
    spans = tuple(SpeakerSpan(t.start, t.end, t.speaker) for t in turns)
    return Transcript(known["language"], tuple(turns), spans, known["duration_s"])


def _heard(document: Any) -> Transcript:
    turns = tuple(
        Turn(
            turn_no=t["turn_no"],
            speaker=t.get("speaker", t["role"]),
            role=Role(t["role"]),
            role_probability=t["role_probability"],
            start=t["start"],
            end=t["end"],
            text=t["text"],
            words=tuple(
                Word(w["text"], w["start"], w["end"], w["probability"]) for w in t["words"]
            ),
        )
        for t in document["turns"]
    )
    spans = tuple(SpeakerSpan(t.start, t.end, t.speaker) for t in turns)
    return Transcript(document["language"], turns, spans, document["duration_s"])

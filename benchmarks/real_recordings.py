"""Recordings that a folder's `manifest.jsonl` lists: one JSON object a line with `id`, `audio`,
`language`, and where known `text` and `turns` (start, end, speaker, text)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measured_calls import MeasuredCall, TrueTurn
from pipeline.call import CallMetadata


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording with what is known of it; `text` and `turns` may be empty."""

    name: str
    audio: Path
    language: str
    text: str
    turns: tuple[TrueTurn, ...]

    @property
    def is_mandarin_sentence(self) -> bool:
        """Whether one voice reads a known Mandarin text."""
        return self.language.startswith("zh") and bool(self.text) and not self.turns

    def as_call(self, duration_s: float) -> MeasuredCall:
        """The sentence as a call of one turn."""
        return MeasuredCall(
            name=self.name,
            audio=self.audio,
            metadata=CallMetadata(call_id=self.name, language="zh"),
            mono=True,
            condition="read",
            duration_s=duration_s,
            turns=(TrueTurn("agent", "agent", 0.0, duration_s, self.text),),
            must=frozenset(),
            may=frozenset(),
        )


def real_recordings(folder: Path) -> Iterator[Recording]:
    """The recordings of a folder that have sound, in the manifest's order."""
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row.get("audio"):
            yield Recording(
                name=row["id"].rpartition("/")[2],
                audio=folder / row["audio"],
                language=row.get("language") or "",
                text=row.get("text") or "",
                turns=tuple(
                    TrueTurn("agent", t["speaker"], t["start"], t["end"], t.get("text") or "")
                    for t in row.get("turns") or ()
                ),
            )

"""The product's hearing and the stock engines, with the same weights, behind the same calls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.measured_calls import MeasuredCall
from models.ears import CallEars, load_ears
from models.installed import require
from models.reference_diarizer import ReferenceDiarizer
from models.registry import load_registry
from pipeline.call import Segment, SpeakerSpan, Turn
from pipeline.engines import Waveform
from pipeline.messages import LANGUAGES, Language
from pipeline.phrasebook import load_phrasebook
from pipeline.roles import assign_roles
from pipeline.turns import build_turns


class Product:
    """Hearing as `tingjian inspect` hears, with the names of the project's phrasebooks."""

    def __init__(self, models: Path) -> None:
        names = {
            language: dict(load_phrasebook(Path("phrasebooks"), language=language).names).get(
                "org", ()
            )
            for language in LANGUAGES
        }
        self.ears: CallEars = load_ears(models, names=names)

    def spans(self, waveform: Waveform) -> tuple[SpeakerSpan, ...]:
        """Who speaks when."""
        return self.ears.diarizer.diarize(waveform)

    def segments(
        self, waveform: Waveform, spans: Sequence[SpeakerSpan], language: Language
    ) -> tuple[Segment, ...]:
        """The words of the spans."""
        return self.ears.transcriber.transcribe(waveform, spans, language=language)

    def hear(
        self, waveform: Waveform, language: Language
    ) -> tuple[tuple[SpeakerSpan, ...], tuple[Segment, ...]]:
        """Spans and words."""
        spans = self.spans(waveform)
        return spans, self.segments(waveform, spans, language)


@cache
def stock_whisper(models: Path) -> Any:
    """faster-whisper with the same weights, int8, one thread."""
    from faster_whisper import WhisperModel

    folder = require(load_registry(), models, "whisper-base")
    return WhisperModel(str(folder), compute_type="int8", cpu_threads=1)


def stock_text(models: Path, channel: Any, language: str, *, vad: bool) -> str:
    """What stock faster-whisper reads in one channel: beam 5, windows of 30 s."""
    segments, _ = stock_whisper(models).transcribe(
        channel, language=language, beam_size=5, vad_filter=vad
    )
    return " ".join(segment.text for segment in segments)


@cache
def default_pipeline(models: Path) -> ReferenceDiarizer:
    """pyannote.audio's `SpeakerDiarization` at its default step, same weights, two speakers."""
    registry = load_registry()
    return ReferenceDiarizer(
        require(registry, models, "segmentation-3.0"), require(registry, models, "campplus-zh-en")
    )


def turns_of(
    call: MeasuredCall, spans: Sequence[SpeakerSpan], segments: Sequence[Segment]
) -> tuple[Turn, ...]:
    """Turns with their roles, as the product gives them."""
    return assign_roles(
        build_turns(segments, spans),
        metadata=call.metadata,
        language=call.metadata.language or "zh",
    )

"""One call from its recording to its scorecard."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.audio import DecodeLimits, read_audio
from pipeline.call import CallMetadata, Language, Segment, SpeakerSpan, Transcript, Word
from pipeline.engines import Ears, Waveform
from pipeline.finding import InspectedCall, PhrasebookVersion
from pipeline.judging import judge
from pipeline.normalise import simplify
from pipeline.roles import assign_roles
from pipeline.rules import Phrasebook
from pipeline.scorecard import score
from pipeline.talk import measure_talk
from pipeline.turns import build_turns

PhrasebookFor = Callable[[Language], Phrasebook]


def inspect_call(
    audio: Path,
    *,
    metadata: CallMetadata,
    ears: Ears,
    phrasebook_for: PhrasebookFor,
    limits: DecodeLimits | None = None,
) -> InspectedCall:
    """Hear a call, judge it and score it.

    The same recording, models and phrasebook give the same result, whatever ran before.

    Args:
        metadata: what the telephone system knows; a missing language is heard.
        phrasebook_for: the norms of a language.
        limits: of decoding.
    Raises: AudioError if the recording cannot be decoded, TranscriptError if the engines
        contradict themselves.
    """
    watch = _Watch()
    recording, waveform = read_audio(audio, limits=limits or DecodeLimits())
    watch.lap("decode")
    spans = ears.diarizer.diarize(waveform)
    watch.lap("diarize")
    transcript = _transcribe(waveform, spans, metadata=metadata, ears=ears)
    transcript = replace(transcript, duration_s=recording.duration_s)
    watch.lap("transcribe")
    phrasebook = phrasebook_for(transcript.language)
    metrics = measure_talk(transcript)
    findings = judge(transcript, metadata=metadata, metrics=metrics, phrasebook=phrasebook)
    scorecard = score(findings, phrasebook=phrasebook)
    watch.lap("judge")
    return InspectedCall(
        recording=recording,
        metadata=metadata,
        models=ears.versions,
        phrasebook=PhrasebookVersion(phrasebook.id, phrasebook.version, phrasebook.sha256),
        transcript=transcript,
        metrics=metrics,
        findings=findings,
        scorecard=scorecard,
        stage_s=watch.laps(),
    )


def _transcribe(
    waveform: Waveform, spans: tuple[SpeakerSpan, ...], *, metadata: CallMetadata, ears: Ears
) -> Transcript:
    language, certainty = metadata.language, 1.0
    if language is None:
        language, certainty = ears.transcriber.detect_language(waveform, spans)
    segments = ears.transcriber.transcribe(waveform, spans, language=language)
    spoken = build_turns([_simplified(s, language) for s in segments], spans)
    return Transcript(
        language=language,
        turns=assign_roles(spoken, metadata=metadata, language=language),
        spans=spans,
        duration_s=0.0,
        language_probability=round(certainty, 4),
    )


def _simplified(segment: Segment, language: Language) -> Segment:
    """Traditional characters become simplified, ASCII punctuation Chinese."""
    if language != "zh":
        return segment
    return replace(segment, text=_chinese(segment.text), words=tuple(_simple_words(segment.words)))


def _simple_words(words: Sequence[Word]) -> list[Word]:
    return [replace(word, text=_chinese(word.text)) for word in words]


def _chinese(text: str) -> str:
    return simplify(text).translate(str.maketrans(",?!:;", "，？！：；"))


class _Watch:
    """Wall seconds by stage."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._laps: list[tuple[str, float]] = []

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._laps.append((stage, round(now - self._last, 3)))
        self._last = now

    def laps(self) -> tuple[tuple[str, float], ...]:
        return tuple(self._laps)

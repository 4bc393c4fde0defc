"""Deterministic stand-ins for the speech models: the same sound gives the same words, at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipeline.call import Language, ModelVersions, Segment, SpeakerSpan, Word
from pipeline.engines import ENGINE_RATE_HZ, Clip, ClipScores, Waveform
from pipeline.voiceprints import HeardVoice

_BLOCK_SAMPLES = ENGINE_RATE_HZ // 10
_HEARD_DB = -50.0  # RMS of a tenth of a second, relative to full scale
_VERSIONS = ModelVersions("script@0", "energy@0", "energy@0")
_LINES: dict[Language, tuple[str, ...]] = {
    "zh": ("您好橙树舞蹈", "我不知道", "感谢您的来电"),
    "es": ("Buenos días", "no lo sé", "gracias por llamar"),
    "en": ("good morning", "I do not know", "thank you for calling"),
}


@dataclass(frozen=True, slots=True)
class EnergyDiarizer:
    """Speech is where a tenth of a second is loud; each channel is a speaker."""

    def diarize(self, waveform: Waveform) -> tuple[SpeakerSpan, ...]:
        """Spans by start; none in silence."""
        label = "channel" if len(waveform) > 1 else "voice"
        spans = [
            SpeakerSpan(start / 10, end / 10, f"{label}-{number}", level_db=None)
            for number, channel in enumerate(waveform)
            for start, end in _runs(channel)
        ]
        return tuple(sorted(spans, key=lambda span: (span.start, span.speaker)))


@dataclass(frozen=True, slots=True)
class ScriptTranscriber:
    """Each span says the next line of a script, spread evenly over its time."""

    language: Language = "zh"

    def detect_language(
        self, waveform: Waveform, spans: Sequence[SpeakerSpan]
    ) -> tuple[Language, float]:
        """Always the same."""
        return self.language, 1.0

    def transcribe(
        self, waveform: Waveform, spans: Sequence[SpeakerSpan], *, language: Language
    ) -> tuple[Segment, ...]:
        """One segment for each span."""
        lines = _LINES[language]
        return tuple(
            _read(span, lines[number % len(lines)], spaced=language != "zh")
            for number, span in enumerate(spans)
        )


@dataclass(frozen=True, slots=True)
class ScriptVerifier:
    """Texts that hold a line of the script fit every sound, others do not; silence fits only what
    is quiet.

    Args:
        said: the lines; by default those of `ScriptTranscriber`.
    """

    said: tuple[str, ...] = ()

    def verify(self, clips: Sequence[Clip], *, language: Language) -> tuple[ClipScores, ...]:
        """-0.1 for what fits, -3 for what does not."""
        lines = self.said or _LINES[language]
        return tuple(
            ClipScores(
                candidates=tuple(_fits(any(x in text for x in lines)) for text in clip.candidates),
                own_words=_fits(any(line in clip.own_words for line in lines)),
                silence=_fits(not _runs(clip.samples)),
            )
            for clip in clips
        )


@dataclass(frozen=True, slots=True)
class PitchVoices:
    """A voice is its pitch: two tones a sixth of an octave apart are as unlike as can be."""

    def hear(
        self, waveform: Waveform, spans: Sequence[SpeakerSpan], *, speakers: Sequence[str]
    ) -> tuple[HeardVoice, ...]:
        """A direction of 192 numbers, of which one is 1."""
        return tuple(
            HeardVoice(speaker, _pitch(waveform, own), sum(s.end - s.start for s in own))
            for speaker in speakers
            if (own := [s for s in spans if s.speaker == speaker])
        )


@dataclass(frozen=True, slots=True)
class FakeEars:
    """Engines that need no weights."""

    diarizer: EnergyDiarizer = field(default_factory=EnergyDiarizer)
    transcriber: ScriptTranscriber = field(default_factory=ScriptTranscriber)
    versions: ModelVersions = _VERSIONS
    verifier: ScriptVerifier = field(default_factory=ScriptVerifier)
    voice_reader: PitchVoices = field(default_factory=PitchVoices)


def _pitch(waveform: Waveform, spans: Sequence[SpeakerSpan]) -> npt.NDArray[np.float32]:
    kind, _, number = spans[0].speaker.partition("-")
    channel = waveform[int(number) if kind == "channel" else 0]
    sound = np.concatenate(
        [channel[round(s.start * ENGINE_RATE_HZ) : round(s.end * ENGINE_RATE_HZ)] for s in spans]
    )
    crossings = np.count_nonzero(np.diff(np.signbit(sound)))
    hz = max(20.0, crossings / 2 / max(len(sound) / ENGINE_RATE_HZ, 1e-3))
    direction = np.zeros(192, dtype=np.float32)
    direction[round(6 * np.log2(hz / 20.0)) % 192] = 1.0
    return direction


def _fits(fits: bool) -> float:
    return -0.1 if fits else -3.0


def _runs(channel: npt.NDArray[np.float32]) -> list[tuple[int, int]]:
    """Borders of loud stretches, in tenths of a second."""
    blocks = channel[: len(channel) // _BLOCK_SAMPLES * _BLOCK_SAMPLES].reshape(-1, _BLOCK_SAMPLES)
    level = np.sqrt(np.mean(np.square(blocks, dtype=np.float64), axis=1))
    loud = np.concatenate([[False], level > 10 ** (_HEARD_DB / 20), [False]])
    borders = np.flatnonzero(loud[1:] != loud[:-1])
    return [(int(a), int(b)) for a, b in zip(borders[::2], borders[1::2], strict=True)]


def _read(span: SpeakerSpan, line: str, *, spaced: bool) -> Segment:
    parts = line.split() if spaced else list(line)
    step_s = (span.end - span.start) / len(parts)
    words = tuple(
        Word(part, span.start + i * step_s, span.start + (i + 1) * step_s, 0.95)
        for i, part in enumerate(parts)
    )
    return Segment(span.start, span.end, span.speaker, line, words, -0.1)

"""What the pipeline asks of the speech models; `models/` has the implementations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipeline.call import Language, ModelVersions, Segment, SpeakerSpan
from pipeline.voiceprints import HeardVoice

Waveform = npt.NDArray[np.float32]  # shape (channels, samples), full scale = 1.0
Samples = npt.NDArray[np.float32]  # shape (samples,), full scale = 1.0
ENGINE_RATE_HZ = 16_000  # every engine takes this rate


class Diarizer(Protocol):
    """Finds who speaks when."""

    def diarize(self, waveform: Waveform) -> tuple[SpeakerSpan, ...]:
        """Spans ascending by start; labels `channel-N` for several channels, `voice-N` for one."""
        ...


class Transcriber(Protocol):
    """Reads the words in spans of speech."""

    def detect_language(
        self, waveform: Waveform, spans: Sequence[SpeakerSpan]
    ) -> tuple[Language, float]:
        """The language of the call, with a probability."""
        ...

    def transcribe(
        self, waveform: Waveform, spans: Sequence[SpeakerSpan], *, language: Language
    ) -> tuple[Segment, ...]:
        """Segments ascending by start, each of one speaker."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A stretch of a call that is listened to again, with the texts that it may hold.

    samples: of one channel, 16 kHz.
    own_words: what the transcript says there, from the first to the last word of the clip.
    candidates: the same with other words in the place that is in doubt.
    """

    samples: Samples
    own_words: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClipScores:
    """How well a clip's sound fits each text: mean natural log-probability per token.

    silence: of the reading that nobody speaks in the clip.
    """

    candidates: tuple[float, ...]
    own_words: float
    silence: float

    def log_ratio(self, candidate: int) -> float:
        """The acoustic evidence for a candidate: over the better of own words and silence."""
        return self.candidates[candidate] - max(self.own_words, self.silence)


class Verifier(Protocol):
    """Listens again: how probable are given words, where the transcriber may have misheard."""

    def verify(self, clips: Sequence[Clip], *, language: Language) -> tuple[ClipScores, ...]:
        """One entry per clip, in order."""
        ...


class VoiceReader(Protocol):
    """Hears what a speaker's voice is like, to compare it with the voices of other calls."""

    def hear(
        self, waveform: Waveform, spans: Sequence[SpeakerSpan], *, speakers: Sequence[str]
    ) -> tuple[HeardVoice, ...]:
        """The voice of each speaker who is heard alone long enough, in the order of `speakers`.

        Nothing is kept. Voices are comparable if the embedding's version is the same.
        """
        ...


class SentenceEncoder(Protocol):
    """Tells what sentences mean, so that the same in other words lies near."""

    @property
    def version(self) -> str:
        """How results name it."""
        ...

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """One row of length 1 per text, in order; the product of two rows is their likeness."""
        ...

    def __hash__(self) -> int: ...


class Ears(Protocol):
    """The engines of one run."""

    @property
    def diarizer(self) -> Diarizer: ...

    @property
    def transcriber(self) -> Transcriber: ...

    @property
    def versions(self) -> ModelVersions: ...

    @property
    def verifier(self) -> Verifier | None:
        """None where these engines cannot listen a second time."""
        ...

    @property
    def voice_reader(self) -> VoiceReader | None:
        """None where these engines cannot compare voices."""
        ...

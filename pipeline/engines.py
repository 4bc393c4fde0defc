"""What the pipeline asks of the speech models; `models/` has the implementations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipeline.call import Language, ModelVersions, Segment, SpeakerSpan

Waveform = npt.NDArray[np.float32]  # shape (channels, samples), full scale = 1.0
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


class Ears(Protocol):
    """The engines of one run."""

    @property
    def diarizer(self) -> Diarizer: ...

    @property
    def transcriber(self) -> Transcriber: ...

    @property
    def versions(self) -> ModelVersions: ...

"""The second listen: how probable given words are, where the transcriber may have misheard.

Whisper is not asked what it hears, but how well each text fits the sound. Clips and texts are
worked off one by one: on a CPU a batch is no faster, and so a score does not depend on what else
was asked.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Final

import numpy as np
import opencc

from models.spans import FloatArray
from models.whisper_engine import WhisperEngine
from pipeline.call import Language
from pipeline.engines import ENGINE_RATE_HZ, Clip, ClipScores, Samples

_WHISPER_MARKS: Final = str.maketrans("，？！：；", ",?!:;")


@dataclass(frozen=True, slots=True)
class VerifierSettings:
    """How clips are heard.

    padding_s: silence after a clip, at least.
    min_window_s, max_window_s: of the encoder; what a clip has beyond the longest is not heard.
    kept: clips whose encoder output and scores stay at hand, one to two MB each.
    """

    padding_s: float = 1.5
    min_window_s: float = 4.0
    max_window_s: float = 16.0
    kept: int = 32


@dataclass(slots=True)
class _Heard:
    """What is known of one clip: encoder output, and the score of each text asked so far."""

    states: FloatArray
    silence: float
    scores: dict[str, float] = field(default_factory=dict)


class WhisperVerifier:
    """Scores texts with Whisper; one may serve several threads.

    Args:
        version: of the model, a part of the key under which scores are kept.
    """

    def __init__(
        self, engine: WhisperEngine, *, version: str, settings: VerifierSettings | None = None
    ) -> None:
        self._engine = engine
        self._version = version
        self._settings = settings or VerifierSettings()
        self._kept: OrderedDict[str, _Heard] = OrderedDict()
        self._lock = Lock()

    def verify(self, clips: Sequence[Clip], *, language: Language) -> tuple[ClipScores, ...]:
        """Mean natural log-probability per token of every text of every clip, in order.

        A text without words has the probability of silence.
        """
        return tuple(self._verify(clip, language) for clip in clips)

    def _verify(self, clip: Clip, language: Language) -> ClipScores:
        heard = self._hear(clip.samples, language)

        def score(text: str) -> float:
            written = as_whisper_writes(text, language)
            if not any(c.isalnum() for c in written):
                return heard.silence
            if written not in heard.scores:
                heard.scores[written] = self._engine.text_score(
                    heard.states, written, language=language
                )
            return heard.scores[written]

        return ClipScores(
            candidates=tuple(score(text) for text in clip.candidates),
            own_words=score(clip.own_words),
            silence=heard.silence,
        )

    def _hear(self, samples: Samples, language: Language) -> _Heard:
        digest = hashlib.sha256(np.ascontiguousarray(samples, dtype=np.float32).tobytes())
        key = f"{digest.hexdigest()} {language} {self._version}"
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        states = self._engine.states(samples, window_s=self._window_s(samples), language=language)
        heard = _Heard(states, self._engine.silence_score(states, language=language))
        with self._lock:
            self._kept[key] = heard
            while len(self._kept) > self._settings.kept:
                self._kept.popitem(last=False)
        return heard

    def _window_s(self, samples: Samples) -> float:
        """Whole seconds, so that the encoder has an even number of frames."""
        s = self._settings
        needed_s = len(samples) / ENGINE_RATE_HZ + s.padding_s
        return min(s.max_window_s, max(s.min_window_s, float(np.ceil(needed_s))))


def as_whisper_writes(text: str, language: Language) -> str:
    """Chinese in traditional characters with half-width marks, which Whisper base finds most
    probable; other languages as they are.
    """
    if language != "zh":
        return text.strip()
    return str(_to_traditional().convert(text)).translate(_WHISPER_MARKS).strip()


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")

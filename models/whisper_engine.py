"""Whisper in CTranslate2, window by window.

The window may be shorter than the 30 seconds that Whisper was trained on: the encoder's cost
falls with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from models.spans import FloatArray
from models.whisper_by_language import WhisperByLanguage
from pipeline.call import Language
from pipeline.engines import ENGINE_RATE_HZ

_FRAMES_PER_S = 100  # of the log-mel spectrogram
_SILENT_STATES = 40  # 0.8 seconds, less than the silence that ends any window
_MAX_TOKENS = 440  # of 448 positions, less the prompt
_DIGITS = "0123456789"
_LEAST_PROBABILITY = 1e-9  # below it only rounding is left
_SUPPRESS_NON_SPEECH = -1  # CTranslate2's name for the model's own list of non-speech symbols


@dataclass(frozen=True, slots=True)
class Reading:
    """What the decoder wrote for one window.

    tokens: text tokens without special ones.
    mean_log_probability: natural logarithm, per token.
    no_speech_probability: of the token that says that nobody speaks.
    """

    tokens: tuple[int, ...]
    text: str
    mean_log_probability: float
    no_speech_probability: float


@dataclass(frozen=True, slots=True)
class TimedToken:
    """A word, in Chinese a character, with seconds from the start of the window."""

    text: str
    start: float
    end: float
    probability: float


class WhisperEngine:
    """One Whisper model.

    Args:
        folder: with model.bin, tokenizer.json, vocabulary and config.json in CTranslate2's format.
        device: cpu or cuda.
        compute_type: of CTranslate2, such as int8 or float16.
        threads: per worker.
        workers: windows that may be decoded at the same time.
    """

    def __init__(
        self,
        folder: Path,
        *,
        device: str = "cpu",
        compute_type: str = "int8",
        threads: int = 1,
        workers: int = 1,
    ) -> None:
        self._device = device
        self._whisper = WhisperByLanguage(
            folder, device=device, compute_type=compute_type, threads=threads, workers=workers
        )

    def load(self, language: Language) -> None:
        """Load the model of a language now; otherwise it is loaded when it is first needed.

        Raises: ModelError naming the folder if it cannot be loaded.
        """
        self._whisper(language)

    def encode(
        self, audios: Sequence[FloatArray], *, widths_s: Sequence[float], language: Language | None
    ) -> Any:
        """Encoder output of a batch; each window is padded with silence to its own width.

        The outputs are brought to the widest by repeating the silence at their end, which costs
        nothing. One repeated state, or zeros, is not read like silence: turns get lost.

        Args:
            widths_s: of each window, in whole fiftieths of a second; with at least 0.8 seconds
                of silence at the end.
            language: None where it is still to be heard.
        """
        import ctranslate2

        if self._device != "cpu":
            widest = max(widths_s)
            features = np.concatenate([self._features(a, widest, language) for a in audios])
            return self._whisper(language).model.encode(
                ctranslate2.StorageView.from_array(features)
            )
        # on a CPU the encoder is a third faster alone than in a batch, whose attention
        # outgrows the cache; the decoder is three times faster in a batch
        encoded = [
            np.array(
                self._whisper(language).model.encode(
                    ctranslate2.StorageView.from_array(self._features(audio, width, language))
                )
            )
            for audio, width in zip(audios, widths_s, strict=True)
        ]
        longest = max(states.shape[1] for states in encoded)
        return ctranslate2.StorageView.from_array(
            np.concatenate([_lengthened(states, longest) for states in encoded])
        )

    def _features(
        self, audio: FloatArray, window_s: float, language: Language | None
    ) -> FloatArray:
        """Log-mel spectrogram of one window, shape (1, bands, frames)."""
        padded = np.zeros(round(window_s * ENGINE_RATE_HZ), dtype=np.float32)
        padded[: min(len(audio), len(padded))] = audio[: len(padded)]
        frames = round(window_s * _FRAMES_PER_S)
        extractor = self._whisper(language).feature_extractor
        spectrogram = extractor(padded, padding=0)[None, :, :frames]
        return np.ascontiguousarray(spectrogram, dtype=np.float32)

    def language_probabilities(self, encoded: Any) -> list[dict[str, float]]:
        """For each window of a batch, encoded for no language, the probability of each language
        code."""
        return [
            {token.strip("<|>"): float(p) for token, p in row}
            for row in self._whisper(None).model.detect_language(encoded)
        ]

    def read(
        self,
        encoded: Any,
        *,
        count: int,
        language: Language,
        max_tokens: int,
        beam: int,
        names: str = "",
        temperature: float = 0.0,
    ) -> list[Reading]:
        """Decode a batch of `count` encoded windows.

        Args:
            names: proper names that may occur; the only thing that may bias what is read.
            temperature: 0 searches with the beam; above it, the best of `beam` random readings.
        """
        tokenizer = self._tokenizer(language)
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        if names:
            prompt = [tokenizer.sot_prev, *tokenizer.encode(" " + names), *prompt]
        search: dict[str, Any] = {"beam_size": beam}
        if temperature > 0:
            search = {
                "beam_size": 1,
                "num_hypotheses": beam,
                "sampling_topk": 0,
                "sampling_temperature": temperature,
            }
        results = self._whisper(language).model.generate(
            encoded,
            [prompt] * count,
            max_length=min(_MAX_TOKENS, len(prompt) + max_tokens),
            suppress_blank=True,
            suppress_tokens=[_SUPPRESS_NON_SPEECH, *self._digits(language)],
            return_scores=True,
            return_no_speech_prob=True,
            **search,
        )
        return [self._reading(result, tokenizer) for result in results]

    def align(
        self,
        encoded: Any,
        readings: Sequence[Reading],
        *,
        language: Language,
        durations_s: Sequence[float],
    ) -> list[list[TimedToken]]:
        """Times of the words of each window of an encoded batch."""
        frames = [round(duration * _FRAMES_PER_S) for duration in durations_s]
        found = self._whisper(language).find_alignment(
            self._tokenizer(language), [list(r.tokens) for r in readings], encoded, frames
        )
        return [
            [
                TimedToken(w["word"], float(w["start"]), float(w["end"]), float(w["probability"]))
                for w in words
            ]
            for words in found
        ]

    def states(self, audio: FloatArray, *, window_s: float, language: Language) -> FloatArray:
        """Encoder output of one window in main memory, shape (1, states, size), to be kept."""
        import ctranslate2

        features = ctranslate2.StorageView.from_array(self._features(audio, window_s, language))
        encoded = self._whisper(language).model.encode(features, to_cpu=True)
        return np.array(encoded, dtype=np.float32)

    def text_score(self, states: FloatArray, text: str, *, language: Language) -> float:
        """How well a given text fits one window: mean natural log-probability per token.

        Raises: ValueError if the text has no tokens.
        """
        import ctranslate2

        tokenizer = self._tokenizer(language)
        tokens = tokenizer.encode(text)[:_MAX_TOKENS]
        if not tokens:
            raise ValueError(text)
        view = ctranslate2.StorageView.from_array(states)
        (result,) = self._whisper(language).model.align(
            view, tokenizer.sot_sequence, [tokens], states.shape[1]
        )
        return float(np.mean(np.log(np.maximum(result.text_token_probs, _LEAST_PROBABILITY))))

    def silence_score(self, states: FloatArray, *, language: Language) -> float:
        """The natural log-probability that nobody speaks in one window."""
        import ctranslate2

        tokenizer = self._tokenizer(language)
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        view = ctranslate2.StorageView.from_array(states)
        (result,) = self._whisper(language).model.generate(
            view, [prompt], beam_size=1, max_length=len(prompt) + 1, return_no_speech_prob=True
        )
        return float(np.log(max(result.no_speech_prob, _LEAST_PROBABILITY)))

    def _reading(self, result: Any, tokenizer: Any) -> Reading:
        best = int(np.argmax(result.scores))
        tokens = tuple(t for t in result.sequences_ids[best] if t < tokenizer.eot)
        return Reading(
            tokens=tokens,
            text=tokenizer.decode(tokens),
            mean_log_probability=float(result.scores[best]),
            no_speech_probability=float(result.no_speech_prob),
        )

    @lru_cache(maxsize=8)  # noqa: B019 - an engine lives as long as the process
    def _tokenizer(self, language: Language) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        return Tokenizer(
            self._whisper(language).hf_tokenizer,
            self._whisper(language).model.is_multilingual,
            task="transcribe",
            language=language,
        )

    @lru_cache(maxsize=8)  # noqa: B019
    def _digits(self, language: Language) -> tuple[int, ...]:
        """Tokens with digits, not to be written in Chinese: 十点 is said, 10点 is a spelling."""
        if language != "zh":
            return ()
        vocabulary = self._whisper(language).hf_tokenizer.get_vocab(with_added_tokens=False)
        return tuple(
            sorted(i for token, i in vocabulary.items() if any(c in _DIGITS for c in token))
        )


def _lengthened(states: FloatArray, length: int) -> FloatArray:
    """Encoder states of one window, shape (1, states, width), with the silence at their end
    repeated."""
    silence = states[:, -_SILENT_STATES:]
    copies = -(-(length - states.shape[1]) // silence.shape[1])
    return np.concatenate([states, *[silence] * copies], axis=1)[:, :length]

"""Text to speech, 24 kHz mono, silence cut off at both ends; each clip is made once and kept."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthesis.fetch import fetch
from benchmarks.synthesis.spelling import spell_in_chinese
from benchmarks.synthesis.voices import VOICES, Language, Voice

RATE_HZ = 24_000
Samples = NDArray[np.float32]

_VERSION = (
    "1"  # raise it when the same text would sound otherwise: the kept clips are then made anew
)
_MAX_TOKENS = 500
_ESPEAK_VOICE = {"es": "es-419", "en": "en-us"}
# espeak-ng's sounds as Kokoro spells them: one letter for each diphthong and affricate.
_LIGATURES = {
    "a^ɪ": "I", "a^ʊ": "W", "e^ɪ": "A", "o^ʊ": "O", "ə^ʊ": "Q", "ɔ^ɪ": "Y",
    "d^ʒ": "ʤ", "t^ʃ": "ʧ", "t^s": "ʦ", "d^z": "ʣ", "ə^l": "ᵊl", "ɜːɹ": "ɜɹ", "ɚ": "əɹ", "ɐ": "ə",
}  # fmt: skip


class SpeechMaker:
    """Speaks texts with Kokoro on one thread.

    Args:
        cache: folder of weights and finished clips (see `fetch.default_cache`).
    """

    def __init__(self, cache: Path) -> None:
        self._clips = cache / "clips"
        self._clips.mkdir(parents=True, exist_ok=True)
        self._cache = cache
        self._network: _Kokoro | None = None

    def speak(self, text: str, voice_name: str, *, speed: float = 1.0) -> Samples:
        """Say `text`; `speed` 1.2 is a fifth faster than the voice's own rate.

        Returns: shape (samples,), 24 kHz, peak at most 1, no silence at either end.
        Raises: KeyError for an unknown voice; ValueError if nothing of the text can be said.
        """
        voice = VOICES[voice_name]
        key = "|".join((_VERSION, repr(voice), f"{speed:.3f}", text))
        path = self._clips / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.npy"
        if not path.exists():
            self._network = self._network or _Kokoro(self._cache)
            samples = trim(self._network.say(phonemes(text, voice.language), voice, speed))
            partial = path.with_suffix(".partial.npy")
            np.save(partial, np.round(samples * 32767).astype(np.int16))
            partial.replace(path)
        spoken: Samples = np.load(path).astype(np.float32) / np.float32(32768)
        return spoken


class _Kokoro:
    """The network itself; the same input gives the same samples on one machine."""

    def __init__(self, cache: Path) -> None:
        import onnxruntime

        files = fetch(cache)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(files.model), options, providers=["CPUExecutionProvider"]
        )
        self._tokens: dict[str, int] = json.loads(files.vocabulary.read_text("utf-8"))["vocab"]
        self._voices = files.voices

    def say(self, sounds: str, voice: Voice, speed: float) -> Samples:
        tokens = [self._tokens[s] for s in sounds if s in self._tokens][:_MAX_TOKENS]
        if not tokens:
            message = f"nothing to say in {sounds!r}"
            raise ValueError(message)
        style = self._style(voice)[len(tokens) - 1][None]
        feed = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style,
            "speed": np.array([speed / voice.pitch], np.float32),
        }
        samples = np.asarray(self._session.run(None, feed)[0], np.float32).ravel()
        if voice.pitch != 1.0:
            samples = _resample_linear(samples, voice.pitch)
        peak = float(np.max(np.abs(samples)))
        return samples * np.float32(0.9 / peak) if peak > 0 else samples

    def _style(self, voice: Voice) -> Samples:
        own = np.fromfile(self._voices / f"{voice.base}.bin", np.float32).reshape(510, 256)
        if voice.blend is None:
            return own
        other = np.fromfile(self._voices / f"{voice.blend}.bin", np.float32).reshape(510, 256)
        return (own * (1 - voice.share) + other * voice.share).astype(np.float32)


def trim(samples: Samples, *, floor_db: float = -40.0) -> Samples:
    """Cut off both ends where 10 ms frames lie more than `-floor_db` below the loudest frame."""
    frame = RATE_HZ // 100
    count = len(samples) // frame
    if count == 0:
        return samples
    power = np.mean(samples[: count * frame].reshape(count, frame) ** 2, axis=1)
    loud = np.flatnonzero(power > power.max() * 10 ** (floor_db / 10))
    return samples[loud[0] * frame : (loud[-1] + 1) * frame]


def phonemes(text: str, language: Language) -> str:
    """The sounds of a text in the alphabet of the network."""
    if language == "zh":
        from misaki.zh import ZHG2P

        return str(ZHG2P.legacy_call(ZHG2P.map_punctuation(spell_in_chinese(text))))
    return _european(text, language)


def _european(text: str, language: Language) -> str:
    """Clause by clause through espeak-ng, the stops kept: the voice pauses and rises by them."""
    pieces = re.split(r"([,.;:!?¿¡…]+)", text)
    command = ["espeak-ng", "-q", "--ipa", "--tie=^", "-v", _ESPEAK_VOICE[language]]
    spoken = ""
    for piece in pieces:
        if not piece.strip():
            continue
        if re.fullmatch(r"[,.;:!?¿¡…]+", piece):
            spoken += "".join(stop for stop in piece if stop not in "¿¡") + " "
            continue
        done = subprocess.run([*command, piece], capture_output=True, text=True, check=True)
        spoken += " ".join(done.stdout.split())
    for sounds, letter in _LIGATURES.items():
        spoken = spoken.replace(sounds, letter)
    spoken = spoken.replace("^", "").replace("-", "")
    return (spoken.replace("ː", "") if language == "en" else spoken).strip()


def _resample_linear(samples: Samples, factor: float) -> Samples:
    """Play `factor` times faster: 1.06 raises every frequency by 6 %."""
    where = np.arange(0, len(samples) - 1, factor)
    faster: Samples = np.interp(where, np.arange(len(samples)), samples).astype(np.float32)
    return faster

"""Whisper as faster-whisper loads it, once for each language that is met."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any, Final

from models.lean_whisper import LeanWhisper, lean_files
from pipeline.call import Language
from pipeline.errors import ModelError

_MOST_CALLS: Final[Language] = "zh"


class WhisperByLanguage:
    """Gives the model that reads a language; one may serve several threads.

    On a CPU each language has a model with its own tokens alone. A graphics card has one for all.

    Args:
        folder, device, compute_type, threads, workers: as `WhisperEngine`.
    """

    def __init__(
        self, folder: Path, *, device: str, compute_type: str, threads: int, workers: int
    ) -> None:
        self._folder = folder
        self._device = device
        self._options: dict[str, Any] = {
            "device": device,
            "compute_type": compute_type,
            "cpu_threads": threads,
            "num_workers": workers,
        }
        self._loaded: dict[Language, Any] = {}
        self._loading = Lock()

    def __call__(self, language: Language | None) -> Any:
        """faster-whisper's `WhisperModel`, loaded when it is first asked for.

        Args:
            language: None where it is still to be heard, which any of the models can do.
        Raises: ModelError naming the folder and what its loader said.
        """
        language = language or _MOST_CALLS
        with self._loading:
            if language not in self._loaded:
                try:
                    self._loaded[language] = self._load(language)
                except (RuntimeError, ValueError, OSError) as reason:
                    raise ModelError(
                        "models.not_loadable", path=self._folder, reason=reason
                    ) from reason
            return self._loaded[language]

    def _load(self, language: Language) -> Any:
        from faster_whisper import WhisperModel

        lean = lean_files(self._folder, language) if self._device == "cpu" else None
        if lean is not None:
            whisper = WhisperModel(str(self._folder), files=dict(lean.files), **self._options)
            whisper.model = LeanWhisper(whisper.model, lean)
            return whisper
        for whole in (w for w in self._loaded.values() if not isinstance(w.model, LeanWhisper)):
            return whole
        return WhisperModel(str(self._folder), local_files_only=True, **self._options)

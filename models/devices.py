"""Whether this machine and a folder can do what the settings ask of recognition."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline.errors import ConfigurationError, ModelMissingError

_NEEDED: Final = ("model.bin", "config.json", "tokenizer.json")  # without the last a hub is asked
_VOCABULARIES: Final = ("vocabulary.json", "vocabulary.txt")


def choose_device(device: str, compute_type: str) -> str:
    """The device that recognition runs on.

    Args:
        device: cpu, cuda, or auto for cuda where there is one.
        compute_type: of CTranslate2.
    Returns: cpu or cuda.
    Raises: ConfigurationError if there is no such device, or it cannot compute so; names what can
        be set instead.
    """
    import ctranslate2

    there = ctranslate2.get_cuda_device_count() > 0
    if device == "cuda" and not there:
        raise ConfigurationError("models.no_cuda")
    chosen = "cuda" if there and device != "cpu" else "cpu"
    able = ctranslate2.get_supported_compute_types(chosen)
    if compute_type not in able:
        raise ConfigurationError(
            "models.compute_type", value=compute_type, device=chosen, able=", ".join(sorted(able))
        )
    return chosen


def check_whisper(folder: Path) -> None:
    """Make sure that a folder is a Whisper model for CTranslate2 that needs nothing from outside.

    Raises: ModelMissingError naming the files that are not there.
    """
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in _VOCABULARIES):
        missing.append(_VOCABULARIES[0])
    if missing:
        raise ModelMissingError("models.not_whisper", path=folder, missing=", ".join(missing))

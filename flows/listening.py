"""The engines that the settings ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from models.ears import CallEars, Diarization, load_ears
from models.installed import models_dir
from pipeline.messages import LANGUAGES

if TYPE_CHECKING:
    from pipeline.settings import Settings

# The settings name the way by what does the work.
_DIARIZATION: Final[dict[str, Diarization]] = {"fast": "fast", "pyannote": "reference"}


def ears_of(settings: Settings, *, workers: int = 1) -> CallEars:
    """Load the speech models that the settings name, from the folder that they name.

    Args:
        workers: calls that are heard at the same time.
    Raises: ModelMissingError naming the model and the command that repairs it.
    """
    hearing = settings.hearing
    return load_ears(
        models_dir(settings.folders.models),
        asr=hearing.asr,
        names={language: hearing.names for language in LANGUAGES} if hearing.names else None,
        threads=hearing.threads,
        workers=workers,
        device=hearing.device,
        compute_type=hearing.compute_type,
        diarization=_DIARIZATION[hearing.diarization],
    )

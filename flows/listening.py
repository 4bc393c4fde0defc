"""The engines that the settings ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from models.ears import CallEars, Diarization, load_ears
from models.installed import models_dir
from pipeline.messages import LANGUAGES, Language

if TYPE_CHECKING:
    from pipeline.finding import InspectedCall
    from pipeline.rules import Phrasebook
    from pipeline.settings import Settings

# The settings name the way by what does the work.
_DIARIZATION: Final[dict[str, Diarization]] = {"fast": "fast", "pyannote": "reference"}


def proposing(
    settings: Settings, *, phrasebook_for: Callable[[Language], Phrasebook]
) -> Callable[[InspectedCall], InspectedCall]:
    """What adds proposals by sense to an inspected call; nothing where the settings want none.

    Raises: ModelMissingError naming the model and the command that fetches it.
    """
    at_most = settings.judging.sense
    if not at_most:
        return lambda call: call
    from models.sentence_encoder import load_sentence_encoder
    from pipeline.sense import propose

    encoder = load_sentence_encoder(models_dir(settings.folders.models))

    def add(call: InspectedCall) -> InspectedCall:
        proposals = propose(
            call.transcript,
            call.findings,
            metadata=call.metadata,
            phrasebook=phrasebook_for(call.transcript.language),
            encoder=encoder,
            at_most=at_most,
        )
        return replace(call, proposals=proposals)

    return add


def ears_of(
    settings: Settings, *, phrasebook_for: Callable[[Language], Phrasebook], workers: int = 1
) -> CallEars:
    """Load the speech models that the settings name, from the folder that they name.

    Recognition expects the organisation's names of each language's phrasebook, and the names of the
    settings.

    Args:
        workers: calls that are heard at the same time.
    Raises: ModelMissingError naming the model and the command that repairs it.
    """
    hearing = settings.hearing
    return load_ears(
        models_dir(settings.folders.models),
        asr=hearing.asr,
        names={
            language: (*dict(phrasebook_for(language).names).get("org", ()), *hearing.names)
            for language in LANGUAGES
        },
        threads=hearing.threads or 1,
        workers=workers,
        device=hearing.device,
        compute_type=hearing.compute_type,
        diarization=_DIARIZATION[hearing.diarization],
    )

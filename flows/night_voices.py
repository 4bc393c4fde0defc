"""The voices of agents who agreed, before and after a night."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.voice_learning import known_voiceprints, learn_voices
from models.installed import fingerprint, models_dir
from models.onnx_export import EMBEDDING
from models.registry import load_registry
from pipeline.engines import Ears, VoiceReader
from pipeline.errors import TingjianError
from pipeline.messages import say
from pipeline.settings import Settings
from pipeline.voiceprints import Voiceprint

if TYPE_CHECKING:
    from rich.console import Console

    from warehouse.lake import Warehouse


def voices_before(data: Path, settings: Settings, ears: Ears | None) -> tuple[Voiceprint, ...]:
    """The prints as they are when the night begins; what it learns counts from the next one on."""
    known = known_voiceprints(data, model=_model(settings, ears))
    return tuple(known[agent_id] for agent_id in sorted(known))


def learn_after(
    data: Path,
    settings: Settings,
    ears: Ears | None,
    *,
    warehouse: Warehouse,
    console: Console,
) -> None:
    """Learn from the night's calls; what stands in the way is told, and harms no result."""
    language = settings.night.language

    def listen() -> tuple[VoiceReader | None, str]:
        if ears is not None:
            return ears.voice_reader, ears.versions.embedding
        from models.ears import load_voice_reader  # imports for seconds

        return load_voice_reader(models_dir(settings.folders.models))

    try:
        kept = learn_voices(data, warehouse, listen=listen, limits=settings.recordings.limits)
    except TingjianError as error:
        console.print(error.text(language))
    else:
        if kept:
            console.print(say("voiceprint.learnt", language, samples=kept))


def _model(settings: Settings, ears: Ears | None) -> str:
    if ears is not None:
        return ears.versions.embedding
    return fingerprint(load_registry(), models_dir(settings.folders.models), EMBEDDING)

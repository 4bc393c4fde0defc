"""`tingjian inspect`: one call, without a warehouse."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import click

from flows.shared_options import (
    command,
    consoles,
    json_option,
    phrasebook_option,
    phrasebooks_folder,
    print_json,
    quiet_output,
    settings_of,
)
from flows.told import invocation_of, option
from pipeline.messages import Language, say


@command("inspect", help="cli.inspect_help")
@click.argument("audio", type=click.Path(path_type=Path), metavar="AUDIO")
@option("--meta", type=click.Path(path_type=Path), metavar="FILE", help="cli.option_meta")
@phrasebook_option
@json_option
@click.pass_context
def _inspect(
    context: click.Context,
    audio: Path,
    *,
    meta: Path | None,
    phrasebook: Path | None,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    """Hear a recording, judge it, show what was found."""
    from flows.listening import ears_of, proposing
    from flows.show_call import show_call
    from flows.voice_learning import known_voiceprints
    from pipeline.document import document_of
    from pipeline.errors import AudioError
    from pipeline.inspection import inspect_call
    from pipeline.metadata import load_metadata
    from pipeline.phrasebook import load_phrasebook
    from pipeline.rules import Phrasebook

    invocation = invocation_of(context)
    settings = settings_of(config, data, phrasebook)
    if not audio.exists():
        raise AudioError("audio.missing", path=str(audio))  # before the models take their seconds
    metadata = load_metadata(audio, sidecar=meta, pattern=settings.recordings.pattern)
    folder = phrasebooks_folder(settings)

    @cache
    def phrasebook_for(language: Language) -> Phrasebook:
        return load_phrasebook(folder, language=language)

    if metadata.language is not None:
        phrasebook_for(metadata.language)  # its faults, too, come before the models
    out, err = consoles()
    with quiet_output(), err.status(say("cli.listening", invocation.language, path=audio.name)):
        propose = proposing(settings, phrasebook_for=phrasebook_for)
        ears = ears_of(settings, phrasebook_for=phrasebook_for)
        call = inspect_call(
            audio,
            metadata=metadata,
            ears=ears,
            phrasebook_for=phrasebook_for,
            limits=settings.recordings.limits,
            second_listen=settings.judging.second_listen,
            voiceprints=known_voiceprints(settings.folders.data, model=ears.versions.embedding),
        )
        call = propose(call)
    if as_json:
        print_json(document_of(call))
    else:
        show_call(call, phrasebook_for(call.transcript.language), invocation.language, console=out)
    return 0


COMMAND = _inspect

"""Hearing a shard of calls, in whatever process: calls go in, results come out, nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows.identity import Job
from flows.inbox import Candidate
from flows.peaks import peak_keeper
from flows.shards import Inspect, Result, inspect_job
from flows.shared_options import phrasebooks_folder
from pipeline.call import CallMetadata, Language
from pipeline.engines import Ears
from pipeline.errors import ConfigurationError
from pipeline.finding import InspectedCall
from pipeline.inspection import inspect_call
from pipeline.messages import LANGUAGES
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Phrasebook
from pipeline.settings import Settings
from pipeline.voiceprints import Voiceprint
from warehouse.place import S3
from warehouse.recordings import fetched

Phrasebooks = Mapping[Language, Phrasebook]
Begun = Callable[[Job], None]


@dataclass(frozen=True, slots=True)
class Hearing:
    """What hears the calls of a night, as it travels to other processes."""

    settings: Settings
    books: tuple[tuple[Language, str], ...]  # SHA-256 of each phrasebook
    code_version: str
    ears: Ears | None = None  # None: those that the settings name
    s3: S3 = field(default_factory=S3)  # without keys: those come from the environment there
    concurrent: int = 1  # calls heard at the same time in one process
    voiceprints: tuple[Voiceprint, ...] = ()  # as they were when the night began


def hear_jobs(
    jobs: Sequence[Job],
    inspect: Inspect,
    *,
    language: Language,
    begun: Begun | None = None,
    stop: threading.Event | None = None,
) -> tuple[Result, ...]:
    """Inspect calls one after the other. Returns: a result for each, in order; fewer if stopped."""
    results: list[Result] = []
    for job in jobs:
        if stop is not None and stop.is_set():
            break
        if begun is not None:
            begun(job)
        results.append(inspect_job(job, inspect, language=language))
    return tuple(results)


def hear_elsewhere(jobs: Sequence[Job], hearing: Hearing) -> tuple[Result, ...]:
    """The same in a process that has nothing yet: engines and phrasebooks are loaded once.

    Raises: ConfigurationError if this process has other phrasebooks or another version of the
        program than the one that asks: its results would not be the same.
    """
    inspect = _inspector_here(hearing)
    return hear_jobs(jobs, inspect, language=hearing.settings.night.language)


def load_phrasebooks(settings: Settings) -> dict[Language, Phrasebook]:
    """Those of all languages: a fault in one is told before the first call is heard.

    Raises: PhrasebookError with every fault.
    """
    folder = phrasebooks_folder(settings)
    return {language: load_phrasebook(folder, language=language) for language in LANGUAGES}


def digests(books: Phrasebooks) -> tuple[tuple[Language, str], ...]:
    """The SHA-256 of each phrasebook, by language."""
    return tuple((language, books[language].sha256) for language in LANGUAGES)


def make_inspector(
    settings: Settings,
    books: Phrasebooks,
    ears: Ears,
    *,
    s3: S3,
    data: Path | None = None,
    voiceprints: Sequence[Voiceprint] = (),
) -> Inspect:
    """The whole way of one call under some settings.

    Args:
        s3: where recordings are that do not lie in a folder.
        data: where the peaks of each recording are kept for the console; None keeps none.
        voiceprints: of agents who agreed.
    """
    limits = settings.recordings.limits
    known = {each.agent_id: each for each in voiceprints}
    keep = peak_keeper(data) if data else None

    def inspect(candidate: Candidate, metadata: CallMetadata) -> InspectedCall:
        if candidate.address is None:
            return hear(candidate.path, metadata)
        with fetched(candidate.address, s3) as path:
            call = hear(path, metadata)
        return replace(call, recording=replace(call.recording, path=candidate.address))

    def hear(audio: Path, metadata: CallMetadata) -> InspectedCall:
        return inspect_call(
            audio,
            metadata=metadata,
            ears=ears,
            phrasebook_for=books.__getitem__,
            limits=limits,
            second_listen=settings.judging.second_listen,
            on_decoded=keep,
            voiceprints=known,
        )

    return inspect


def load_ears_of(settings: Settings, books: Phrasebooks, *, concurrent: int) -> Ears:
    """The engines that the settings name.

    Raises: ModelMissingError naming the model and the command that repairs it.
    """
    from flows.listening import ears_of  # imports for seconds, in vain where nothing is to be heard

    return ears_of(settings, phrasebook_for=books.__getitem__, workers=concurrent)


_loading = threading.Lock()
_here: dict[tuple[Settings, str], Inspect] = {}


def _inspector_here(hearing: Hearing) -> Inspect:
    voices = [(each.agent_id, each.sha256, each.calls) for each in hearing.voiceprints]
    key = (hearing.settings, f"{hearing.books} {hearing.code_version} {hearing.ears!r} {voices}")
    with _loading:
        if key not in _here:
            _here[key] = _load(hearing)
        return _here[key]


def _load(hearing: Hearing) -> Inspect:
    from pipeline.code_version import code_version

    books = load_phrasebooks(hearing.settings)
    found = (digests(books), code_version())
    if found != (hearing.books, hearing.code_version):
        raise ConfigurationError("night.worker_differs", found=found, wanted=hearing.code_version)
    ears = hearing.ears
    if ears is None:
        ears = load_ears_of(hearing.settings, books, concurrent=hearing.concurrent)
    return make_inspector(
        hearing.settings, books, ears, s3=hearing.s3, voiceprints=hearing.voiceprints
    )

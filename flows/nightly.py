"""The nightly run: a folder of recordings becomes results in the warehouse and a summary.

The warehouse says what is done; Prefect shows the run and keeps its summary. A run that was killed
at any moment is gone on with by the next one of the same inbox.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import os
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from rich.console import Console

import phrasebooks
from flows.identity import Plan, plan
from flows.inbox import Listing, examine, list_recordings
from flows.night_folder import OpenNight, close_night, only_run, open_night, write_whole
from flows.prefect_server import prefect_server
from flows.progress import show_progress
from flows.running import Clock, run_shards
from flows.shards import Inspect, Shards, make_shards
from flows.summary import NightSummary, RunFacts, summarise
from flows.summary_text import as_markdown
from pipeline.call import CallMetadata, Language
from pipeline.engines import Ears
from pipeline.finding import InspectedCall
from pipeline.inspection import inspect_call
from pipeline.messages import LANGUAGES
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Phrasebook
from pipeline.settings import Settings
from warehouse.connection import Warehouse, open_warehouse
from warehouse.nights import Night, record_night
from warehouse.results import KnownRecording, known_recordings

_UNPACKAGED = "0+source"  # run from a folder that was never installed

Phrasebooks = dict[Language, Phrasebook]


@dataclass(frozen=True, slots=True)
class _Run:
    """What one run works with and on."""

    inbox: Path  # absolute
    data: Path
    settings: Settings
    console: Console
    books: Phrasebooks
    listing: Listing
    began_s: float  # of a clock that only goes forward
    cpu_began_s: float

    @property
    def language(self) -> Language:
        return self.settings.night.language

    @property
    def nights(self) -> Path:
        return self.data / "nights"

    @property
    def workers(self) -> int:
        return self.settings.night.workers or os.cpu_count() or 1


def run_nightly(
    inbox: Path,
    *,
    data: Path,
    settings: Settings,
    date: dt.date | None = None,
    resume: bool = False,
    ears: Ears | None = None,
    console: Console | None = None,
) -> NightSummary:
    """Inspect what is new in a folder, store it, sum it up.

    Args:
        data: the data folder, made if it is not there.
        date: the night's name; today if None.
        resume: also try again what failed before.
        ears: engines; None loads those of the settings, and only if there is something to hear.
        console: where progress and warnings go; standard error if None.
    Returns: the summary, which is also in the warehouse and in DATA/nights; `exit_code` is 3 if
        some calls failed.
    Raises: UsageError if there is no such inbox or another run is under way, ConfigurationError
        for a phrasebook with faults, ModelMissingError, WarehouseError if results cannot be
        stored. What was stored until then stays.
    """
    run = _Run(
        inbox=inbox.resolve(),
        data=data.absolute(),
        settings=settings,
        console=console or Console(stderr=True),
        listing=list_recordings(inbox, settings.recordings),
        books=_load_phrasebooks(settings),
        began_s=time.monotonic(),
        cpu_began_s=_cpu_s(),
    )
    with only_run(run.nights), open_warehouse(run.data) as warehouse:
        todo = _plan(run, known_recordings(warehouse), retry_failed=resume)
        now = dt.datetime.now().astimezone()
        night = open_night(run.nights, run.inbox, day=date or now.date(), now=now)
        return _hear(run, night, todo, warehouse=warehouse, ears=ears)


def _plan(run: _Run, known: Iterable[KnownRecording], *, retry_failed: bool) -> Plan:
    recordings = run.settings.recordings
    found = [examine(path, inbox=run.inbox, settings=recordings) for path in run.listing.paths]
    return plan(found, known, retry_failed=retry_failed)


def _hear(
    run: _Run, night: OpenNight, todo: Plan, *, warehouse: Warehouse, ears: Ears | None
) -> NightSummary:
    """Inspect what is planned and conclude; without calls neither engines nor Prefect."""
    settings = run.settings.night
    with ExitStack() as stack:
        clock = Clock(workers=run.workers, console=run.console, language=run.language)
        if todo.jobs and settings.prefect:
            home = run.data / "prefect"
            server = None if settings.prefect_url else stack.enter_context(prefect_server(home))
            clock = clock.with_prefect(home, server=server, url=settings.prefect_url)
        inspect = _inspector(run, ears or _load_ears(run)) if todo.jobs else None
        report = stack.enter_context(
            show_progress(todo.jobs, console=run.console, language=run.language)
        )
        shards = Shards(
            jobs=make_shards(todo.jobs, shard_calls=settings.shard_calls, workers=run.workers),
            inspect=inspect,
            warehouse=warehouse,
            night_id=night.night_id,
            code_version=_code_version(),
            language=run.language,
            report=report,
        )
        return run_shards(
            shards, partial(_conclude, run, night, todo=todo, shards=shards), clock=clock
        )


def _conclude(run: _Run, night: OpenNight, *, todo: Plan, shards: Shards) -> NightSummary:
    """Sum the night up and keep the summary; doing it twice does no harm."""
    facts = RunFacts(
        night_id=night.night_id,
        inbox=night.inbox,
        started_at=night.started_at,
        finished_at=dt.datetime.now().astimezone(),
        resumed=night.resumed,
        known=todo.known,
        known_failures=todo.known_failures,
        wall_s=round(time.monotonic() - run.began_s, 3),
        cpu_s=round(_cpu_s() - run.cpu_began_s, 3),
        code_version=shards.code_version,
    )
    summary = summarise(
        shards.warehouse,
        facts,
        failures=shards.failures,
        notes=run.listing.notes,
        titles={rule.id: rule.title for book in run.books.values() for rule in book.rules},
        language=run.language,
    )
    document = summary.document()
    record = Night(
        night_id=night.night_id,
        inbox=night.inbox,
        started_at=night.started_at,
        finished_at=facts.finished_at,
        code_version=facts.code_version,
        summary=document,
    )
    record_night(shards.warehouse, record)
    text = json.dumps(document, ensure_ascii=False, indent=1)
    write_whole(run.nights / f"{night.night_id}.md", as_markdown(summary, run.language))
    write_whole(run.nights / f"{night.night_id}.json", text)
    close_night(run.nights, night.night_id)
    return summary


def _inspector(run: _Run, ears: Ears) -> Inspect:
    limits = run.settings.recordings.limits

    def inspect(audio: Path, metadata: CallMetadata) -> InspectedCall:
        return inspect_call(
            audio,
            metadata=metadata,
            ears=ears,
            phrasebook_for=run.books.__getitem__,
            limits=limits,
            second_listen=run.settings.judging.second_listen,
        )

    return inspect


def _load_ears(run: _Run) -> Ears:
    from flows.listening import ears_of  # imports for seconds, in vain where nothing is to be heard

    return ears_of(run.settings, phrasebook_for=run.books.__getitem__, workers=run.workers)


def _load_phrasebooks(settings: Settings) -> Phrasebooks:
    """Those of all languages: a fault in one is told before the first call is heard."""
    folder = settings.judging.phrasebooks or Path(next(iter(phrasebooks.__path__)))
    return {language: load_phrasebook(folder, language=language) for language in LANGUAGES}


def _cpu_s() -> float:
    """Processor seconds of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@cache
def _code_version() -> str:
    try:
        return importlib.metadata.version("tingjian")
    except importlib.metadata.PackageNotFoundError:
        return _UNPACKAGED

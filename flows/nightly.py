"""The nightly run: a folder of recordings becomes results in the warehouse and a summary.

The work ledger says what is to be done and by whom; Prefect shows the run and keeps its summary. A
run that was killed at any moment is gone on with by the next one of the same inbox.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rich.console import Console

from flows.calendar_times import ends_at
from flows.clusters import cluster_runner
from flows.desk import Desk
from flows.hearing import (
    Hearing,
    Phrasebooks,
    digests,
    load_ears_of,
    load_phrasebooks,
    make_inspector,
)
from flows.identity import Plan, plan
from flows.inbox import Candidate, Listing, examine, list_recordings
from flows.inbox_store import store_inbox
from flows.machine import lay_out
from flows.night_folder import OpenNight, close_night, only_run, open_night, write_whole
from flows.night_loop import NightLoop
from flows.night_reports import reports_after
from flows.night_voices import learn_after, voices_before
from flows.patience import patience_of
from flows.prefect_server import prefect_server
from flows.progress import show_progress
from flows.runners import Runner, ThreadRunner
from flows.running import Clock, cpu_s, run_night
from flows.summary import NightSummary, RunFacts, summarise
from flows.summary_text import as_markdown
from pipeline.call import Language
from pipeline.code_version import code_version
from pipeline.engines import Ears
from pipeline.errors import WarehouseError
from pipeline.settings import Settings
from warehouse.connection import Warehouse, open_warehouse
from warehouse.decisions import workers
from warehouse.decisions.store import open_decisions
from warehouse.facts import follow_results
from warehouse.nights import Night, record_night
from warehouse.place import load_place
from warehouse.recordings import SCHEME
from warehouse.rescoring.digests import record_books
from warehouse.results import KnownRecording, known_recordings


@dataclass(frozen=True, slots=True)
class _Run:
    """What one run works with and on."""

    inbox: str  # absolute path, or s3://bucket/folder
    data: Path
    settings: Settings
    console: Console
    books: Phrasebooks
    listing: Listing
    found: tuple[Candidate, ...]
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
    inbox: Path | str,
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
    listing, found = _look_into(inbox, data=data.absolute(), settings=settings)
    run = _Run(
        inbox=_name_of(inbox),
        data=data.absolute(),
        settings=settings,
        console=console or Console(stderr=True),
        listing=listing,
        found=found,
        books=load_phrasebooks(settings),
        began_s=time.monotonic(),
        cpu_began_s=cpu_s(),
    )
    with only_run(run.nights), open_warehouse(run.data) as warehouse:
        record_books(warehouse, run.books.values())
        known = known_recordings(warehouse)
        todo = plan(run.found, known, retry_failed=resume)
        if todo.jobs and ears is None:
            run = replace(run, settings=lay_out(settings, data=run.data))
        now = dt.datetime.now().astimezone()
        night = open_night(run.nights, run.inbox, day=date or now.date(), now=now)
        with _open_desk(run, night, warehouse, known) as desk:
            summary = _hear(run, night, todo, desk=desk, ears=ears, afresh=resume)
        learn_after(run.data, settings, ears, warehouse=warehouse, console=run.console)
    reports_after(run.data, settings, began=night.started_at, books=run.books, console=run.console)
    return summary


def _look_into(
    inbox: Path | str, *, data: Path, settings: Settings
) -> tuple[Listing, tuple[Candidate, ...]]:
    """Every recording of a folder, or of an object store, examined."""
    address = str(inbox)
    if address.startswith(SCHEME):
        there = store_inbox(address, data=data, s3=load_place(data).s3)
        return there.examine_all(settings.recordings)
    folder = Path(inbox)
    listing = list_recordings(folder, settings.recordings)
    return listing, tuple(
        examine(path, inbox=folder, settings=settings.recordings) for path in listing.paths
    )


def _name_of(inbox: Path | str) -> str:
    return str(inbox) if str(inbox).startswith(SCHEME) else str(Path(inbox).resolve())


@contextmanager
def _open_desk(
    run: _Run, night: OpenNight, warehouse: Warehouse, known: Iterable[KnownRecording]
) -> Iterator[Desk]:
    """The night's ledger, in agreement with the lake; what is not done is given back at the end."""
    engine = open_decisions(run.data)
    try:
        desk = Desk(
            engine=engine,
            warehouse=warehouse,
            worker_id=workers.register(engine),
            night_id=night.night_id,
            code_version=code_version(),
            language=run.language,
            attempts=run.settings.night.attempts,
            report=lambda job, result: None,
            patience=patience_of(
                warehouse, engine, settings=run.settings.night, console=run.console
            ),
        )
        desk.agree_with({each.call_id: each for each in known})
        try:
            yield desk
        finally:
            with suppress(WarehouseError):  # this process ends, and that can be proved
                desk.leave()
    finally:
        engine.dispose()


def _hear(
    run: _Run, night: OpenNight, todo: Plan, *, desk: Desk, ears: Ears | None, afresh: bool
) -> NightSummary:
    """Inspect what is planned and conclude; without calls neither engines nor Prefect."""
    settings = run.settings.night
    if not todo.jobs:
        return _conclude(run, night, todo=todo, desk=desk, left=lambda: 0)
    queued = desk.open(todo.jobs, afresh=afresh)
    with ExitStack() as stack:
        clock = Clock(console=run.console, language=run.language)
        if settings.prefect:
            home = run.data / "prefect"
            server = None if settings.prefect_url else stack.enter_context(prefect_server(home))
            clock = clock.with_prefect(home, server=server, url=settings.prefect_url)
        desk.report = stack.enter_context(
            show_progress(todo.jobs, console=run.console, language=run.language)
        )
        runner = _runner(run, desk, ears)
        stack.callback(runner.close)
        loop = NightLoop(
            desk=desk,
            runner=runner,
            queue=deque(
                desk.sort(todo.jobs, queued, shard_calls=settings.shard_calls, workers=run.workers)
            ),
            call_limit_s=settings.call_limit_s,
            ends_s=_ends_s(run.settings),
            taken=[job for job in todo.jobs if job.call_id not in queued],
        )
        conclude = partial(_conclude, run, night, todo=todo, desk=desk, left=lambda: loop.left)
        return run_night(loop, conclude, clock=clock)


def _runner(run: _Run, desk: Desk, ears: Ears | None) -> Runner:
    """What hears the calls; for a cluster the engines are loaded there."""
    s3 = load_place(run.data).s3
    voices = voices_before(run.data, run.settings, ears)
    hearing = Hearing(
        run.settings,
        digests(run.books),
        desk.code_version,
        ears,
        s3=replace(s3, key=None, secret=None),
        voiceprints=voices,
    )
    if run.settings.night.runner != "threads":
        return cluster_runner(hearing, workers=run.workers)
    loaded = ears or load_ears_of(run.settings, run.books, concurrent=run.workers)
    return ThreadRunner(
        make_inspector(run.settings, run.books, loaded, s3=s3, data=run.data, voiceprints=voices),
        hearing,
        run.workers,
        begun=lambda job: desk.begun([job]),
    )


def _conclude(
    run: _Run, night: OpenNight, *, todo: Plan, desk: Desk, left: Callable[[], int]
) -> NightSummary:
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
        cpu_s=round(cpu_s() - run.cpu_began_s, 3),
        code_version=desk.code_version,
        left=left(),
    )
    promises, zone = run.settings.promises, run.settings.schedule.zone
    desk.patiently(lambda: follow_results(desk.warehouse, promises, zone=zone))
    summary = desk.patiently(
        lambda: summarise(
            desk.warehouse,
            facts,
            failures=desk.failures,
            notes=run.listing.notes,
            titles={rule.id: rule.title for book in run.books.values() for rule in book.rules},
            language=run.language,
        )
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
    desk.patiently(lambda: record_night(desk.warehouse, record))
    text = json.dumps(document, ensure_ascii=False, indent=1)
    write_whole(run.nights / f"{night.night_id}.md", as_markdown(summary, run.language))
    write_whole(run.nights / f"{night.night_id}.json", text)
    close_night(run.nights, night.night_id)
    return summary


def _ends_s(settings: Settings) -> float | None:
    """When the night has to end, by the clock that only goes forward: no leap moves it."""
    now = dt.datetime.now().astimezone()
    end = ends_at(settings.night.stop_at, now, time_zone=settings.schedule.time_zone)
    return None if end is None else time.monotonic() + (end - now).total_seconds()

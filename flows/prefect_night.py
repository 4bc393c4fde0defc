"""The nightly run as a Prefect flow: a task run for what is stored at once, artifacts of its end.

Prefect reads its settings when it is imported, so `flows.nightly` imports this module after they
are set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.night_loop import NightLoop
from flows.summary import NightSummary
from flows.summary_text import as_markdown
from pipeline.messages import Language

_DRAIN_TIMEOUT_S = 30.0


def run_as_flow(loop: NightLoop, conclude: Callable[[], NightSummary], *, url: str) -> NightSummary:
    """Do the night's work under the Prefect server at `url`, then conclude.

    A task run lasts from when results came back until they are stored: of one shard, or of several
    that came back meanwhile, named by the first. Prefect gets no results: neither transcripts nor
    names leave this process, only the summary.

    Raises: what the work raises, and Prefect's errors if its server cannot be reached; no shard is
        left half done then.
    """
    works: dict[int, _Once] = {}

    @task(name="inspect-shard", task_run_name="shard-{shard_no}", cache_policy=NO_CACHE)
    def inspect_shard(shard_no: int) -> None:
        works[shard_no]()

    def step(shard_no: int, work: Callable[[], None]) -> None:
        works[shard_no] = once = _Once(work)
        try:
            inspect_shard(shard_no)
        finally:
            once()  # if Prefect failed before it began

    @flow(name="nightly")
    def nightly(night_id: str) -> NightSummary:
        loop.run(step)
        summary = conclude()
        _publish(night_id, summary, loop.desk.language)
        return summary

    EventsWorker.set_client_override(PrefectEventsClient, reconnection_attempts=0)
    with temporary_settings({PREFECT_API_URL: url}):
        try:
            return nightly(loop.desk.night_id)
        finally:
            # What is still queued must reach the server before it ends; left alone, Prefect would
            # offer each event to the dead server for seconds when this process exits.
            EventsWorker.drain_all(timeout=_DRAIN_TIMEOUT_S)


@dataclass(slots=True)
class _Once:
    """Work that is done the first time only, even if it fails."""

    work: Callable[[], None]
    begun: bool = False

    def __call__(self) -> None:
        if not self.begun:
            self.begun = True
            self.work()


def _publish(night_id: str, summary: NightSummary, language: Language) -> None:
    create_markdown_artifact(as_markdown(summary, language), key="night", description=night_id)
    rows = [
        {"call": each.call_id, "path": each.path, "reason": each.reason}
        for each in summary.failures
    ]
    create_table_artifact(rows, key="night-failures", description=night_id)

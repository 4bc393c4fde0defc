"""The nightly run as a Prefect flow: a task for each shard, the summary as artifacts.

Prefect reads its settings when it is imported, so `flows.nightly` imports this module after they
are set.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker
from prefect.futures import PrefectFuture
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.shards import Shards
from flows.summary import NightSummary
from flows.summary_text import as_markdown

_DRAIN_TIMEOUT_S = 30.0


def run_as_flow(
    shards: Shards, conclude: Callable[[], NightSummary], *, url: str, workers: int
) -> NightSummary:
    """Run all shards under the Prefect server at `url`, then conclude.

    Prefect gets no results: neither transcripts nor names leave this process, only the summary.

    Raises: what the shards raise, and Prefect's errors if its server cannot be reached.
    """

    @task(name="inspect-shard", task_run_name="shard-{shard_no}")
    def inspect_shard(shard_no: int) -> None:
        shards.run(shard_no)

    # its type parameter is invariant, so it does not fit its own base class
    runner = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=workers))

    @flow(name="nightly", task_runner=runner)
    def nightly(night_id: str) -> NightSummary:
        inspect_shard.map(range(len(shards.jobs))).result()
        summary = conclude()
        _publish(night_id, summary, shards)
        return summary

    EventsWorker.set_client_override(PrefectEventsClient, reconnection_attempts=0)
    with temporary_settings({PREFECT_API_URL: url}):
        try:
            return nightly(shards.night_id)
        finally:
            # What is still queued must reach the server before it ends; left alone, Prefect would
            # offer each event to the dead server for seconds when this process exits.
            EventsWorker.drain_all(timeout=_DRAIN_TIMEOUT_S)


def _publish(night_id: str, summary: NightSummary, shards: Shards) -> None:
    create_markdown_artifact(
        as_markdown(summary, shards.language), key="night", description=night_id
    )
    rows = [
        {"call": each.call_id, "path": each.path, "reason": each.reason}
        for each in summary.failures
    ]
    create_table_artifact(rows, key="night-failures", description=night_id)

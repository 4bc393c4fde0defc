"""How far a night is, on standard error."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from flows.identity import Job
from flows.shards import Report
from pipeline.failure import CallFailure
from pipeline.finding import InspectedCall
from pipeline.messages import Language, say

_LEAST_BYTES = 1  # also an empty file is a step forward


class _Calls(ProgressColumn):
    """Calls and minutes of sound so far."""

    def __init__(self, calls: int, language: Language) -> None:
        super().__init__(table_column=Column(no_wrap=True))
        self.calls = calls
        self.language = language

    def render(self, task: Task) -> Text:
        told = say(
            "night.progress",
            self.language,
            done=task.fields["done"],
            calls=self.calls,
            minutes=task.fields["audio_s"] / 60,
            failed=task.fields["failed"],
        )
        return Text(told)


@contextmanager
def show_progress(
    jobs: tuple[Job, ...], *, console: Console, language: Language
) -> Iterator[Report]:
    """A bar that moves with the bytes heard, which the estimate of the end rests on.

    A console that is no terminal gets only the last state. Yields what to tell of each call; any
    thread may.
    """
    total = sum(max(job.candidate.size_bytes, _LEAST_BYTES) for job in jobs)
    columns = (
        TextColumn(say("night.progress_title", language)),
        BarColumn(bar_width=20),
        TaskProgressColumn(),
        _Calls(len(jobs), language),
        TextColumn(say("night.progress_left", language), table_column=Column(no_wrap=True)),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, speed_estimate_period=600, disable=not jobs
    ) as progress:
        bar = progress.add_task("", total=total, done=0, failed=0, audio_s=0.0)

        counting = threading.Lock()

        def report(job: Job, result: InspectedCall | CallFailure) -> None:
            failed = isinstance(result, CallFailure)
            audio_s = 0.0 if isinstance(result, CallFailure) else result.recording.duration_s
            with counting:
                fields = progress.tasks[0].fields
                progress.update(
                    bar,
                    advance=max(job.candidate.size_bytes, _LEAST_BYTES),
                    done=fields["done"] + 1,
                    failed=fields["failed"] + failed,
                    audio_s=fields["audio_s"] + audio_s,
                )

        yield report

"""The unit of work of a night: a few calls, inspected by one thread, stored in one transaction."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows.identity import Job
from pipeline.call import CallMetadata
from pipeline.errors import (
    AudioError,
    MetadataError,
    TingjianError,
    TranscriptError,
    WarehouseError,
)
from pipeline.failure import CallFailure
from pipeline.finding import InspectedCall
from pipeline.messages import Language
from warehouse.lake import Warehouse
from warehouse.results import append_calls, check_storable

Inspect = Callable[[Path, CallMetadata], InspectedCall]
Report = Callable[[Job, InspectedCall | CallFailure], None]

_FAULT_OF_THE_CALL = (AudioError, MetadataError, TranscriptError)
_ATTEMPTS = 2  # where the call is not at fault
_DETAIL_MAX = 200

_log = logging.getLogger("tingjian.night")


@dataclass(frozen=True, slots=True)
class ShardOutcome:
    """What became of one shard."""

    done: int
    failures: tuple[CallFailure, ...]


@dataclass(slots=True)
class Shards:
    """The shards of a night and what they share; any thread may run any shard.

    Storing is done under one lock, so the warehouse has one writer and one user at a time.
    """

    jobs: tuple[tuple[Job, ...], ...]
    inspect: Inspect | None  # None if there is nothing to inspect
    warehouse: Warehouse
    night_id: str
    code_version: str
    language: Language
    report: Report
    outcomes: dict[int, ShardOutcome] = field(default_factory=dict)  # by shard, as they are stored
    stop: threading.Event = field(default_factory=threading.Event)  # set: begin no other call
    _storing: threading.Lock = field(default_factory=threading.Lock)

    def run(self, shard_no: int) -> None:
        """Inspect and store one shard, unless it is stored already.

        What is not begun when `stop` is set stays for another run.

        Raises: WarehouseError if it could not be stored; the night cannot go on then.
        """
        if shard_no in self.outcomes or self.inspect is None:
            return
        calls: list[InspectedCall] = []
        failures: list[CallFailure] = []
        for job in self.jobs[shard_no]:
            if self.stop.is_set():
                break
            result = self._storable(job, inspect_job(job, self.inspect, language=self.language))
            if isinstance(result, CallFailure):
                failures.append(result)
            else:
                calls.append(result)
            self.report(job, result)
        try:
            with self._storing:
                append_calls(
                    self.warehouse,
                    calls,
                    failures,
                    night_id=self.night_id,
                    code_version=self.code_version,
                )
        except BaseException:
            self.stop.set()
            raise
        self.outcomes[shard_no] = ShardOutcome(len(calls), tuple(failures))

    def _storable(
        self, job: Job, result: InspectedCall | CallFailure
    ) -> InspectedCall | CallFailure:
        """The result, or a failure if no row can hold it: it must not take its shard with it."""
        if isinstance(result, InspectedCall):
            try:
                check_storable(result, code_version=self.code_version)
            except WarehouseError as error:
                return _failure(job, error, self.language)
        return result

    @property
    def failures(self) -> tuple[CallFailure, ...]:
        """Of all shards stored so far, by call."""
        found = [failure for outcome in self.outcomes.values() for failure in outcome.failures]
        return tuple(sorted(found, key=lambda failure: failure.call_id))


def make_shards(
    jobs: Sequence[Job], *, shard_calls: int, workers: int
) -> tuple[tuple[Job, ...], ...]:
    """Shards of at most `shard_calls`, small enough that every worker gets several.

    Those with most bytes come first, so that the night does not end with one long call.
    """
    size = max(1, min(shard_calls, len(jobs) // (workers * 4)))
    shards = [tuple(jobs[start : start + size]) for start in range(0, len(jobs), size)]
    return tuple(sorted(shards, key=_bytes_of, reverse=True))


def _bytes_of(shard: tuple[Job, ...]) -> int:
    return sum(job.candidate.size_bytes for job in shard)


def inspect_job(job: Job, inspect: Inspect, *, language: Language) -> InspectedCall | CallFailure:
    """Inspect one call; whatever happens, it becomes a result.

    What is not the call's fault, such as an engine that breaks down, is tried once more.
    """
    candidate = job.candidate
    if candidate.error is not None or candidate.metadata is None:
        return _failure(job, candidate.error or MetadataError("night.no_metadata"), language)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _with_notes(inspect(candidate.path, candidate.metadata), job)
        except _FAULT_OF_THE_CALL as error:
            return _failure(job, error, language)
        except Exception as error:
            _log.warning("attempt %d of %d failed: %s", attempt, _ATTEMPTS, type(error).__name__)
            last = error
    return _failure(job, _explain(last), language)


def _with_notes(call: InspectedCall, job: Job) -> InspectedCall:
    if not job.notes:
        return call
    warnings = (*call.recording.warnings, *job.notes)
    return replace(call, recording=replace(call.recording, warnings=warnings))


def _explain(error: Exception) -> TingjianError:
    """What broke down, without a traceback."""
    if isinstance(error, TingjianError):
        return error
    detail = " ".join(str(error).split())[:_DETAIL_MAX]
    return TingjianError(
        "night.unexpected", kind=type(error).__name__, detail=detail, attempts=_ATTEMPTS
    )


def _failure(job: Job, error: TingjianError, language: Language) -> CallFailure:
    candidate = job.candidate
    return CallFailure(
        call_id=job.call_id,
        path=str(candidate.path).encode("utf-8", "backslashreplace").decode(),
        reason_code=error.key,
        reason=error.text(language),
        reason_values={name: _plain(value) for name, value in error.values.items()},
        audio_sha256=candidate.audio_sha256,
        metadata=candidate.metadata,
    )


def _plain(value: object) -> object:
    """A value that JSON has."""
    return value if isinstance(value, str | int | float | bool | None) else str(value)

"""The unit of work of a night: a few calls, heard together and stored in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flows.identity import Job
from flows.inbox import Candidate
from pipeline.call import CallMetadata
from pipeline.errors import AudioError, MetadataError, TingjianError, TranscriptError
from pipeline.failure import CallFailure
from pipeline.finding import InspectedCall
from pipeline.messages import Language

Inspect = Callable[[Candidate, CallMetadata], InspectedCall]
Result = InspectedCall | CallFailure
Report = Callable[[Job, Result], None]

_FAULT_OF_THE_CALL = (AudioError, MetadataError, TranscriptError)
_ATTEMPTS = 2  # where the call is not at fault
_DETAIL_MAX = 200
_LONG_BYTES = 16 * 2**20  # 17 minutes of two channels in G.711: a shard of its own
_LONG_COMPRESSED_BYTES = 4 * 2**20  # as much at 32 kbit/s
_COMPRESSED = frozenset((".opus", ".ogg", ".oga", ".mp3", ".m4a", ".aac", ".amr", ".webm", ".wma"))

_log = logging.getLogger("tingjian.night")


@dataclass(frozen=True, slots=True)
class Shard:
    """Calls that one worker hears, one after the other."""

    jobs: tuple[Job, ...]
    alone: bool = False  # a call that may have killed its worker: nothing else beside it

    @property
    def call_ids(self) -> tuple[str, ...]:
        """Of its calls."""
        return tuple(job.call_id for job in self.jobs)


def make_shards(jobs: Sequence[Job], *, shard_calls: int, workers: int) -> tuple[Shard, ...]:
    """Shards of at most `shard_calls`, small enough that every worker gets several.

    Urgent calls come before others and earlier days before later ones. Within a day a long call is
    a shard of its own and comes first, so that it holds up no other and the night does not end
    with it.
    """
    size = max(1, min(shard_calls, len(jobs) // (workers * 4)))
    lanes: dict[tuple[int, str], list[Job]] = {}
    for job in jobs:
        lanes.setdefault((-job.priority, job.day), []).append(job)
    shards: list[Shard] = []
    for lane in sorted(lanes):
        ordered = sorted(lanes[lane], key=lambda job: (job.started, job.candidate.name))
        long = [job for job in ordered if _is_long(job)]
        long.sort(key=lambda job: job.candidate.size_bytes, reverse=True)
        usual = [job for job in ordered if not _is_long(job)]
        shards += [Shard((job,)) for job in long]
        shards += [Shard(tuple(usual[n : n + size])) for n in range(0, len(usual), size)]
    return tuple(shards)


def _is_long(job: Job) -> bool:
    name = job.candidate.name.lower()
    compressed = any(name.endswith(suffix) for suffix in _COMPRESSED)
    return job.candidate.size_bytes > (_LONG_COMPRESSED_BYTES if compressed else _LONG_BYTES)


def inspect_job(job: Job, inspect: Inspect, *, language: Language) -> InspectedCall | CallFailure:
    """Inspect one call; whatever happens, it becomes a result.

    What is not the call's fault, such as an engine that breaks down, is tried once more.
    """
    candidate = job.candidate
    if candidate.error is not None or candidate.metadata is None:
        return failure_of(job, candidate.error or MetadataError("night.no_metadata"), language)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _with_notes(inspect(candidate, candidate.metadata), job)
        except _FAULT_OF_THE_CALL as error:
            return failure_of(job, error, language)
        except Exception as error:
            _log.warning("attempt %d of %d failed: %s", attempt, _ATTEMPTS, type(error).__name__)
            last = error
    return failure_of(job, _explain(last), language)


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


def failure_of(job: Job, error: TingjianError, language: Language) -> CallFailure:
    """The row that a call leaves behind which could not be inspected."""
    candidate = job.candidate
    return CallFailure(
        call_id=job.call_id,
        path=candidate.place,
        reason_code=error.key,
        reason=error.text(language),
        reason_values={name: _plain(value) for name, value in error.values.items()},
        audio_sha256=candidate.audio_sha256,
        metadata=candidate.metadata,
    )


def _plain(value: object) -> object:
    """A value that JSON has."""
    return value if isinstance(value, str | int | float | bool | None) else str(value)

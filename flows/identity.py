"""Which call a recording is, and whether there is anything left to do for it.

A recording is known by its call and the SHA-256 of its bytes. The same bytes under another call are
a call of their own; other bytes under the same call, in the same place, are the call's new
recording. Two recordings that claim one call are told apart, so that neither is lost.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flows.inbox import Candidate, Note
from pipeline.call import Purpose
from warehouse.results import KnownRecording

_ID_LENGTH_MAX = 190  # a suffix of nine is added, and 200 is the limit
_FOUND_BEFORE_HEARING = (
    "metadata.invalid",
    "inbox.",
)  # a repaired sidecar is a reason to try again


@dataclass(frozen=True, slots=True)
class Job:
    """One recording to inspect, under the name that it bears from now on."""

    candidate: Candidate
    notes: tuple[Note, ...] = ()

    @property
    def call_id(self) -> str:
        """The call."""
        return self.candidate.call_id

    @property
    def started(self) -> float:
        """When the call began, or its recording was last written: seconds since 1970."""
        metadata = self.candidate.metadata
        if metadata is not None and metadata.started_at is not None:
            return metadata.started_at.timestamp()
        return self.candidate.changed_s

    @property
    def day(self) -> str:
        """The day of it, in UTC."""
        return datetime.fromtimestamp(self.started, UTC).date().isoformat()

    @property
    def priority(self) -> int:
        """What goes first: a complaint before the rest."""
        metadata = self.candidate.metadata
        return int(metadata is not None and metadata.purpose is Purpose.COMPLAINT)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do."""

    jobs: tuple[Job, ...]
    known: int  # recordings that were inspected before
    known_failures: int  # recordings that failed before and are not tried again


def plan(
    candidates: Sequence[Candidate], known: Iterable[KnownRecording], *, retry_failed: bool
) -> Plan:
    """Name each recording and leave out what is done.

    A recording that failed is tried again if `retry_failed`, if its bytes changed, or if what was
    wrong with its sidecar is no longer. The same inbox and warehouse give the same plan.
    """
    stored = {each.call_id: each for each in known}
    jobs: list[Job] = []
    done = failed = 0
    named = _name(candidates, stored)
    owners = _owners(named, stored)
    for job in named:
        before = stored.get(job.call_id)
        if before is None or _is_new(job.candidate, before):
            jobs.append(_warn_of_copies(job, owners))
        elif before.state == "done":
            done += 1
        elif retry_failed or _is_repaired(job.candidate, before):
            jobs.append(_warn_of_copies(job, owners))
        else:
            failed += 1
    return Plan(tuple(jobs), done, failed)


def _is_new(candidate: Candidate, before: KnownRecording) -> bool:
    """Whether these are other bytes; a file that was inspected and cannot be read now is not."""
    if candidate.audio_sha256 is None and before.state == "done":
        return False
    return candidate.audio_sha256 != before.audio_sha256


def _is_repaired(candidate: Candidate, before: KnownRecording) -> bool:
    reason = candidate.error.key if candidate.error else None
    return reason != before.reason_code and (before.reason_code or "").startswith(
        _FOUND_BEFORE_HEARING
    )


def _name(candidates: Sequence[Candidate], stored: Mapping[str, KnownRecording]) -> list[Job]:
    """Every recording with a call id of its own, in the order of names."""
    claims: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        claims[candidate.call_id].append(candidate)
    jobs: list[Job] = []
    present = {candidate.place for candidate in candidates}
    for call_id, claimants in claims.items():
        owner = _owner(claimants, stored.get(call_id), present=present, stored=stored)
        for candidate in claimants:
            jobs.append(Job(candidate) if candidate is owner else _renamed(candidate))
    return sorted(jobs, key=lambda job: job.candidate.name)


def _owner(
    claimants: Sequence[Candidate],
    before: KnownRecording | None,
    *,
    present: set[str],
    stored: Mapping[str, KnownRecording],
) -> Candidate | None:
    """Who keeps the call id: the recording that had it, else the first by name.

    None if another recording had it that is no longer in the inbox: a name used twice, on another
    day, does not take the earlier call's place.
    """
    free = [each for each in claimants if _other_id(each) not in stored]
    first = min(free, key=lambda each: each.name, default=None)
    if before is None or first is None:
        return first
    same = [each for each in free if each.audio_sha256 == before.audio_sha256]
    there = [each for each in free if each.place == before.recording_path]
    if there or same:
        at_place = [each for each in same if each in there]
        return min(at_place or same or there, key=lambda each: each.name)
    replaced = before.state == "failed" and before.recording_path not in present
    return first if replaced else None


def _other_id(candidate: Candidate) -> str:
    """An id that rests on the place in the inbox, so that it stays the same in every run."""
    place = hashlib.sha256(candidate.name.encode()).hexdigest()
    return f"{candidate.call_id[:_ID_LENGTH_MAX]}~{place[:8]}"


def _renamed(candidate: Candidate) -> Job:
    call_id = _other_id(candidate)
    values: dict[str, object] = {"path": str(candidate.name), "claimed": candidate.call_id}
    metadata = candidate.metadata and replace(candidate.metadata, call_id=call_id)
    note = ("inbox.same_call_id", {**values, "call": call_id})
    return Job(replace(candidate, call_id=call_id, metadata=metadata), (note,))


def _owners(jobs: Sequence[Job], stored: Mapping[str, KnownRecording]) -> dict[str, str]:
    """By the hash of the sound, the first call that has it."""
    owners = {
        each.audio_sha256: call_id for call_id, each in sorted(stored.items()) if each.audio_sha256
    }
    for job in jobs:
        if job.candidate.audio_sha256:
            owners.setdefault(job.candidate.audio_sha256, job.call_id)
    return owners


def _warn_of_copies(job: Job, owners: Mapping[str, str]) -> Job:
    owner = owners.get(job.candidate.audio_sha256 or "", job.call_id)
    if owner == job.call_id:
        return job
    return replace(job, notes=(*job.notes, ("inbox.same_audio", {"other": owner})))

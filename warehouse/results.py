"""Storing what the inspection of a shard of calls found, once and whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Final, Literal
from uuid import uuid4

import duckdb
import pyarrow as pa

from pipeline.errors import WarehouseError
from pipeline.failure import CallFailure
from pipeline.finding import InspectedCall
from warehouse.identified import Identified, IdentifiedFailure, Stamp
from warehouse.lake import Warehouse
from warehouse.rows import tables_of
from warehouse.statements import statement
from warehouse.writing import write

State = Literal["done", "failed"]

NOT_STORABLE: Final = "warehouse.not_storable"
_NO_ROW: Final = (pa.ArrowException, ValueError, TypeError, OverflowError)

_INSERTS: Mapping[str, str] = {
    "call_result": "insert into call_result by name from incoming",
    "turn_result": "insert into turn_result by name from incoming",
    "span_result": "insert into span_result by name from incoming",
    "role_talk_result": "insert into role_talk_result by name from incoming",
    "listened_result": "insert into listened_result by name from incoming",
    "promise_result": "insert into promise_result by name from incoming",
    "promise_scan": "insert into promise_scan by name from incoming",
    "scorecard_result": "insert into scorecard_result by name from incoming",
    "finding_result": "insert into finding_result by name from incoming",
    "evidence_result": "insert into evidence_result by name from incoming",
}


@dataclass(frozen=True, slots=True)
class KnownRecording:
    """A call as it stands in the warehouse: which sound, and how it ended."""

    call_id: str
    audio_sha256: str | None
    state: State
    recording_path: str = field(default="", compare=False)
    reason_code: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of one shard, as call ids."""

    done: tuple[str, ...]
    failed: tuple[str, ...]
    skipped: tuple[str, ...]  # stored before: nothing was added


@dataclass(frozen=True, slots=True)
class _Identity:
    """What makes two results of one call the same result."""

    audio_sha256: str | None
    state: State
    asr_model: str | None = None
    segmentation_model: str | None = None
    embedding_model: str | None = None
    phrasebook_sha256: str | None = None
    reason_code: str | None = None
    voiceprint_sha256: str | None = None


def append_calls(
    warehouse: Warehouse,
    inspected: Sequence[InspectedCall],
    failures: Sequence[CallFailure],
    *,
    night_id: str | None,
    code_version: str,
    recorded_at: datetime | None = None,
) -> Appended:
    """Store one shard of results in one transaction: all of it, or nothing.

    A result is added unless the last one stored of its call is the same: same sound, models,
    phrasebook, voiceprint and state, or the same reason of failure. A failure is not added either
    when the same sound, or a file that could not be read this time, was inspected well before:
    what is known stays.

    Args:
        night_id: the run that made them; None outside of a run.
        recorded_at: with offset; now if None.
    Raises: WarehouseError if nothing could be stored; `NOT_STORABLE` names a call that no row can
        hold.
    """
    stamp = Stamp(night_id, code_version, recorded_at or datetime.now(UTC))

    def work(connection: duckdb.DuckDBPyConnection) -> Appended:
        known = _latest(connection, [*_ids_of(inspected, failures)])
        number = count(next_number(connection))
        calls = _new_calls(inspected, known, number)
        done = {each.call.metadata.call_id: _identity_of(each.call) for each in calls}
        failed = _new_failures(failures, {**known, **done}, number)
        insert_tables(connection, tables_of(calls, failed, stamp=stamp))
        return _account(inspected, failures, calls=calls, failed=failed)

    try:
        return write(warehouse, work)
    except _NO_ROW as error:
        for call in inspected:
            check_storable(call, code_version=code_version)
        raise WarehouseError(
            "warehouse.write", path=warehouse.folder, attempts=1, cause=error
        ) from error


def known_recordings(warehouse: Warehouse) -> frozenset[KnownRecording]:
    """Every call in the warehouse with its sound and state; what a night need not do again.

    Raises: WarehouseError if the warehouse cannot be read.
    """
    try:
        rows = warehouse.connection.execute(statement("queries/known_recordings")).fetchall()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error
    return frozenset(KnownRecording(*row) for row in rows)


def _ids_of(inspected: Sequence[InspectedCall], failures: Sequence[CallFailure]) -> Iterable[str]:
    yield from (call.metadata.call_id for call in inspected)
    yield from (failure.call_id for failure in failures)


def _latest(connection: duckdb.DuckDBPyConnection, call_ids: Sequence[str]) -> dict[str, _Identity]:
    if not call_ids:
        return {}
    rows = connection.execute(
        statement("queries/latest_identities"),
        {"call_ids": list(call_ids)},
    ).fetchall()
    return {row[0]: _Identity(*row[1:]) for row in rows}


def next_number(connection: duckdb.DuckDBPyConnection) -> int:
    """The first number of storing that is free."""
    row = connection.execute(statement("queries/next_number")).fetchone()
    return int(row[0]) if row else 1


def _new_calls(
    inspected: Sequence[InspectedCall], known: Mapping[str, _Identity], number: Iterator[int]
) -> list[Identified]:
    seen = dict(known)
    new = []
    for call in inspected:
        identity = _identity_of(call)
        if seen.get(call.metadata.call_id) != identity:
            seen[call.metadata.call_id] = identity
            new.append(Identified(next(number), uuid4().hex, uuid4().hex, call))
    return new


def _new_failures(
    failures: Sequence[CallFailure], known: Mapping[str, _Identity], number: Iterator[int]
) -> list[IdentifiedFailure]:
    seen = dict(known)
    new = []
    for failure in failures:
        identity = _Identity(failure.audio_sha256, "failed", reason_code=failure.reason_code)
        if not _says_nothing_new(identity, seen.get(failure.call_id)):
            seen[failure.call_id] = identity
            new.append(IdentifiedFailure(next(number), uuid4().hex, failure))
    return new


def _says_nothing_new(failure: _Identity, known: _Identity | None) -> bool:
    if known is None or known.state == "failed":
        return known == failure
    return failure.audio_sha256 in (None, known.audio_sha256)


def _identity_of(call: InspectedCall) -> _Identity:
    return _Identity(
        call.recording.audio_sha256,
        "done",
        call.models.asr,
        call.models.segmentation,
        call.models.embedding,
        call.phrasebook.sha256,
        voiceprint_sha256=call.voiceprint.sha256 if call.voiceprint else None,
    )


def insert_tables(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> None:
    """Add rows by table inside a transaction; empty tables leave no file."""
    for name, table in tables.items():
        if table.num_rows:
            connection.register("incoming", table)
            try:
                connection.execute(_INSERTS[name])
            finally:
                connection.unregister("incoming")


def _account(
    inspected: Sequence[InspectedCall],
    failures: Sequence[CallFailure],
    *,
    calls: Sequence[Identified],
    failed: Sequence[IdentifiedFailure],
) -> Appended:
    stored = {id(each.call) for each in calls} | {id(each.failure) for each in failed}
    skipped = (
        *(call.metadata.call_id for call in inspected if id(call) not in stored),
        *(failure.call_id for failure in failures if id(failure) not in stored),
    )
    return Appended(
        done=tuple(each.call.metadata.call_id for each in calls),
        failed=tuple(each.failure.call_id for each in failed),
        skipped=skipped,
    )


def check_storable(call: InspectedCall, *, code_version: str) -> None:
    """Make the rows of one call without storing them.

    A shard is one transaction: a call that no row can hold must not take the others with it.

    Raises: WarehouseError (`NOT_STORABLE`) naming what cannot be stored.
    """
    stamp = Stamp(None, code_version, datetime.now(UTC))
    try:
        tables_of([Identified(0, "", "", call)], [], stamp=stamp)
    except _NO_ROW as error:
        raise WarehouseError(NOT_STORABLE, call_id=call.metadata.call_id, cause=error) from error

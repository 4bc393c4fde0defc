"""The work ledger: which call is to be heard, who has it, how it ended.

A call is `waiting`, `claimed` by one worker, then `done` or `failed`. Every step is a transaction
of its own and asks for the step before, so that of two workers one gets the call. The results are
in the lake before the ledger says `done`; what died between the two is found there and not heard
again. A call that was begun and whose worker died is a suspect: it may have killed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal, TypeVar

from sqlalchemy import Engine, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from warehouse.decisions.store import writing
from warehouse.decisions.work_tables import work

_CHUNK = 500  # call ids in one statement: SQLite takes 32 766 parameters, older ones 999

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work:
    """A call that is to be heard."""

    call_id: str
    audio_sha256: str | None
    recording: str
    size_bytes: int
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Queued:
    """A call as it waits."""

    call_id: str
    attempt: int  # how often it was begun before and not ended
    queued_at: datetime  # when it was first seen


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended."""

    call_id: str
    state: Literal["done", "failed"]
    versions: str | None = None
    reason_code: str | None = None
    reason: str | None = None


def queue(
    engine: Engine, calls: Sequence[Work], *, night_id: str, afresh: bool = False
) -> dict[str, Queued]:
    """Put calls into the ledger, or back into it; those that somebody has stay with them.

    Attempts are counted on while a call keeps its sound.

    Args:
        afresh: forget how often each was begun: a person asks for it.
    Returns: the calls that wait now, by id.
    """
    for chunk in chunks(calls):
        try:
            _put(engine, chunk, night_id=night_id, afresh=afresh)
        except IntegrityError:  # another night of the same inbox was quicker; now they are known
            _put(engine, chunk, night_id=night_id, afresh=afresh)
    return waiting(engine, [call.call_id for call in calls])


def _put(engine: Engine, chunk: Sequence[Work], *, night_id: str, afresh: bool) -> None:
    now = datetime.now(UTC)
    with writing(engine).begin() as connection:
        ids = [call.call_id for call in chunk]
        known = {
            row.call_id: row
            for row in connection.execute(select(work).where(work.c.call_id.in_(ids)))
        }
        new = [call for call in chunk if call.call_id not in known]
        if new:
            connection.execute(
                insert(work), [_row(call, night_id=night_id, now=now) for call in new]
            )
        for call in chunk:
            row = known.get(call.call_id)
            if row is not None and row.state != "claimed":
                values = _requeued(call, row, night_id=night_id, afresh=afresh)
                connection.execute(
                    update(work).where(work.c.call_id == call.call_id).values(**values)
                )


def claim(engine: Engine, call_ids: Sequence[str], *, worker_id: str) -> tuple[str, ...]:
    """Take calls that wait. Returns: those that are now this worker's, in the given order."""
    mine: set[str] = set()
    for chunk in chunks(call_ids):
        with writing(engine).begin() as connection:
            connection.execute(
                update(work)
                .where(work.c.call_id.in_(chunk), work.c.state == "waiting")
                .values(
                    state="claimed",
                    stage="queued",
                    worker_id=worker_id,
                    claimed_at=datetime.now(UTC),
                )
            )
            mine |= set(
                connection.execute(
                    select(work.c.call_id).where(
                        work.c.call_id.in_(chunk),
                        work.c.state == "claimed",
                        work.c.worker_id == worker_id,
                    )
                ).scalars()
            )
    return tuple(call_id for call_id in call_ids if call_id in mine)


def begin(engine: Engine, call_ids: Sequence[str]) -> None:
    """The hearing of calls begins: from here on they are suspects if their worker dies.

    Saying it twice counts once.
    """
    for chunk in chunks(call_ids):
        with writing(engine).begin() as connection:
            connection.execute(
                update(work)
                .where(work.c.call_id.in_(chunk), work.c.stage == "queued")
                .values(stage="hear", attempt=work.c.attempt + 1, begun_at=datetime.now(UTC))
            )


def heard(engine: Engine, call_ids: Sequence[str]) -> None:
    """The hearing is over: a worker that dies from here on does not die of these calls."""
    for chunk in chunks(call_ids):
        with writing(engine).begin() as connection:
            connection.execute(
                update(work)
                .where(work.c.call_id.in_(chunk), work.c.stage == "hear")
                .values(stage="store")
            )


def finish(engine: Engine, ended: Sequence[Ended], *, worker_id: str) -> None:
    """Put down how calls ended whose results are stored; what was taken away is not touched."""
    now = datetime.now(UTC)
    with writing(engine).begin() as connection:
        for each in ended:
            connection.execute(
                update(work)
                .where(work.c.call_id == each.call_id, work.c.worker_id == worker_id)
                .values(
                    state=each.state,
                    stage="stored",
                    attempt=0,
                    finished_at=now,
                    versions=each.versions,
                    reason_code=each.reason_code,
                    reason=each.reason,
                )
            )


def count_by_state(engine: Engine) -> dict[str, int]:
    """How many calls are in each state."""
    with engine.connect() as connection:
        rows = connection.execute(select(work.c.state, func.count()).group_by(work.c.state))
        return {row[0]: row[1] for row in rows}


def waiting(engine: Engine, call_ids: Sequence[str]) -> dict[str, Queued]:
    """Those of some calls that wait now, by id."""
    found: dict[str, Queued] = {}
    with engine.connect() as connection:
        for chunk in chunks(call_ids):
            rows = connection.execute(
                select(work.c.call_id, work.c.attempt, work.c.queued_at).where(
                    work.c.call_id.in_(chunk), work.c.state == "waiting"
                )
            )
            found |= {row.call_id: Queued(*row) for row in rows}
    return found


def _row(call: Work, *, night_id: str, now: datetime) -> dict[str, object]:
    return {
        "call_id": call.call_id,
        "audio_sha256": call.audio_sha256,
        "recording": call.recording,
        "size_bytes": call.size_bytes,
        "priority": call.priority,
        "night_id": night_id,
        "state": "waiting",
        "stage": "queued",
        "attempt": 0,
        "queued_at": now,
    }


def _requeued(call: Work, row: Row[Any], *, night_id: str, afresh: bool) -> dict[str, object]:
    other_sound = row.audio_sha256 != call.audio_sha256
    return {
        "audio_sha256": call.audio_sha256,
        "recording": call.recording,
        "size_bytes": call.size_bytes,
        "priority": call.priority,
        "night_id": night_id,
        "state": "waiting",
        "stage": "queued",
        "attempt": 0 if afresh or other_sound else row.attempt,
        "worker_id": None,
    }


def chunks(items: Sequence[T]) -> Iterator[list[T]]:
    """Pieces that fit into one statement."""
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk

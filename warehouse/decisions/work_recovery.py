"""What becomes of calls whose worker died, gave up, or ended between lake and ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, Protocol

from sqlalchemy import ColumnElement, Engine, case, select, update

from warehouse.decisions.store import writing
from warehouse.decisions.work import Queued, chunks, waiting
from warehouse.decisions.work_tables import work
from warehouse.decisions.workers import Lease, absent_workers, this_process

LOST: Final = "night.worker_lost"  # reason of a call whose worker died


class Stored(Protocol):
    """A call as the lake has it."""

    @property
    def audio_sha256(self) -> str | None: ...

    @property
    def state(self) -> Literal["done", "failed"]: ...

    @property
    def reason_code(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Returned:
    """What dead workers gave back."""

    calls: int
    waiting_for: int  # workers of other machines that may be dead; ask again


def give_back(engine: Engine, *, worker_id: str) -> int:
    """What a worker has and will not do waits again; nobody is suspected. Returns: how many."""
    with writing(engine).begin() as connection:
        return connection.execute(
            update(work)
            .where(work.c.worker_id == worker_id, work.c.state == "claimed")
            .values(
                state="waiting",
                attempt=work.c.attempt - _one_if_hearing(),
                stage="queued",
                worker_id=None,
            )
        ).rowcount


def suspect(engine: Engine, call_ids: Sequence[str]) -> dict[str, Queued]:
    """The engine that heard these calls died; they wait again. Returns: them, by id."""
    for chunk in chunks(call_ids):
        with writing(engine).begin() as connection:
            connection.execute(
                update(work)
                .where(work.c.call_id.in_(chunk))
                .values(state="waiting", stage="queued", worker_id=None, reason_code=LOST)
            )
    return waiting(engine, call_ids)


def return_from_the_dead(engine: Engine, *, worker_id: str, lease: Lease) -> Returned:
    """Calls whose workers are dead wait again.

    Those that were being heard count the attempt, unless the machine itself went down.
    """
    with writing(engine).begin() as connection:
        dead, unknown = absent_workers(connection, lease=lease, here=this_process(), but=worker_id)
        calls = 0
        for each in dead:
            values: dict[str, Any] = {"state": "waiting", "worker_id": None}
            mine = (work.c.worker_id == each.worker_id, work.c.state == "claimed")
            if each.machine_restarted:
                values["attempt"] = work.c.attempt - _one_if_hearing()
            else:
                connection.execute(
                    update(work).where(*mine, work.c.stage == "hear").values(reason_code=LOST)
                )
            calls += connection.execute(
                update(work).where(*mine).values(**values, stage="queued")
            ).rowcount
        return Returned(calls, len(unknown))


def settle_stored(engine: Engine, stored: Mapping[str, Stored]) -> int:
    """Calls that wait and are in the lake already: their worker died between lake and ledger.

    Args:
        stored: the calls of the lake, by id.
    Returns: how many.
    """
    now = datetime.now(UTC)
    with writing(engine).begin() as connection:
        rows = connection.execute(
            select(work.c.call_id, work.c.audio_sha256).where(work.c.state == "waiting")
        ).all()
        settled = 0
        for row in rows:
            there = stored.get(row.call_id)
            if there is not None and there.audio_sha256 == row.audio_sha256:
                settled += 1
                connection.execute(
                    update(work)
                    .where(work.c.call_id == row.call_id)
                    .values(
                        state=there.state,
                        stage="stored",
                        attempt=0,
                        finished_at=now,
                        reason_code=there.reason_code,
                    )
                )
    return settled


def _one_if_hearing() -> ColumnElement[int]:
    return case((work.c.stage == "hear", 1), else_=0)

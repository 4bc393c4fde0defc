"""Which calls of an agent were heard, and where their recordings lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipeline.errors import WarehouseError
from warehouse.lake import Warehouse
from warehouse.statements import statement


@dataclass(frozen=True, slots=True)
class HeardCall:
    """A call as its last inspection left it."""

    call_id: str
    agent_id: str
    audio_sha256: str
    recording_path: str
    recorded_at: datetime  # when the inspection was stored
    started_at: datetime | None


def calls_of_agents(
    warehouse: Warehouse, agent_ids: Sequence[str], *, model: str, most: int
) -> tuple[HeardCall, ...]:
    """At most `most` calls of each agent, the newest first, by agent.

    Args:
        model: the embedding with which they were heard.
    Raises: WarehouseError if the warehouse cannot be read.
    """
    values = {"agent_ids": list(agent_ids), "model": model, "most": most}
    try:
        rows = warehouse.connection.execute(statement("queries/calls_of_agents"), values).fetchall()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error
    return tuple(HeardCall(*row) for row in rows)

"""Which calls a question is about, and by what its answer is grouped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import duckdb

from pipeline.errors import WarehouseError
from warehouse.lake import Warehouse
from warehouse.statements import statement

Group = Literal["all", "day", "week", "month", "team", "agent", "purpose", "hour", "language"]
RuleGroup = Literal["all", "day", "week", "month", "team", "agent"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which calls; what is None does not restrict."""

    since: date | None = None  # the first day, by the calls' own clocks
    until: date | None = None  # the last day, included
    team: str | None = None
    agent_id: str | None = None

    def values(self) -> dict[str, object]:
        """As the queries take it."""
        return {
            "since": self.since,
            "until": self.until,
            "team": self.team,
            "agent_id": self.agent_id,
        }


def ask(warehouse: Warehouse, name: str, values: dict[str, object]) -> list[tuple[Any, ...]]:
    """The rows of one of `questions/sql/`. Raises: WarehouseError if the lake cannot be read."""
    try:
        found = warehouse.connection.execute(statement(f"questions/sql/{name}"), values)
        return found.fetchall()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error

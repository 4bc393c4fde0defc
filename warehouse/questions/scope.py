"""Which calls a question is about, and by what its answer is grouped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Literal

import duckdb

from pipeline.errors import WarehouseError
from pipeline.local_time import day_begins
from warehouse.lake import Warehouse
from warehouse.statements import statement

Group = Literal["all", "day", "week", "month", "team", "agent", "purpose", "hour", "language"]
RuleGroup = Literal["all", "day", "week", "month", "team", "agent"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which calls; what is None does not restrict."""

    since: date | None = None  # the first day, by the organisation's clock
    until: date | None = None  # the last day, included
    team: str | None = None
    agent_id: str | None = None
    zone: tzinfo | None = UTC  # the organisation's, for moments of decisions; None: the machine's

    def values(self) -> dict[str, object]:
        """As the queries take it."""
        return {
            "since": self.since,
            "until": self.until,
            "team": self.team,
            "agent_id": self.agent_id,
        }

    def ends(self) -> tuple[datetime | None, datetime | None]:
        """The days as moments: the first, and the one after the last."""
        since = day_begins(self.since, self.zone) if self.since else None
        after = self.until + timedelta(days=1) if self.until else None
        return since, day_begins(after, self.zone) if after else None


def ask(warehouse: Warehouse, name: str, values: dict[str, object]) -> list[tuple[Any, ...]]:
    """The rows of one of `questions/sql/`. Raises: WarehouseError if the lake cannot be read."""
    try:
        found = warehouse.connection.execute(statement(f"questions/sql/{name}"), values)
        return found.fetchall()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error

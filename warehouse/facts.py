"""The narrow tables that figures over many calls are read from, kept up with the results.

A page that adds up a million calls cannot look for the judgement that counts among all of them
each time. So `call_fact` has each call once with its figures, and `rule_tally` the outcomes of the
rules by day and agent; days are those of the organisation's clock. Both follow from the results
alone: calls that were inspected or judged since the last refresh are exchanged, and their days
counted anew, in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import duckdb
import pyarrow as pa

from pipeline.errors import WarehouseError
from pipeline.local_time import offsets_s, zone_named
from pipeline.promise import PromiseRules
from pipeline.settings_promises import PromiseSettings
from warehouse.lake import Warehouse
from warehouse.promises import find_new_promises, list_promises
from warehouse.statements import statement
from warehouse.writing import write

DERIVED: Final = ("call_fact", "rule_tally", "team_tally", "promise_fact", "fact_refresh")
_FIRST_ZONE: Final = "UTC"
_EXCHANGE_CALLS: Final = "delete from call_fact where call_id in (select call_id from touched_call)"
_EXCHANGE_DAYS: Final = "delete from {table} where day in (select day from touched_day)"


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the facts follow the results."""

    refreshed_at: datetime | None  # None before the first time
    behind: int  # results and judgements stored since


def follow_results(
    warehouse: Warehouse, promises: PromiseSettings, *, zone: str | None = None
) -> None:
    """Look for promises in what is new, and bring all facts up to it.

    Args:
        zone: as `refresh_facts`.
    Raises: WarehouseError if the warehouse cannot be written; what was kept before stays.
    """
    find_new_promises(warehouse, promises.hours)
    refresh_facts(warehouse, zone=zone)
    refresh_promises(warehouse, promises.rules)


def refresh_facts(warehouse: Warehouse, *, zone: str | None = None) -> int:
    """Bring the facts up to the results; how many calls were exchanged.

    Args:
        zone: whose clock days and hours are of (`pipeline.local_time`); None: as before, at first
            UTC. With another one than before, all facts are made anew.
    Raises: WarehouseError if the warehouse cannot be written; nothing is changed then.
        ConfigurationError if there is no such zone.
    """
    before = _made_by(warehouse)
    clock = zone or (before.zone if before else None) or _FIRST_ZONE
    zone_named(clock)  # one that is none is told before anything is done

    def work(connection: duckdb.DuckDBPyConnection) -> int:
        if before is not None and clock != before.zone:
            drop_facts(connection)
        connection.execute(statement("queries/facts_touched"))
        row = connection.execute("select count(*) from touched_call").fetchone()
        touched = int(row[0]) if row else 0
        if touched:
            connection.execute(statement("queries/facts_old_days"))
            connection.execute(_EXCHANGE_CALLS)
            _set_clock(connection, clock)
            try:
                connection.execute(statement("queries/facts_of_calls"))
            finally:
                connection.unregister("local_clock")
            connection.execute(statement("queries/facts_new_days"))
            for table, query in (
                ("rule_tally", "facts_of_rules"),
                ("team_tally", "facts_of_teams"),
            ):
                connection.execute(_EXCHANGE_DAYS.format(table=table))
                connection.execute(statement(f"queries/{query}"))
            now = {"refreshed_at": datetime.now(UTC), "zone": clock}
            connection.execute(statement("queries/record_refresh"), now)
        return touched

    return write(warehouse, work)


def _set_clock(connection: duckdb.DuckDBPyConnection, zone: str) -> None:
    """By how much the zone's clock is ahead of UTC, from when on, for the touched calls."""
    row = connection.execute(statement("queries/facts_span")).fetchone()
    first, last = row if row and row[0] else (datetime.now(UTC), datetime.now(UTC))
    known = offsets_s(zone_named(zone), first, last)
    table = pa.table(
        {
            "from_at": pa.array([moment for moment, _ in known], pa.timestamp("us", "UTC")),
            "offset_s": pa.array([offset for _, offset in known], pa.int64()),
        }
    )
    connection.register("local_clock", table)


def facts_zone(warehouse: Warehouse) -> str | None:
    """Whose clock the days of the facts are of; None where that is not known.

    Raises: WarehouseError if the warehouse cannot be read.
    """
    made = _made_by(warehouse)
    return made.zone if made else None


@dataclass(frozen=True, slots=True)
class _Made:
    zone: str | None  # None: by each call's own clock, as an earlier version did


def _made_by(warehouse: Warehouse) -> _Made | None:
    """How the facts were made; None without facts."""
    try:
        row = warehouse.connection.execute(statement("queries/facts_zone")).fetchone()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error
    return None if row is None else _Made(row[0])


def refresh_promises(warehouse: Warehouse, rules: PromiseRules) -> int:
    """Say anew what has become of every promise, for a later call settles it; how many there are.

    Needs the facts of the calls. Raises: WarehouseError as `refresh_facts`.
    """
    promises = list_promises(warehouse, rules=rules)
    settled = pa.table(
        {
            "call_id": pa.array([p.call_id for p in promises], pa.string()),
            "promise_no": pa.array([p.promise_no for p in promises], pa.int32()),
            "kind": pa.array([str(p.promise.kind) for p in promises], pa.string()),
            "dated": pa.array([p.promise.dated for p in promises], pa.bool_()),
            "state": pa.array([str(p.state) for p in promises], pa.string()),
        }
    )

    def work(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("delete from promise_fact")
        connection.register("settled", settled)
        try:
            connection.execute(statement("queries/facts_of_promises"))
        finally:
            connection.unregister("settled")

    write(warehouse, work)
    return len(promises)


def drop_facts(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget all of them, inside the caller's transaction; the next refresh makes them anew."""
    for name in DERIVED:
        connection.execute(f"delete from {name}")


def freshness(warehouse: Warehouse) -> Freshness:
    """How far they follow. Raises: WarehouseError if the warehouse cannot be read."""
    try:
        row = warehouse.connection.execute(statement("queries/facts_freshness")).fetchone()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error
    return Freshness(row[0], int(row[1])) if row else Freshness(None, 0)

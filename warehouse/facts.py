"""The narrow tables that figures over many calls are read from, kept up with the results.

A page that adds up a million calls cannot look for the judgement that counts among all of them
each time. So `call_fact` has each call once with its figures, and `rule_tally` the outcomes of the
rules by day and agent. Both follow from the results alone: calls that were inspected or judged
since the last refresh are exchanged, and their days counted anew, in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import duckdb
import pyarrow as pa

from pipeline.errors import WarehouseError
from pipeline.promise import PromiseRules
from pipeline.settings_promises import PromiseSettings
from warehouse.lake import Warehouse
from warehouse.promises import find_new_promises, list_promises
from warehouse.statements import statement
from warehouse.writing import write

DERIVED: Final = ("call_fact", "rule_tally", "team_tally", "promise_fact", "fact_refresh")
_EXCHANGE_CALLS: Final = "delete from call_fact where call_id in (select call_id from touched_call)"
_EXCHANGE_DAYS: Final = "delete from {table} where day in (select day from touched_day)"


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the facts follow the results."""

    refreshed_at: datetime | None  # None before the first time
    behind: int  # results and judgements stored since


def follow_results(warehouse: Warehouse, promises: PromiseSettings) -> None:
    """Look for promises in what is new, and bring all facts up to it.

    Raises: WarehouseError if the warehouse cannot be written; what was kept before stays.
    """
    find_new_promises(warehouse, promises.hours)
    refresh_facts(warehouse)
    refresh_promises(warehouse, promises.rules)


def refresh_facts(warehouse: Warehouse) -> int:
    """Bring the facts up to the results; how many calls were exchanged.

    Raises: WarehouseError if the warehouse cannot be written; nothing is changed then.
    """

    def work(connection: duckdb.DuckDBPyConnection) -> int:
        connection.execute(statement("queries/facts_touched"))
        row = connection.execute("select count(*) from touched_call").fetchone()
        touched = int(row[0]) if row else 0
        if touched:
            connection.execute(statement("queries/facts_old_days"))
            connection.execute(_EXCHANGE_CALLS)
            connection.execute(statement("queries/facts_of_calls"))
            connection.execute(statement("queries/facts_new_days"))
            for table, query in (
                ("rule_tally", "facts_of_rules"),
                ("team_tally", "facts_of_teams"),
            ):
                connection.execute(_EXCHANGE_DAYS.format(table=table))
                connection.execute(statement(f"queries/{query}"))
            now = {"refreshed_at": datetime.now(UTC)}
            connection.execute(statement("queries/record_refresh"), now)
        return touched

    return write(warehouse, work)


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

"""A call as it was stored: enough to show it again, and to score it again without its sound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import duckdb

from pipeline.errors import WarehouseError
from pipeline.failure import CallFailure
from pipeline.finding import InspectedCall
from warehouse.lake import Warehouse
from warehouse.statements import statement
from warehouse.stored_rows import Parts, Row, failure_of, inspected_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoredCall:
    """The latest result of a call with what it was stored under."""

    result_id: str
    scoring_id: str | None  # None for a failed call
    night_id: str | None
    code_version: str
    recorded_at: datetime
    outcome: InspectedCall | CallFailure


def read_call(warehouse: Warehouse, call_id: str) -> StoredCall:
    """The latest result of one call, in its latest judgement, as the pipeline made it.

    Raises: WarehouseError if there is no such call, or the warehouse cannot be read.
    """

    def read(connection: duckdb.DuckDBPyConnection) -> StoredCall:
        found = connection.execute(
            statement("queries/latest_of_call"), {"call_id": call_id}
        ).fetchone()
        if found is None:
            raise WarehouseError("warehouse.no_such_call", path=warehouse.folder, call_id=call_id)
        result_id, scoring_id = found
        row = _results(connection, {call_id: result_id})[call_id]
        outcome: InspectedCall | CallFailure
        if row["state"] == "done":
            outcome = _judgements(connection, {call_id: scoring_id})[call_id]
        else:
            outcome, scoring_id = failure_of(row), None
        return StoredCall(
            result_id=result_id,
            scoring_id=scoring_id,
            night_id=row["night_id"],
            code_version=row["code_version"],
            recorded_at=row["recorded_at"],
            outcome=outcome,
        )

    return _in_one_version(warehouse, read)


def read_judgements(warehouse: Warehouse, wanted: Mapping[str, str]) -> dict[str, InspectedCall]:
    """Judgements of many calls by call_id, with everything that was heard.

    Args:
        wanted: scoring_id by call_id. Calls that lie near each other in the alphabet are read
            together fastest. What is not in the lake is left out.
    Raises: WarehouseError if the warehouse cannot be read.
    """
    if not wanted:
        return {}
    return _in_one_version(warehouse, lambda connection: _judgements(connection, wanted))


def _in_one_version(warehouse: Warehouse, read: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
    """What `read` asks, all of one version of the lake."""
    connection = warehouse.connection
    try:
        connection.execute("begin")
        try:
            return read(connection)
        finally:
            connection.execute("rollback")
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error


def _judgements(
    connection: duckdb.DuckDBPyConnection, scorings: Mapping[str, str]
) -> dict[str, InspectedCall]:
    by_scoring = _values("scoring_ids", scorings)
    judgements = {r["call_id"]: r for r in _rows(connection, "read_scorecards", by_scoring)}
    if not judgements:
        return {}
    inspections = {call_id: row["result_id"] for call_id, row in judgements.items()}
    by_result = _values("result_ids", inspections)
    rows = _results(connection, inspections)
    turns = _by_call(connection, "read_turns", by_result)
    spans = _by_call(connection, "read_spans", by_result)
    findings = _by_call(connection, "read_findings", by_scoring)
    evidence = _by_call(connection, "read_evidence", by_scoring)
    listened = _by_call(connection, "read_listened", by_result)
    return {
        call_id: inspected_of(
            row,
            judgements[call_id],
            Parts(
                turns[call_id],
                spans[call_id],
                findings[call_id],
                evidence[call_id],
                listened[call_id],
            ),
        )
        for call_id, row in rows.items()
    }


def _results(connection: duckdb.DuckDBPyConnection, results: Mapping[str, str]) -> dict[str, Row]:
    found = _rows(connection, "read_results", _values("result_ids", results))
    return {row["call_id"]: row for row in found}


def _values(name: str, ids: Mapping[str, str]) -> dict[str, object]:
    """The parameters of the reading queries."""
    return {
        "call_ids": list(ids),
        name: list(ids.values()),
        "least": min(ids),
        "greatest": max(ids),
    }


def _by_call(
    connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, object]
) -> Mapping[str, Sequence[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in _rows(connection, query, values):
        found[row["call_id"]].append(row)
    return found


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, object]
) -> list[Row]:
    cursor = connection.execute(statement(f"queries/{query}"), values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

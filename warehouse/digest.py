"""One number for everything that a lake says: equal for equal results, wherever and by whom made.

What differs between two runs over the same recordings is left out: ids that were drawn, moments of
the work, its duration, and paths. All that is left rests on recordings, models, phrasebooks,
program and settings alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Final

import duckdb

from pipeline.errors import WarehouseError
from warehouse.lake import Warehouse
from warehouse.statements import statement

TABLES: Final = ("call", "turn", "finding", "evidence", "scorecard")
_ROWS = 10_000  # in memory at once


def digest(warehouse: Warehouse) -> dict[str, str]:
    """SHA-256 of each table's rows, as JSON lines in a fixed order.

    Raises: WarehouseError if the warehouse cannot be read.
    """
    try:
        return {table: _digest(warehouse, table) for table in TABLES}
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error


def _digest(warehouse: Warehouse, table: str) -> str:
    found = hashlib.sha256()
    for line in _lines(warehouse, table):
        found.update(line)
    return found.hexdigest()


def _lines(warehouse: Warehouse, table: str) -> Iterator[bytes]:
    answer = warehouse.connection.execute(statement(f"queries/digest_{table}"))
    while rows := answer.fetchmany(_ROWS):
        for row in rows:
            yield json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n"

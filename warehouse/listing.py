"""Long lists from the lake, row by row, whatever their length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import duckdb

from pipeline.errors import WarehouseError
from warehouse.connection import EngineLimits, open_warehouse
from warehouse.statements import statement

_LIMITS: Final = EngineLimits(memory_mb=128, threads=1)  # what sorts more spills to the disk
_BATCH: Final = 1000

Row = tuple[object, ...]


def stream_rows(data_dir: Path, query: str, values: Mapping[str, object]) -> Iterator[Row]:
    """The rows of one of `queries/`, in an engine of their own that ends with them.

    Raises: WarehouseError if the lake cannot be read.
    """
    with open_warehouse(data_dir, read_only=True, limits=_LIMITS) as warehouse:
        try:
            cursor = warehouse.connection.execute(statement(f"queries/{query}"), dict(values))
            while rows := cursor.fetchmany(_BATCH):
                yield from rows
        except duckdb.Error as error:
            raise WarehouseError(
                "warehouse.read_failed", path=warehouse.folder, cause=error
            ) from error

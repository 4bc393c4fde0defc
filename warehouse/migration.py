"""The schema of the warehouse, in numbered steps.

`migrations/NNN_name.sql` are applied once each, in order, and recorded in the lake. The views are
no steps: they hold no data, so `migrate` replaces all of them whenever their text changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import duckdb

from pipeline.errors import WarehouseError
from warehouse.lake import Warehouse
from warehouse.statements import statement
from warehouse.writing import write

VIEWS: Final = (  # each after the ones that it reads
    "latest_result",
    "latest_scoring",
    "call",
    "turn",
    "scorecard",
    "finding",
    "evidence",
    "finding_by_rule",
    "finding_by_agent",
    "scorecard_by_agent",
    "talk_by_role",
    "night",
    "promise",
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    sql: str


@cache
def known_migrations() -> tuple[Migration, ...]:
    """The steps that this program knows, ascending by number."""
    folder = Path(__file__).parent / "migrations"
    return tuple(
        Migration(int(path.stem[:3]), path.stem, path.read_text("utf-8"))
        for path in sorted(folder.glob("[0-9][0-9][0-9]_*.sql"))
    )


def migrate(warehouse: Warehouse) -> tuple[str, ...]:
    """Bring the schema to what this program knows, in one transaction.

    Returns: names of the steps applied now, `views` last if the views were replaced; empty if the
        schema was complete.
    Raises: WarehouseError if the schema is newer than this program, or a step fails.
    """
    steps = known_migrations()
    _refuse_newer(warehouse, schema_number(warehouse.connection))
    return write(warehouse, lambda connection: _apply(connection, steps))


def check_schema(warehouse: Warehouse) -> None:
    """Refuse a warehouse whose schema is not the one that this program knows.

    Raises: WarehouseError that names the command that repairs it.
    """
    found, expected = schema_number(warehouse.connection), known_migrations()[-1].number
    _refuse_newer(warehouse, found)
    if found < expected:
        raise WarehouseError(
            "warehouse.older",
            path=warehouse.folder,
            found=found,
            expected=expected,
            data=warehouse.folder.parent,
        )
    if _stored_views(warehouse.connection) != _views_sha256():
        raise WarehouseError("warehouse.views", path=warehouse.folder, data=warehouse.folder.parent)


def schema_number(connection: duckdb.DuckDBPyConnection) -> int:
    """The last step applied; 0 if there is no schema."""
    if not _has_history(connection):
        return 0
    row = connection.execute("select coalesce(max(number), 0) from schema_migration").fetchone()
    return int(row[0]) if row else 0


def _refuse_newer(warehouse: Warehouse, found: int) -> None:
    expected = known_migrations()[-1].number
    if found > expected:
        raise WarehouseError(
            "warehouse.newer", path=warehouse.folder, found=found, expected=expected
        )


def _apply(connection: duckdb.DuckDBPyConnection, steps: tuple[Migration, ...]) -> tuple[str, ...]:
    """Apply what is not there; looks again, for another process may have been quicker."""
    if not _has_history(connection):
        connection.execute(statement("queries/create_history"))
    found = schema_number(connection)
    applied = []
    for step in steps:
        if step.number > found:
            connection.execute(step.sql)
            connection.execute(
                statement("queries/record_migration"), {"number": step.number, "name": step.name}
            )
            applied.append(step.name)
    if _replace_views(connection):
        applied.append("views")
    return tuple(applied)


def _replace_views(connection: duckdb.DuckDBPyConnection) -> bool:
    if _stored_views(connection) == _views_sha256():
        return False
    for name in VIEWS:
        connection.execute(statement(f"views/{name}"))
    connection.execute(statement("queries/record_views"), {"sha256": _views_sha256()})
    return True


@cache
def _views_sha256() -> str:
    text = "\n".join(statement(f"views/{name}") for name in VIEWS)
    return hashlib.sha256(text.encode()).hexdigest()


def _stored_views(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Digest of the views in place; None before the first. Needs the history to be there."""
    row = connection.execute(statement("queries/stored_views")).fetchone()
    return str(row[0]) if row else None


def _has_history(connection: duckdb.DuckDBPyConnection) -> bool:
    row = connection.execute(statement("queries/has_history")).fetchone()
    return row is not None

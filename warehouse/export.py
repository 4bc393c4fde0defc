"""One ordinary DuckDB file with everything that counts now, for tools that know no DuckLake."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from pipeline.errors import WarehouseError
from pipeline.messages import say
from warehouse.dictionary import read_dictionary
from warehouse.lake import Warehouse, quoted
from warehouse.statements import statement

RELATIONS: Final = (
    "call",
    "turn",
    "finding",
    "evidence",
    "scorecard",
    "finding_by_rule",
    "finding_by_agent",
    "scorecard_by_agent",
    "talk_by_role",
    "night",
    "promise",
)
_MARK: Final = "tingjian_export"  # the table by which an export is known


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """One table of the file."""

    name: str
    rows: int


def export(warehouse: Warehouse, out: Path, *, force: bool = False) -> tuple[ExportedTable, ...]:
    """Write all that counts now, as of one moment, into the DuckDB file `out`.

    It is written beside its place and then moved there: `out` is the old file or the new one,
    never a part. A file that is no earlier export is left alone unless `force`.

    Raises: WarehouseError if `out` is something else, or cannot be written.
    """
    if out.is_dir() or (out.exists() and not force and not _is_export(out)):
        raise WarehouseError("warehouse.export_exists", path=out)
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        tables = _write(warehouse.connection, partial)
        _move_into_place(partial, out)
    except (duckdb.Error, OSError) as error:
        raise WarehouseError("warehouse.export_failed", path=out, cause=error) from error
    finally:
        for leftover in (partial, partial.with_name(f"{partial.name}.wal")):
            leftover.unlink(missing_ok=True)
    return tables


def _write(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[ExportedTable, ...]:
    path.unlink(missing_ok=True)  # of a process of the same number that was killed
    connection.execute(f"attach {quoted(str(path))} as exported")
    try:
        connection.execute("begin")
        try:
            for name in (*RELATIONS, _MARK):
                connection.execute(statement(f"export_tables/{name}"))
            _explain(connection)
            connection.execute("commit")
        except BaseException:
            with suppress(duckdb.Error):
                connection.execute("rollback")
            raise
        connection.execute("checkpoint exported")
        return tuple(_count(connection, name) for name in RELATIONS)
    finally:
        connection.execute("detach exported")


def _explain(connection: duckdb.DuckDBPyConnection) -> None:
    """What tables and columns mean, in the file itself, where tools for charts show it."""
    made = connection.execute(
        "select table_name, column_name from duckdb_columns() where database_name = 'exported'"
    ).fetchall()
    for entry in read_dictionary():
        told = quoted(say(entry.meaning, "en"))
        if entry.name in RELATIONS:
            connection.execute(f'comment on table exported.main."{entry.name}" is {told}')
            for column in entry.columns:
                if (entry.name, column.name) in made:
                    place = f'exported.main."{entry.name}"."{column.name}"'
                    told = quoted(say(column.meaning, "en"))
                    connection.execute(f"comment on column {place} is {told}")


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> ExportedTable:
    row = connection.table(f"exported.main.{name}").count("*").fetchone()
    return ExportedTable(name, int(row[0]) if row else 0)


def _move_into_place(partial: Path, out: Path) -> None:
    _synchronise(partial)
    partial.replace(out)
    _synchronise(out.parent)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_export(path: Path) -> bool:
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute("select table_name from duckdb_tables()").fetchall()
    except duckdb.Error:
        return False
    return (_MARK,) in found

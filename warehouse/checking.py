"""Whether the warehouse is whole: what the catalogue counts against full scans, and what rows that
belong together say of each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipeline.errors import WarehouseError
from warehouse.lake import Warehouse
from warehouse.statements import statement


@dataclass(frozen=True, slots=True)
class TableCount:
    """A table by the catalogue and by a scan of its files."""

    name: str
    catalogued: int
    scanned: int


@dataclass(frozen=True, slots=True)
class Check:
    """What was found; whole if nothing is at fault."""

    tables: tuple[TableCount, ...]
    faults: tuple[tuple[str, int], ...]  # by name, only those with rows at fault
    unreadable: tuple[str, ...] = ()  # what a scan could not read, with the reason

    @property
    def whole(self) -> bool:
        """Whether every count agrees and no row is at fault."""
        agree = all(table.catalogued == table.scanned for table in self.tables)
        return agree and not self.faults and not self.unreadable


def check_warehouse(warehouse: Warehouse) -> Check:
    """Read every row of every table once, and look for rows that miss others.

    Raises: WarehouseError if the catalogue cannot be read; a file that cannot be read is told in
        the result.
    """
    connection = warehouse.connection
    try:
        counted = connection.execute(statement("queries/catalogued_rows")).fetchall()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error
    tables: list[TableCount] = []
    unreadable: list[str] = []
    for name, rows in counted:
        try:
            tables.append(TableCount(name, int(rows), _scan(connection, name)))
        except duckdb.Error as error:
            unreadable.append(f"{name}: {str(error).splitlines()[0]}")
    faults: list[tuple[str, int]] = []
    if not unreadable:
        found = connection.execute(statement("queries/check_faults")).fetchall()
        faults = [(name, int(count)) for name, count in found if count]
    return Check(tuple(tables), tuple(faults), tuple(unreadable))


def _scan(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """The rows of a table, counted by a digest over all columns, so that no statistics answer."""
    found = connection.execute(
        f'select bit_xor(digest), count(*) from (select hash("{table}") as digest from "{table}")'
    ).fetchone()
    return int(found[1]) if found else 0

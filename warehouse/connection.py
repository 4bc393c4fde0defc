"""Opening the warehouse of a data folder."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import WarehouseError
from warehouse.lake import EngineLimits, Warehouse, attach, catalogue_of, detach, start_engine
from warehouse.migration import check_schema, migrate, schema_number
from warehouse.place import Place, load_place
from warehouse.writing import sole_writer

__all__ = ["EngineLimits", "Warehouse", "open_warehouse", "reattach"]


def open_warehouse(
    data_dir: Path,
    *,
    read_only: bool = False,
    any_schema: bool = False,
    limits: EngineLimits | None = None,
) -> Warehouse:
    """Open the warehouse under `data_dir`, making it if it is to be written and is not there.

    Args:
        data_dir: the data folder, `DATA`.
        read_only: nothing is made or changed; readers never hold up the writer.
        any_schema: take the schema as it is, even none; for `migrate` alone.
        limits: memory and threads of this connection; the defaults if None.
    Raises: WarehouseError if it is not there or not readable, if its schema is older (names
        the command that repairs it) or newer than this program.
    """
    place = load_place(data_dir.absolute())
    folder = place.data / "warehouse"
    if read_only and place.catalog is None and not catalogue_of(folder).exists():
        raise WarehouseError("warehouse.missing", path=folder, data=data_dir)
    warehouse = _open(folder, place=place, read_only=read_only, limits=limits or EngineLimits())
    try:
        if not any_schema:
            if not read_only and schema_number(warehouse.connection) == 0:
                migrate(warehouse)
            check_schema(warehouse)
    except BaseException:
        warehouse.close()
        raise
    return warehouse


def reattach(warehouse: Warehouse) -> None:
    """Connect the same warehouse to its catalogue anew, after the server had gone away.

    Raises: WarehouseError if it is not to be reached.
    """
    try:
        detach(warehouse.connection)
        attach(
            warehouse.connection,
            warehouse.folder,
            place=warehouse.place,
            read_only=warehouse.read_only,
        )
    except (duckdb.Error, OSError) as error:
        raise WarehouseError("warehouse.unreadable", path=warehouse.folder, cause=error) from error


def _open(folder: Path, *, place: Place, read_only: bool, limits: EngineLimits) -> Warehouse:
    if not read_only or place.catalog is not None:
        try:
            (folder / "lake").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WarehouseError("warehouse.unreadable", path=folder, cause=error) from error
    connection = start_engine(limits=limits, temp_dir=folder / "tmp")
    try:
        if read_only:
            attach(connection, folder, place=place, read_only=True)
        else:
            with sole_writer(folder, place=place):  # attaching anew makes the catalogue
                attach(connection, folder, place=place, read_only=False)
    except (duckdb.Error, OSError) as error:
        connection.close()
        raise WarehouseError("warehouse.unreadable", path=folder, cause=error) from error
    except BaseException:
        connection.close()
        raise
    return Warehouse(connection, folder, read_only, place)

"""The writer's lock of a catalogue in PostgreSQL, for writers on several machines."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from pipeline.errors import WarehouseError
from warehouse.place import Place

_POLL_S = 0.05
_NUMBER = zlib.crc32(b"tingjian.writer")  # of the advisory lock, within one database


@contextmanager
def catalogue_lock(place: Place, *, patience_s: float) -> Iterator[None]:
    """Hold it. The server drops it when this process or its connection dies.

    Raises: WarehouseError if it is not to be had within `patience_s`, or nobody answers.
    """
    engine = create_engine(
        catalogue_address(place), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    try:
        with engine.connect() as connection:
            _wait(connection, place, patience_s)
            yield
    except SQLAlchemyError as error:
        raise WarehouseError("warehouse.write", path=place.data, attempts=1, cause=error) from error


def catalogue_address(place: Place) -> URL:
    """The catalogue's database, as SQLAlchemy writes it."""
    values = place.catalog_values
    return URL.create(
        "postgresql+pg8000",
        username=values.get("user"),
        password=place.password,
        host=values.get("host"),
        port=int(values["port"]) if "port" in values else None,
        database=values.get("dbname"),
    )


def _wait(connection: Connection, place: Place, patience_s: float) -> None:
    give_up = time.monotonic() + patience_s
    asked = text("select pg_try_advisory_lock(:number)")
    while not connection.execute(asked, {"number": _NUMBER}).scalar():
        if time.monotonic() >= give_up:
            path = "pg_advisory_lock"
            raise WarehouseError("warehouse.busy", path=path, waited_s=round(patience_s))
        time.sleep(_POLL_S)

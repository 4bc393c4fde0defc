"""Whether the servers of a data folder answer, and what it looks like when one went away."""

from __future__ import annotations

from typing import Final

import duckdb
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from pipeline.errors import WarehouseError
from warehouse.catalogue_lock import catalogue_address
from warehouse.lake import Warehouse

# How PostgreSQL, its drivers and the network say that nobody is there any more, or not yet; and
# what DuckDB says of a transaction in which it happened, when what happened was told to nobody.
_SIGNS: Final = (
    *("connection", "network", "server closed", "terminat", "starting up", "shutting down"),
    *("recovery mode", "broken pipe", "57p0", "transaction is aborted"),
)


def is_served(warehouse: Warehouse) -> bool:
    """Whether catalogue, decisions or both lie on a server, which may go and come back."""
    return warehouse.place.catalog is not None or warehouse.place.decisions is not None


def answer(warehouse: Warehouse, decisions: Engine) -> bool:
    """Whether all servers answer now."""
    try:
        _ask(decisions)
        if warehouse.place.catalog is not None:
            catalogue = create_engine(catalogue_address(warehouse.place), poolclass=NullPool)
            _ask(catalogue)
    except (SQLAlchemyError, OSError):
        return False
    return True


def _ask(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("select 1")).scalar()


def went_away(error: BaseException) -> bool:
    """Whether the cause of an error is a server that went away, or a connection to it."""
    cause = error.__cause__ if isinstance(error, WarehouseError) else error
    if isinstance(cause, WarehouseError):
        return went_away(cause)
    if isinstance(cause, DBAPIError) and cause.connection_invalidated:
        return True
    known = isinstance(cause, SQLAlchemyError | duckdb.Error | OSError)
    return known and _says_so(str(cause).lower())


def _says_so(text: str) -> bool:
    # `Failed to execute query "ROLLBACK": ` and nothing more: the connection could not tell why
    return text.rstrip().endswith('":') or any(sign in text for sign in _SIGNS)

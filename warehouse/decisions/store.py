"""The database of decisions of a data folder: SQLite beside the lake, or PostgreSQL by its URL."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from pipeline.errors import WarehouseError
from warehouse.place import load_place

_BUSY_TIMEOUT_MS = 15_000
_MIGRATIONS = Path(__file__).parent / "migrations"


def open_decisions(data_dir: Path, *, url: str | None = None) -> Engine:
    """The database, made or brought up to date; threads share the engine.

    Args:
        data_dir: the data folder; DATA/decisions.sqlite unless `url` or DATA/place.toml names
            another database.
    Raises: WarehouseError if it cannot be opened.
    """
    place = load_place(data_dir.absolute())
    url = url or place.decisions
    address = make_url(url or f"sqlite:///{(data_dir / 'decisions.sqlite').absolute()}")
    if address.password is None and place.password and not address.drivername.startswith("sqlite"):
        address = address.set(password=place.password)
    try:
        if url is None:
            data_dir.mkdir(parents=True, exist_ok=True)
        engine = create_engine(address, pool_pre_ping=url is not None)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare)
            event.listen(engine, "begin", _begin)
        _migrate(engine)
    except (SQLAlchemyError, OSError) as error:
        raise WarehouseError("warehouse.decisions", path=data_dir, cause=error) from error
    return engine


def _prepare(connection: SqliteConnection, _: ConnectionPoolEntry) -> None:
    """Readers and one writer side by side; transactions begin where SQLAlchemy says."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode = wal",
        "synchronous = normal",
        "foreign_keys = on",
        "secure_delete = on",  # what is deleted leaves no bytes in the file
        f"busy_timeout = {_BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"pragma {pragma}")


def _begin(connection: Any) -> None:
    """A transaction that will write takes the lock at once: it cannot fail half-way for it."""
    mode = connection.get_execution_options().get("sqlite_begin", "deferred")
    connection.exec_driver_sql(f"begin {mode}")


def writing(engine: Engine) -> Engine:
    """The same database for transactions that write."""
    return engine.execution_options(sqlite_begin="immediate")


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")

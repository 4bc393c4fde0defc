"""The DuckLake: a DuckDB engine in memory, a catalogue and Parquet files.

    DATA/warehouse/catalog.sqlite   what belongs to which version, and where it lies
    DATA/warehouse/lake/            the rows, as Parquet
    DATA/warehouse/writer.lock      held by the one who writes
    DATA/warehouse/tmp/             what a large query spills

With DATA/place.toml (see `warehouse.place`) the catalogue is a PostgreSQL database and the files
lie in an object store; the same SQL, for many machines.

The catalogue is in SQLite's write-ahead mode: readers and the writer do not wait for each other
(with a rollback journal a commit beside one polling reader took four times as long, and failed at
times). That mode needs a local disk; a shared catalogue is PostgreSQL's work.

Data inlining, that is, rows of small commits kept in the catalogue instead of in Parquet, is off.
It made commits of a few rows a third faster, but keeps structs, JSON and decimals as text of the
catalogue's own dialect, and there would be two ways to read a row; merging the small files is what
`tingjian warehouse maintain` is for.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import TracebackType

import duckdb

from pipeline.errors import WarehouseError
from warehouse.place import S3, Place

_BUSY_TIMEOUT_MS = 30_000  # how long SQLite waits for another process inside the catalogue


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What one connection may take from the machine."""

    memory_mb: int = 1024
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Warehouse:
    """An open warehouse; closes at the end of its `with` block.

    One thread uses it at a time; every thread and process opens its own.
    """

    connection: duckdb.DuckDBPyConnection
    folder: Path  # DATA/warehouse
    read_only: bool
    place: Place

    def close(self) -> None:
        """Let go of the catalogue; closing twice does no harm."""
        self.connection.close()

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def catalogue_of(folder: Path) -> Path:
    """The catalogue file of the warehouse in `folder`."""
    return folder / "catalog.sqlite"


def start_engine(*, limits: EngineLimits, temp_dir: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that knows DuckLake and never touches the network; its clock is UTC.

    Raises: WarehouseError if an extension is not installed beside this DuckDB.
    """
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "memory_limit": f"{limits.memory_mb}MB",
            "threads": limits.threads,
            "temp_directory": str(temp_dir),
        }
    )
    for name in ("sqlite_scanner", "ducklake"):
        connection.load_extension(str(_extension(name)))
    connection.execute("set TimeZone = 'UTC'")
    return connection


def attach(
    connection: duckdb.DuckDBPyConnection, folder: Path, *, place: Place, read_only: bool
) -> None:
    """Make the lake the connection's default database, under the name `lake`.

    The data path is given anew each time, so that a data folder can be moved. ATTACH takes no
    parameters, so its text is put together here, with quoted paths.

    Raises: duckdb.Error if the catalogue cannot be read.
    """
    options = [
        f"data_path {quoted(place.lake or str(folder / 'lake'))}",
        "override_data_path true",
        "data_inlining_row_limit 0",
    ]
    if place.on_s3:
        _let_in(connection, place.s3)
    else:  # the system keeps what was read of a disk; once more in each engine is 27 MB
        connection.execute("set enable_external_file_cache = false")
    if place.catalog is not None:
        connection.load_extension(str(_extension("postgres_scanner")))
        source = quoted(f"ducklake:postgres:{place.catalog}")
    else:
        source = quoted(f"ducklake:sqlite:{catalogue_of(folder)}")
        options += ["meta_journal_mode 'WAL'", f"meta_busy_timeout {_BUSY_TIMEOUT_MS}"]
    if read_only:
        options.append("read_only")
    connection.execute(f"attach {source} as lake ({', '.join(options)})")
    connection.execute("use lake")


def detach(connection: duckdb.DuckDBPyConnection) -> None:
    """Let go of the lake, if it is there; what was not committed is gone."""
    with suppress(duckdb.Error):
        connection.execute("rollback")
    connection.execute("use memory")
    connection.execute("detach database if exists lake")


def _let_in(connection: duckdb.DuckDBPyConnection, s3: S3) -> None:
    """Let this connection at the object store, with keys that are kept in memory only."""
    connection.load_extension(str(_extension("httpfs")))
    values = {
        "type": "s3",
        "key_id": quoted(s3.key or ""),
        "secret": quoted(s3.secret or ""),
        "region": quoted(s3.region),
        "use_ssl": str(s3.tls).lower(),
    }
    if s3.endpoint is not None:
        values |= {"endpoint": quoted(s3.endpoint), "url_style": "'path'"}
    text = ", ".join(f"{name} {value}" for name, value in values.items())
    connection.execute(f"create or replace temporary secret lake_files ({text})")


def quoted(text: str) -> str:
    """A literal of SQL, for the few statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def _extension(name: str) -> Path:
    package = f"duckdb_extension_{name}"
    part = f"extensions/v{duckdb.__version__}/{name}.duckdb_extension"
    try:
        path = Path(str(resources.files(package))) / part
    except ModuleNotFoundError as error:
        raise WarehouseError("warehouse.extension", name=name, path=package) from error
    if not path.is_file():
        raise WarehouseError("warehouse.extension", name=name, path=path)
    return path

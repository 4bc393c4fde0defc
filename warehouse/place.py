"""Where the results and decisions of a data folder lie: in it, or where DATA/place.toml says.

    catalog = "postgres:host=db dbname=tingjian user=tingjian"       # the lake's catalogue
    lake = "s3://bucket/tingjian/lake"                               # its files
    decisions = "postgresql+pg8000://tingjian@db/tingjian"           # what people write, the ledger
    s3_endpoint = "minio.example:9000"                               # None: Amazon's
    s3_region = "eu-west-1"
    s3_tls = true

Every key is optional. Secrets are no part of it: PGPASSWORD, AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY come from the environment, as those who made them meant it. (They are read
here, because every command and every worker opens its data folder by itself.)
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from pipeline.errors import ConfigurationError

FILE: Final = "place.toml"
_POSTGRES: Final = "postgres:"


@dataclass(frozen=True, slots=True)
class S3:
    """An object store that speaks S3."""

    endpoint: str | None = None  # host:port; None = Amazon's
    region: str = "us-east-1"
    tls: bool = True
    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the results and decisions of one data folder lie."""

    data: Path
    catalog: str | None = None  # libpq's connection string; None = SQLite in the folder
    lake: str | None = None  # s3://…; None = files in the folder
    decisions: str | None = None  # SQLAlchemy's URL; None = SQLite in the folder
    s3: S3 = field(default_factory=S3)
    password: str | None = field(default=None, repr=False)  # of PostgreSQL

    @property
    def on_s3(self) -> bool:
        """Whether the lake's files are in an object store."""
        return self.lake is not None and self.lake.startswith("s3://")

    @property
    def catalog_values(self) -> Mapping[str, str]:
        """The connection string by key; empty for SQLite."""
        return dict(part.split("=", 1) for part in (self.catalog or "").split())


def load_place(data: Path, *, environment: Mapping[str, str] | None = None) -> Place:
    """Where the data folder's results and decisions lie; in the folder, if it does not say.

    Raises: ConfigurationError that names what is wrong with DATA/place.toml.
    """
    secrets = os.environ if environment is None else environment
    path = data / FILE
    found = _read(path) if path.is_file() else _Given()
    return Place(
        data,
        catalog=found.catalog,
        lake=found.lake,
        decisions=found.decisions,
        s3=S3(
            endpoint=found.s3_endpoint,
            region=found.s3_region,
            tls=found.s3_tls,
            key=secrets.get("AWS_ACCESS_KEY_ID"),
            secret=secrets.get("AWS_SECRET_ACCESS_KEY"),
        ),
        password=secrets.get("PGPASSWORD"),
    )


@dataclass(frozen=True, slots=True)
class _Given:
    """The keys of the file."""

    catalog: str | None = None
    lake: str | None = None
    decisions: str | None = None
    s3_endpoint: str | None = None
    s3_region: str = S3().region
    s3_tls: bool = True


def _read(path: Path) -> _Given:
    try:
        values = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError("place.unreadable", path=path, detail=error) from error
    known = [each.name for each in fields(_Given)]
    for name, value in values.items():
        if name not in known:
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise ConfigurationError("place.unknown_key", path=path, field=name, nearest=nearest)
        fits = isinstance(value, bool if name == "s3_tls" else str)
        if not fits or (name == "lake" and not value.startswith("s3://")):
            raise ConfigurationError("place.value", path=path, field=name, value=value)
    if "catalog" in values:
        values["catalog"] = _connection_string(values["catalog"], path)
    return _Given(**values)


def _connection_string(value: str, path: Path) -> str:
    text = value.removeprefix(_POSTGRES)
    parts = text.split()
    if text == value or not parts or not all("=" in part for part in parts):
        raise ConfigurationError("place.value", path=path, field="catalog", value=value)
    if any(part.startswith("password=") for part in parts):
        raise ConfigurationError("place.secret", path=path, field="catalog")
    return text

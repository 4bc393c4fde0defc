"""Recordings in an object store that speaks S3: listed, and fetched one by one.

The keys come from the environment, as Amazon's own tools take them, on every machine that fetches.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import AudioError, UsageError
from warehouse.place import S3

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, S3FileSystem

SCHEME = "s3://"
_PIECE_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the store."""

    key: str  # bucket/folder/name
    size_bytes: int
    changed_ns: int

    @property
    def address(self) -> str:
        """As it is written elsewhere."""
        return f"{SCHEME}{self.key}"


@cache
def store_of(s3: S3) -> S3FileSystem:
    """The store; made once per process."""
    from pyarrow.fs import S3FileSystem

    where = {"endpoint_override": s3.endpoint} if s3.endpoint else {}
    keys = {"access_key": s3.key, "secret_key": s3.secret} if s3.key else {}
    return S3FileSystem(region=s3.region, scheme="https" if s3.tls else "http", **where, **keys)


def list_items(address: str, s3: S3) -> tuple[Item, ...]:
    """Every file in and below a folder `s3://bucket/folder`, by key.

    Raises: UsageError if it cannot be listed.
    """
    from pyarrow.fs import FileSelector, FileType

    folder = address.removeprefix(SCHEME).strip("/")
    try:
        found: list[FileInfo] = store_of(s3).get_file_info(FileSelector(folder, recursive=True))
    except OSError as error:
        raise UsageError("inbox.store", path=address, detail=_brief(error)) from error
    items = [
        Item(each.path, each.size, each.mtime_ns) for each in found if each.type == FileType.File
    ]
    return tuple(sorted(items, key=lambda item: item.key))


def read_item(item: Item, s3: S3) -> Iterator[bytes]:
    """The bytes of a file, piece by piece. Raises: OSError."""
    with store_of(s3).open_input_stream(item.key) as stream:
        while piece := stream.read(_PIECE_BYTES):
            yield piece


@contextmanager
def fetched(address: str, s3: S3) -> Iterator[Path]:
    """A recording as a file of this machine, for the length of the block.

    Raises: AudioError if it cannot be fetched.
    """
    key = address.removeprefix(SCHEME)
    with tempfile.TemporaryDirectory(prefix="tingjian-") as folder:
        path = Path(folder) / Path(key).name
        try:
            with path.open("wb") as file:
                for piece in read_item(Item(key, 0, 0), s3):
                    file.write(piece)
        except OSError as error:
            raise AudioError("inbox.fetch", path=address, detail=_brief(error)) from error
        yield path


@contextmanager
def as_file(place: str, s3: S3) -> Iterator[Path]:
    """A recording as a file of this machine, whether it is one or lies in an object store.

    Raises: AudioError if it cannot be fetched; a file that is not there is for the reader to tell.
    """
    if not place.startswith(SCHEME):
        yield Path(place)
        return
    with fetched(place, s3) as path:
        yield path


def _brief(error: OSError) -> str:
    return " ".join(str(error).split())[:200]

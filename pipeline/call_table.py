"""`calls.csv`: the metadata of all recordings of a folder, a row for each."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from pipeline.metadata_values import KEYS, Fault, Layer, is_slip, nearest

_DELIMITERS = (",", ";", "\t")
_BYTES_MAX = 200_000_000


@dataclass(frozen=True, slots=True)
class CallTable:
    """Rows by the file that they name, as it is written there."""

    path: Path
    rows: Mapping[str, tuple[Layer, ...]]
    faults: tuple[Fault, ...] = ()  # of the whole table; then there are no rows

    def row_of(self, audio: Path) -> Layer:
        """What the table says of a recording; without values if it does not name it."""
        name = self.path.name
        if self.faults:
            return Layer(name, faults=self.faults)
        for written in _ways_to_write(audio, self.path.parent):
            found = self.rows.get(written, ())
            if len(found) > 1:
                lines = ", ".join(row.source.rpartition(":")[2] for row in found)
                values: dict[str, object] = {"source": name, "file": written, "lines": lines}
                return Layer(name, faults=(("metadata.table_row_twice", values),))
            if found:
                return found[0]
        return Layer(name)


def read_call_table(path: Path) -> CallTable:
    """Read a table, once for each state of the file.

    UTF-8 with or without a mark, or GB18030; separated by commas, semicolons or tabs. The column
    `file` says which recording a row is of; without it, `call_id` is compared with the file's stem.
    Further columns are ignored, unless they look like a misspelt key.
    """
    try:
        status = path.stat()
        return _read(path, status.st_mtime_ns, status.st_size)
    except OSError as e:
        values: dict[str, object] = {"source": path.name, "detail": e.strerror or str(e)}
        return CallTable(path, {}, (("metadata.file", values),))


def decode(data: bytes) -> str | None:
    """UTF-8, else GB18030, as Chinese Windows writes; None if it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


@lru_cache(maxsize=8)
def _read(path: Path, _mtime_ns: int, size: int) -> CallTable:
    source: dict[str, object] = {"source": path.name}
    if size > _BYTES_MAX:
        return CallTable(path, {}, (("metadata.too_large", source),))
    text = decode(path.read_bytes())
    if text is None:
        return CallTable(path, {}, (("metadata.encoding", source),))
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        faults = _header_faults(header, path.name)
        rows = () if faults else tuple((reader.line_num, cells) for cells in reader)
    except csv.Error as e:
        values = {**source, "line": reader.line_num, "detail": str(e)}
        return CallTable(path, {}, (("metadata.table_syntax", values),))
    if faults:
        return CallTable(path, {}, faults)
    by_file: dict[str, tuple[Layer, ...]] = {}
    column = header.index("file" if "file" in header else "call_id")
    for line, cells in rows:
        if len(cells) > column and (written := _written(cells[column])):
            row = _row(header, cells, source=f"{path.name}:{line}")
            by_file[written] = (*by_file.get(written, ()), row)
    return CallTable(path, by_file)


def _header_faults(header: list[str], source: str) -> tuple[Fault, ...]:
    faults: list[Fault] = []
    if "file" not in header and "call_id" not in header:
        faults.append(("metadata.table_columns", {"source": source}))
    for name in dict.fromkeys(header):
        if name in (*KEYS, "file"):
            if header.count(name) > 1:
                faults.append(("metadata.twice", {"source": source, "field": name}))
        elif is_slip(name):
            values: dict[str, object] = {"source": source, "field": name, "nearest": nearest(name)}
            faults.append(("metadata.unknown_key", values))
    return tuple(faults)


def _row(header: list[str], cells: list[str], *, source: str) -> Layer:
    """A row's values by key; one with more cells than columns has slipped and says nothing safe."""
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        values: dict[str, object] = {"source": source, "cells": len(cells), "columns": len(header)}
        return Layer(source, faults=(("metadata.table_cells", values),))
    pairs = zip(header, cells, strict=False)
    return Layer(source, {name: cell for name, cell in pairs if name in KEYS})


def _written(cell: str) -> str:
    """A file as a cell names it, in one form: composed characters, forward slashes, no `./`."""
    text = unicodedata.normalize("NFC", cell.strip()).replace("\\", "/")
    return str(PurePosixPath(text)) if text else ""


def _ways_to_write(audio: Path, folder: Path) -> list[str]:
    """How a table in `folder` may name a recording: from there or bare, with suffix or without."""
    names = [PurePosixPath(audio.name)]
    if audio.is_relative_to(folder):
        names.insert(0, PurePosixPath(audio.relative_to(folder).as_posix()))
    ways = [str(way) for name in names for way in (name, name.with_suffix(""))]
    return [unicodedata.normalize("NFC", way) for way in dict.fromkeys(ways)]

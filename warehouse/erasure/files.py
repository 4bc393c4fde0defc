"""Erasing files: recordings, their sidecars, sound made for the console, what nights wrote."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from warehouse.erasure.lake import ERASED, blanked
from warehouse.erasure.subject import Traces
from warehouse.erasure.words import Words

_SQLITE: Final = (".sqlite", ".sqlite-wal", ".sqlite-shm", ".db")
_LARGE: Final = 64 * 2**20  # bytes read at once


def erase_recordings(traces: Traces) -> list[str]:
    """Delete the recordings with their sidecars, and their rows of a `calls.csv`; the paths."""
    gone: list[str] = []
    for name in sorted(traces.recordings):
        path = Path(name)
        for each in (path, path.with_suffix(".json"), path.with_name(f"{path.name}.json")):
            if each.is_file():
                each.unlink()
                gone.append(str(each))
    for folder in sorted({Path(name).parent for name in traces.recordings}):
        table = folder / "calls.csv"
        if table.is_file() and _thin_out(table, traces.call_ids):
            gone.append(f"{table} (rows)")
    return gone


def _thin_out(table: Path, call_ids: Collection[str]) -> bool:
    """Leave the rows of these calls out of a table; whether there were any."""
    text = table.read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or "call_id" not in rows[0]:
        return False
    at = rows[0].index("call_id")
    kept = [rows[0], *(row for row in rows[1:] if at >= len(row) or row[at] not in call_ids)]
    if len(kept) == len(rows):
        return False
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(kept)
    table.write_text(out.getvalue(), "utf-8")
    return True


def erase_derived(data_dir: Path, traces: Traces) -> list[str]:
    """Delete or blank what was made of the calls under the data folder: files whose name tells of
    them go, texts are blanked, and Prefect's record of the runs goes where it names one.
    """
    gone: list[str] = []
    prefect = data_dir / "prefect"
    if prefect.is_dir() and any(_holds(path, traces.words) for path in _files(prefect)):
        shutil.rmtree(prefect)
        gone.append(str(prefect))
    reports = data_dir / "reports"
    if reports.is_dir() and traces.call_ids:
        # packed, so that nobody can read there what they hold; they can be made anew
        shutil.rmtree(reports)
        gone.append(str(reports))
    for path in list(_files(data_dir)):
        if _is_store(path, data_dir):
            continue
        if traces.words.in_text(path.stem):
            path.unlink()
            gone.append(str(path))
        elif path.suffix in (".json", ".md", ".txt", ".log") and _blank(path, traces.words):
            gone.append(f"{path} (words)")
    return gone


def _blank(path: Path, words: Words) -> bool:
    text = path.read_text("utf-8", "replace")
    if not words.in_text(text):
        return False
    if path.suffix == ".json":
        try:
            content = blanked(json.loads(text), words)
        except json.JSONDecodeError:
            pass
        else:
            path.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
            return True
    path.write_text(words.blanked(text, ERASED), "utf-8")
    return True


def files_with(data_dir: Path, traces: Traces) -> list[str]:
    """Files under the data folder, and recordings, that still tell of the calls: read whole, byte
    by byte; databases and Parquet files are asked by their own means.
    """
    found = [name for name in sorted(traces.recordings) if Path(name).exists()]
    for path in _files(data_dir):
        if not _is_store(path, data_dir) and (
            traces.words.in_text(path.stem) or _holds(path, traces.words)
        ):
            found.append(str(path))
    return found


def _is_store(path: Path, data_dir: Path) -> bool:
    """Parts of the lake, databases, certificates."""
    inside = path.relative_to(data_dir).parts
    return inside[0] in ("warehouse", "erasures") or path.name.endswith(_SQLITE)


def _holds(path: Path, words: Words) -> bool:
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_LARGE):
            block = tail + chunk
            if words.in_bytes(block):
                return True
            tail = block[-words.longest - 1 :]
    return False


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())

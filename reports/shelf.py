"""The reports of a data folder, DATA/reports: how files are named, which there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipeline.errors import TingjianError
from pipeline.messages import Language
from reports.kinds import Form, Kind
from reports.order import Order

_NAME: Final = re.compile(rf"({'|'.join(Kind)})-([0-9W_-]{{7,21}})\.(zh|es|en)\.({'|'.join(Form)})")


@dataclass(frozen=True, slots=True)
class Shelved:
    """One report that was made."""

    name: str  # of the file
    kind: Kind
    period: str
    language: Language
    form: Form
    size: int  # bytes
    made_at: datetime


def folder_of(data: Path) -> Path:
    """Where a data folder keeps its reports."""
    return data / "reports"


def name_of(order: Order) -> str:
    """What the file of a report over all agents is called."""
    return f"{order.kind}-{order.period.name}.{order.language}.{order.form}"


def make_room(data: Path) -> Path:
    """The folder, made if need be. Raises: TingjianError if it cannot be."""
    folder = folder_of(data)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        cause = error.strerror or str(error)
        raise TingjianError("reports.not_written", path=folder, cause=cause) from error
    return folder


def list_shelf(data: Path) -> tuple[Shelved, ...]:
    """The reports that there are, the latest days first; other files are passed over."""
    found = []
    folder = folder_of(data)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        parts = _NAME.fullmatch(path.name)
        if parts and path.is_file() and not path.is_symlink():
            kind, period, language, form = parts.groups()
            about = path.stat()
            made_at = datetime.fromtimestamp(about.st_mtime, UTC)
            spoken: Language = "zh" if language == "zh" else "es" if language == "es" else "en"
            found.append(
                Shelved(path.name, Kind(kind), period, spoken, Form(form), about.st_size, made_at)
            )
    return tuple(sorted(found, key=lambda s: (s.period, s.kind, s.name), reverse=True))

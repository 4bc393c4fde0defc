"""A report as the bytes of a file, and where they go."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pipeline.errors import TingjianError, UsageError
from reports.blocks import Report
from reports.fonts import find_letters
from reports.kinds import Form
from reports.order import Order
from reports.paper import set_pdf
from reports.tables import csv_bytes, xlsx_bytes


def write_report(report: Report, order: Order) -> bytes:
    """The file's content. Raises: TingjianError if it cannot be set on paper."""
    match order.form:
        case Form.XLSX:
            return xlsx_bytes(report)
        case Form.CSV:
            return csv_bytes(report)
    return set_pdf(report, find_letters(order.fonts))


def form_of(path: Path, wanted: str | None) -> Form:
    """The form that is asked for, else the one that the file's name says. Raises: UsageError."""
    if wanted is not None:
        return Form(wanted)
    try:
        return Form(path.suffix.lower().removeprefix("."))
    except ValueError as error:
        raise UsageError("reports.no_form", path=path) from error


def store(content: bytes, path: Path) -> None:
    """Write a file whole or not at all. Raises: TingjianError naming what is in the way."""
    part = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name[:40]}.", delete=False
        ) as file:
            part = Path(file.name)
            file.write(content)
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    except OSError as error:
        if part is not None:
            with suppress(OSError):
                part.unlink()
        cause = error.strerror or str(error)
        raise TingjianError("reports.not_written", path=path, cause=cause) from error


def _umask() -> int:
    """The process's own; asking for it means setting it."""
    current = os.umask(0o022)
    os.umask(current)
    return current

"""The SQL files of this package, by the name of the relation or question that each holds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def statement(name: str) -> str:
    """The text of one file, such as `queries/night_totals`.

    Raises: FileNotFoundError if there is none: a programming error.
    """
    return (_FOLDER / f"{name}.sql").read_text("utf-8")

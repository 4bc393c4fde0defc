"""The SQL files of this package, by the name of the relation or question that each holds.

What several of them say alike stands once, in `parts/`; a file takes it up where it says
`/* part: NAME */`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent
_PART: Final = re.compile(r"/\* part: (\w+) \*/")


@cache
def statement(name: str) -> str:
    """The text of one file, such as `queries/night_totals`, with its parts.

    Raises: FileNotFoundError if there is none: a programming error.
    """
    text = (_FOLDER / f"{name}.sql").read_text("utf-8")
    return _PART.sub(lambda found: _part(found[1]), text)


@cache
def _part(name: str) -> str:
    text = (_FOLDER / "parts" / f"{name}.sql").read_text("utf-8").rstrip("\n")
    return _PART.sub(lambda found: _part(found[1]), text)  # a part may have parts

"""Which version of the program this is, as results name it."""

from __future__ import annotations

import importlib.metadata
from functools import cache
from typing import Final

_UNPACKAGED: Final = "0+source"  # run from a folder that was never installed


@cache
def code_version() -> str:
    """The installed distribution's version."""
    try:
        return importlib.metadata.version("tingjian")
    except importlib.metadata.PackageNotFoundError:
        return _UNPACKAGED

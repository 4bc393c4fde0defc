"""Months that stand in an address, and how they are told."""

from __future__ import annotations

import re
from datetime import datetime

from starlette.exceptions import HTTPException

_MONTH = re.compile(r"(19[7-9]\d|2\d{3})-(0[1-9]|1[0-2])")


def month_asked(text: str | None) -> str:
    """The month as "2026-11"; this one, by the machine's clock, if none is asked for.

    Raises: HTTPException 422 if it is none.
    """
    if not text:
        return f"{datetime.now().astimezone():%Y-%m}"
    if not _MONTH.fullmatch(text):
        raise HTTPException(422)
    return text

"""Functions that are compiled to machine code, where a call costs millions of small steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """The same function of arrays and numbers, compiled when it is first called.

    The machine code is kept beside the source, or else in the user's cache; where neither can be
    written, each process compiles anew, which takes some seconds. Sums are added in the order that
    is written, without fused operations, so that every processor gives the same bits.
    """
    try:
        return cast(_Function, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder to keep it in
        return cast(_Function, numba.njit(nogil=True)(function))

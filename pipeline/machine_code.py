"""Functions that are compiled to machine code, where a call costs millions of small steps."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, Final, TypeVar, cast

_Function = TypeVar("_Function", bound=Callable[..., Any])

_marked: Final[defaultdict[str, list[Callable[..., Any]]]] = defaultdict(list)  # by module
_compiling: Final = Lock()


def compiled(function: _Function) -> _Function:
    """The same function of arrays and numbers, compiled with the others of its module when the
    first of them is called: the compiler takes 130 MB, which a program that judges nothing saves.

    The machine code is kept beside the source, or else in the user's cache; where neither can be
    written, each process compiles anew, which takes some seconds. Sums are added in the order that
    is written, without fused operations, so that every processor gives the same bits.
    """
    ready: list[Callable[..., Any]] = []

    @wraps(function)
    def call(*arguments: Any) -> Any:
        if not ready:
            ready.append(_machine_code(function))
        return ready[0](*arguments)

    _marked[function.__module__].append(function)
    return cast(_Function, call)


def _machine_code(function: Callable[..., Any]) -> Callable[..., Any]:
    """The dispatcher of a function. Those of its module take their places there, so that they call
    each other without Python between.
    """
    with _compiling:
        names = vars(sys.modules[function.__module__])
        for marked in _marked.pop(function.__module__, ()):
            names[marked.__name__] = _dispatcher(marked)
        return cast("Callable[..., Any]", names[function.__name__])


def _dispatcher(function: Callable[..., Any]) -> Callable[..., Any]:
    import numba

    try:
        return cast("Callable[..., Any]", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder to keep it in
        return cast("Callable[..., Any]", numba.njit(nogil=True)(function))

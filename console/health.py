"""Whether the console is well, and where a person's work begins."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from console.access import Action, may
from console.reader import account_of, state_of
from pipeline.errors import WarehouseError

_WORK: Final[tuple[tuple[Action, str], ...]] = (
    ("queue.read", "/queue"),
    ("own.read", "/mine"),
    ("account.manage", "/accounts"),
    ("audit.read", "/audit"),
    ("signed_in", "/own"),
)


def show_health(request: Request) -> Response:
    """200 if lake and decisions answer, else 503; says nothing about what is in them."""
    state = state_of(request)
    try:
        with state.lake() as lake:
            lake.connection.execute("select 1")
        with state.decisions.connect() as connection:
            connection.exec_driver_sql("select 1")
    except WarehouseError as error:
        return JSONResponse({"status": "unavailable", "reason": error.key}, status_code=503)
    return JSONResponse({"status": "ok"})


def go_home(request: Request) -> Response:
    """To the page where this role's work begins."""
    reader = account_of(request)
    return RedirectResponse(
        next(path for action, path in _WORK if may(reader, action)), status_code=303
    )

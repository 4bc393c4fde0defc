"""Whether the console is well, and where a person's work begins."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from console.access import may
from console.reader import account_of, page, state_of
from pipeline.errors import WarehouseError


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
    if may(account_of(request), "queue.read"):
        return RedirectResponse("/queue", status_code=303)
    return page(request, "home.html")

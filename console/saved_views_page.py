"""Filters of the queue that a person keeps under a name."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.reader import account_of, number_in_path, state_of
from warehouse.decisions.saved_views import forget_view, save_view


async def keep_view(request: Request) -> Response:
    """Keep the filter of the address under a name; back to the queue as it was."""
    form = await request.form()
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "page" and v]
    query = urlencode(kept)
    await run_in_threadpool(
        save_view,
        state_of(request).decisions,
        account_of(request).account_id,
        name=str(form.get("name", "")),
        query=query,
    )
    return RedirectResponse(f"/queue?{query}", status_code=303)


def drop_view(request: Request) -> Response:
    """Remove one of one's own views."""
    number = number_in_path(request, "view_no")
    forget_view(state_of(request).decisions, account_of(request).account_id, number)
    return RedirectResponse("/queue", status_code=303)

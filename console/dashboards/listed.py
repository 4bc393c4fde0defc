"""The calls behind a point of a plot, where the queue has no filter for them."""

from __future__ import annotations

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from console.dashboards.page import day_asked, titles_of
from console.paging import paging_of
from console.reader import page, state_of
from pipeline.call import Purpose
from pipeline.finding import Outcome
from pipeline.promise import PromiseState
from warehouse.questions.calls import Listing, list_calls
from warehouse.questions.scope import Scope

_PER_PAGE = 50
_WITHOUT = ("team", "agent", "purpose", "hour")


def show_calls(request: Request) -> Response:
    """One page of the list, the calls that went worst first."""
    query, state = request.query_params, state_of(request)
    scope = Scope(
        since=day_asked(query.get("since")),
        until=day_asked(query.get("until")),
        team=query.get("team") or None,
        agent_id=query.get("agent") or None,
        zone=state.zone,
    )
    wanted, first = listing_of(query), paging_of(request, 0, per_page=_PER_PAGE)
    with state.lake() as lake:
        total, found = list_calls(lake, scope, wanted, limit=_PER_PAGE, offset=first.offset)
        if not found and first.offset:  # beyond the end
            total, _ = list_calls(lake, scope, wanted, limit=1)
    return page(
        request,
        "dashboard_calls.html",
        topic="calls",
        calls=found,
        wanted=wanted,
        scope=scope,
        titles=titles_of(request),
        paging=paging_of(request, total, per_page=_PER_PAGE),
        address="",
    )


def listing_of(query: QueryParams) -> Listing:
    """What an address asks for; what it says wrongly does not restrict."""
    hour = query.get("hour", "")
    return Listing(
        state=_one_of(query.get("state"), ("done", "failed")),
        purpose=_one_of(query.get("purpose"), tuple(Purpose)),
        hour=int(hour) if hour.isascii() and hour.isdecimal() and len(hour) < 3 else None,
        without=_one_of(query.get("without"), _WITHOUT),
        rules=tuple(rule[:200] for rule in query.getlist("rule"))[:50],
        outcomes=tuple(o for o in query.getlist("outcome") if o in tuple(Outcome)),
        promises=query.get("promises") == "1",
        promise=_one_of(query.get("promise"), tuple(PromiseState)),
    )


def _one_of(text: str | None, known: tuple[str, ...]) -> str | None:
    return next((str(value) for value in known if value == text), None)

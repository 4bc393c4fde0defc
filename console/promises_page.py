"""Promises as a page: whom to call back, and what became of what was promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console.paging import paging_of
from console.reader import page, state_of
from console.state import ConsoleState
from pipeline.promise import PromiseState
from warehouse.promise_pages import (
    PromiseFilter,
    Slice,
    count_found,
    page_promises,
    sum_promises,
)
from warehouse.promises import StoredPromise

View = Literal["call-backs", "all", "agents", "customers"]
VIEWS: Final[tuple[View, ...]] = ("call-backs", "all", "agents", "customers")
_PER_PAGE: Final = 100


def show_promises(request: Request) -> Response:
    """The call-back list of a day, all promises, or sums by agent or customer."""
    asked = request.query_params
    view: View = next((v for v in VIEWS if v == asked.get("view")), "call-backs")
    on = _day(asked.get("on", ""))
    wanted = filter_of(asked, call_backs_on=on if view == "call-backs" else None)
    state = state_of(request)
    rules, part = state.promises.rules, _part_of(request)
    found: Sequence[object]
    names: Mapping[str, str] = {}
    with state.lake() as lake:
        if view in ("agents", "customers"):
            by_customer = view == "customers"
            sums = sum_promises(lake, wanted, rules=rules, by_customer=by_customer, part=part)
            total, found, names = sums.total, sums.counts, sums.agent_names
        else:
            total = count_found(lake, wanted, rules=rules)
            found = page_promises(lake, wanted, rules=rules, part=part)
    return page(
        request,
        "promises.html",
        view=view,
        views=VIEWS,
        on=on,
        today=_today(),
        wanted=wanted,
        found=found,
        names=names,
        states=tuple(PromiseState),
        paging=paging_of(request, total, per_page=_PER_PAGE),
    )


def _part_of(request: Request) -> Slice:
    """The rows of the page that the address asks for; its number does not hang on their count."""
    return Slice(paging_of(request, 0, per_page=_PER_PAGE).offset, _PER_PAGE)


def filter_of(asked: QueryParams, *, call_backs_on: date | None) -> PromiseFilter:
    """The filter that stands in an address."""
    state = next((s for s in PromiseState if s.value == asked.get("promise")), None)
    return PromiseFilter(
        asked.get("agent", "").strip(), asked.get("customer", "").strip(), state, call_backs_on
    )


def promises_in(state: ConsoleState, wanted: PromiseFilter) -> tuple[StoredPromise, ...]:
    """All promises that a filter leaves. Raises: WarehouseError if the lake cannot be read."""
    with state.lake() as lake:
        return page_promises(lake, wanted, rules=state.promises.rules)


def _today() -> date:
    return datetime.now().astimezone().date()


def _day(text: str) -> date:
    """A day of the address; tomorrow if there is none. Raises: HTTPException 422."""
    if not text:
        return _today() + timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise HTTPException(422) from error

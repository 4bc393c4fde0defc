"""Promises as a page: whom to call back, and what became of what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from warehouse.promises import StoredPromise, call_backs, count_promises, list_promises

View = Literal["call-backs", "all", "agents", "customers"]
VIEWS: Final[tuple[View, ...]] = ("call-backs", "all", "agents", "customers")
_PER_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class PromiseFilter:
    """Which promises; empty fields do not restrict."""

    agent_id: str = ""
    customer_ref: str = ""
    state: PromiseState | None = None
    call_backs_on: date | None = None


def show_promises(request: Request) -> Response:
    """The call-back list of a day, all promises, or sums by agent or customer."""
    asked = request.query_params
    view: View = next((v for v in VIEWS if v == asked.get("view")), "call-backs")
    on = _day(asked.get("on", ""))
    wanted = filter_of(asked, call_backs_on=on if view == "call-backs" else None)
    found = promises_in(state_of(request), wanted)
    listed: Sequence[object] = found
    if view in ("agents", "customers"):
        listed = count_promises(found, by_customer=view == "customers")
    paging = paging_of(request, len(listed), per_page=_PER_PAGE)
    return page(
        request,
        "promises.html",
        view=view,
        views=VIEWS,
        on=on,
        today=_today(),
        wanted=wanted,
        found=listed[paging.offset : paging.offset + _PER_PAGE],
        names={p.agent_id: p.agent_name for p in found if p.agent_name},
        states=tuple(PromiseState),
        paging=paging,
    )


def filter_of(asked: QueryParams, *, call_backs_on: date | None) -> PromiseFilter:
    """The filter that stands in an address."""
    state = next((s for s in PromiseState if s.value == asked.get("promise")), None)
    return PromiseFilter(
        asked.get("agent", "").strip(), asked.get("customer", "").strip(), state, call_backs_on
    )


def promises_in(state: ConsoleState, wanted: PromiseFilter) -> tuple[StoredPromise, ...]:
    """The promises that a filter leaves. Raises: WarehouseError if the lake cannot be read."""
    with state.lake() as lake:
        found = list_promises(lake, rules=state.promises.rules)
    found = tuple(
        p
        for p in found
        if wanted.agent_id in ("", p.agent_id)
        and wanted.customer_ref in ("", p.customer_ref)
        and wanted.state in (None, p.state)
    )
    return found if wanted.call_backs_on is None else call_backs(found, wanted.call_backs_on)


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

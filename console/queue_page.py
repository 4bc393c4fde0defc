"""The review queue as a page; what is filtered stands in the address."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.reader import account_of, page, state_of
from warehouse.decisions.accounts import accounts
from warehouse.decisions.reviews import (
    QueueFilter,
    assign,
    count_queue,
    list_queue,
    next_item,
)

PER_PAGE = 50
_STATES = ("open", "mine", "submitted")
_YEARS = range(1900, 3000)


def filter_of(query: QueryParams) -> QueueFilter:
    """What an address asks for; what it says wrongly does not restrict."""
    state = query.get("state", "open")
    until = _day(query.get("until"))
    return QueueFilter(
        state=state if state in _STATES else "open",
        agent_id=query.get("agent", ""),
        team=query.get("team", ""),
        purpose=query.get("purpose", ""),
        rule_id=query.get("rule", ""),
        since=_day(query.get("since")),
        until=until + timedelta(days=1) if until else None,
        points_below=_points(query.get("below")),
        unflagged=query.get("all") == "1",
    )


def show_queue(request: Request) -> Response:
    """One page of the queue."""
    state, reader = state_of(request), account_of(request)
    wanted = filter_of(request.query_params)
    number = _page_number(request.query_params.get("page"))
    items = list_queue(
        state.decisions,
        wanted,
        reader=reader.account_id,
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
    )
    total = count_queue(state.decisions, wanted, reader=reader.account_id)
    titles = {
        rule.id: rule.title
        for language in ("zh", "es")
        for rule in state.phrasebook_for(language).rules
    }
    people = accounts(state.decisions) if reader.role == "supervisor" else ()
    return page(
        request,
        "queue.html",
        items=items,
        total=total,
        number=number,
        pages=max(1, -(-total // PER_PAGE)),
        titles=titles,
        query=request.query_params,
        now=datetime.now(UTC),
        reviewers=[p for p in people if p.role in ("inspector", "supervisor")],
    )


def open_next(request: Request) -> Response:
    """To the best call that nobody else has in hand, or back to the empty queue."""
    wanted = filter_of(request.query_params)
    reader = account_of(request).account_id
    call_id = next_item(state_of(request).decisions, wanted, reader=reader)
    query = f"?{request.url.query}" if request.url.query else ""
    if call_id is None:
        return RedirectResponse(f"/queue{query}", status_code=303)
    target = request.url_for("call", call_id=call_id)
    return RedirectResponse(f"{target.path}{query}", status_code=303)


async def assign_calls(request: Request) -> Response:
    """Give the chosen calls to a person, or take them back."""
    form = await request.form()
    calls = [str(value) for value in form.getlist("call")]
    to = str(form.get("to", "")) or None
    state = state_of(request)
    known = {person.account_id for person in await run_in_threadpool(accounts, state.decisions)}
    if calls and (to is None or to in known):
        by = account_of(request).account_id
        await run_in_threadpool(assign, state.decisions, calls, to=to, by=by)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/queue{query}", status_code=303)


def _day(text: str | None) -> datetime | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return datetime.combine(day, time(), tzinfo=UTC) if day.year in _YEARS else None


def _points(text: str | None) -> Decimal | None:
    try:
        points = Decimal(text or "")
    except InvalidOperation:
        return None
    return points if points.is_finite() else None


def _page_number(text: str | None) -> int:
    return min(int(text), 100_000) if text and text.isdecimal() and int(text) > 0 else 1

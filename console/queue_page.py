"""The review queue as a page; what is filtered stands in the address."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.access import may
from console.paging import paging_of
from console.reader import account_of, page, state_of
from console.state import ConsoleState
from pipeline.local_time import day_begins
from warehouse.decisions.accounts import Account, accounts
from warehouse.decisions.queue_filter import AGES_DAYS, QueueFilter, Waiting, waits_since
from warehouse.decisions.reviews import (
    assign,
    first_free,
    list_calls,
    next_item,
    rank_queue,
)
from warehouse.decisions.saved_views import saved_views

PER_PAGE = 50
COUNTED_MAX = 2_000  # of more calls the page says so; nobody leafs through forty pages
_BATCH_MAX = 500
_STATES = ("open", "mine", "submitted", "any")
_YEARS = range(1900, 3000)


def filter_of(query: QueryParams, zone: tzinfo | None = UTC) -> QueueFilter:
    """What an address asks for; what it says wrongly does not restrict.

    Args:
        zone: whose clock the days are of; None: the machine's.
    """
    state = query.get("state", "open")
    return QueueFilter(
        state=state if state in _STATES else "open",
        agent_id=query.get("agent", ""),
        team=query.get("team", ""),
        purpose=query.get("purpose", ""),
        rule_id=query.get("rule", ""),
        since=day_of(query.get("since"), zone),
        until=day_of(query.get("until"), zone, after=1),
        points_from=_points(query.get("above")),
        points_below=_points(query.get("below")),
        assigned_to=query.get("assigned", ""),
        unflagged=query.get("all") == "1",
        waits=_waiting(query.get("waits")),
        released_since=day_of(query.get("released_since"), zone),
        released_until=day_of(query.get("released_until"), zone, after=1),
        released_by=query.get("released_by", ""),
        judged_since=day_of(query.get("judged_since"), zone),
        judged_until=day_of(query.get("judged_until"), zone, after=1),
    )


def show_queue(request: Request) -> Response:
    """One page of the queue."""
    state, reader = state_of(request), account_of(request)
    wanted = filter_of(request.query_params, state_of(request).zone)
    found = rank_queue(state.decisions, wanted, reader=reader.account_id, limit=COUNTED_MAX + 1)
    total = min(len(found), COUNTED_MAX)
    paging = paging_of(request, total, per_page=PER_PAGE)
    items = list_calls(state.decisions, found[paging.offset :][:PER_PAGE])
    titles = {
        rule.id: rule.title
        for language in ("zh", "es")
        for rule in state.phrasebook_for(language).rules
    }
    return page(
        request,
        "queue.html",
        items=items,
        total=total,
        more=len(found) > COUNTED_MAX,
        paging=paging,
        titles=titles,
        query=request.query_params,
        now=datetime.now(UTC),
        reviewers=_reviewers(state) if may(reader, "queue.assign") else (),
        views=saved_views(state.decisions, reader.account_id),
        shown={k: v for k, v in request.query_params.multi_items() if v and k != "page"},
    )


def open_next(request: Request) -> Response:
    """To the best call that nobody else has in hand, or back to the empty queue."""
    wanted = filter_of(request.query_params, state_of(request).zone)
    reader = account_of(request).account_id
    call_id = next_item(state_of(request).decisions, wanted, reader=reader)
    query = f"?{request.url.query}" if request.url.query else ""
    if call_id is None:
        return RedirectResponse(f"/queue{query}", status_code=303)
    target = request.url_for("call", call_id=call_id)
    return RedirectResponse(f"{target.path}{query}", status_code=303)


async def assign_calls(request: Request) -> Response:
    """Give the chosen calls, or the first free ones of the filter, to a person; or take them back.

    Raises: HTTPException 422 if the person may not review.
    """
    form = await request.form()
    calls = [str(value) for value in form.getlist("call")]
    to, first = str(form.get("to", "")), str(form.get("first", ""))
    await run_in_threadpool(_assign, request, calls, to=to, first=first)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/queue{query}", status_code=303)


def _assign(request: Request, calls: list[str], *, to: str, first: str) -> None:
    state, by = state_of(request), account_of(request).account_id
    if to and to not in {person.account_id for person in _reviewers(state)}:
        raise HTTPException(422)
    if not calls and to and first.isdecimal():
        wanted, most = filter_of(request.query_params, state.zone), min(int(first[:4]), _BATCH_MAX)
        calls = list(first_free(state.decisions, wanted, reader=by, limit=most))
    if calls:
        assign(state.decisions, calls, to=to or None, by=by)


def _reviewers(state: ConsoleState) -> tuple[Account, ...]:
    return tuple(p for p in accounts(state.decisions) if may(p, "call.review"))


def day_of(text: str | None, zone: tzinfo | None = UTC, *, after: int = 0) -> datetime | None:
    """The beginning of a day by a zone's clock; None if the text names none.

    Args:
        after: of the day that comes so many days later.
    """
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day_begins(day + timedelta(days=after), zone) if day.year in _YEARS else None


def _waiting(text: str | None) -> Waiting | None:
    """An age of the backlog, by the days of its upper end."""
    now = datetime.now(UTC)
    if text == "older":
        return waits_since(None, now)
    return next((waits_since(days, now) for days in AGES_DAYS if str(days) == text), None)


def _points(text: str | None) -> Decimal | None:
    try:
        points = Decimal(text or "")
    except InvalidOperation:
        return None
    return points if points.is_finite() else None

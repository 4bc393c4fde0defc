"""The queue and the call as JSON: the same rules, claims and decisions as on their pages."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from console import api_answers as a
from console.access import may
from console.api_about import answer_with, read_body, read_query
from console.api_views import call_of, review_of
from console.call_view import for_agent
from console.decisions import decision_of, take_decision
from console.opened import find_call, lanes_of, open_call, view_of
from console.queue_page import PER_PAGE, filter_of
from console.reader import account_of, language_of, state_of
from pipeline.errors import UsageError
from warehouse.decisions import audit, verdicts
from warehouse.decisions.accounts import accounts
from warehouse.decisions.reviews import (
    assign,
    claim,
    count_queue,
    list_queue,
    next_item,
)
from warehouse.decisions.store import writing
from warehouse.sounds import PEAKS_PER_S


def read_queue(request: Request) -> Response:
    """One page of the queue, and how many calls it has."""
    asked = read_query(request, a.QueueQuery)
    state, reader = state_of(request), account_of(request)
    wanted = filter_of(request.query_params, state_of(request).zone)
    total = count_queue(state.decisions, wanted, reader=reader.account_id)
    items = list_queue(
        state.decisions,
        wanted,
        reader=reader.account_id,
        limit=PER_PAGE,
        offset=(asked.page - 1) * PER_PAGE,
    )
    pages = max(1, -(-total // PER_PAGE))
    answer = a.QueueAnswer(total, asked.page, pages, [review_of(item) for item in items])
    return answer_with(a.QueueAnswer, answer)


async def assign_calls(request: Request) -> Response:
    """Give calls to a person, or take them back."""
    asked = await read_body(request, a.Assignment)
    return await run_in_threadpool(_assign, request, asked)


def _assign(request: Request, asked: a.Assignment) -> Response:
    decisions = state_of(request).decisions
    known = {person.account_id for person in accounts(decisions)}
    if asked.to is not None and asked.to not in known:
        raise UsageError("console.no_such_account", login=asked.to)
    by = account_of(request).account_id
    done = assign(decisions, list(asked.calls), to=asked.to, by=by)
    return answer_with(a.Assigned, a.Assigned(done))


def read_one(request: Request) -> Response:
    """The whole call; unlike its page this takes nothing in hand."""
    reader = account_of(request)
    item = find_call(request)
    with writing(state_of(request).decisions).begin() as connection:
        audit.record(connection, "call.view", subject=item.call_id, account_id=reader.account_id)
    return _answer(request)


def claim_call(request: Request) -> Response:
    """Take the call in hand, as opening its page does."""
    item = find_call(request)
    by = account_of(request).account_id
    mine = item.state == "open" and claim(state_of(request).decisions, item.call_id, by=by)
    return answer_with(a.Claimed, a.Claimed(mine))


async def decide(request: Request) -> Response:
    """One decision; the call as it is afterwards."""
    asked = await read_body(request, a.Decision)
    return await run_in_threadpool(_decide, request, asked)


def _decide(request: Request, asked: a.Decision) -> Response:
    opened, view = take_decision(request, decision_of(asked))
    return answer_with(a.CallAnswer, call_of(opened, view, mine=True))


def undo_last(request: Request) -> Response:
    """Take the reader's last decision back; the call as it is afterwards."""
    item = find_call(request)
    by = account_of(request).account_id
    verdicts.undo(state_of(request).decisions, item.call_id, item.scoring_id, by=by)
    return _answer(request)


def submit_call(request: Request) -> Response:
    """Done with the call."""
    state, by = state_of(request), account_of(request).account_id
    wanted = filter_of(request.query_params, state_of(request).zone)
    item = find_call(request)
    verdicts.submit(state.decisions, item.call_id, item.scoring_id, by=by)
    following = next_item(state.decisions, wanted, reader=by)
    return answer_with(a.Following, a.Following(following))


def read_peaks(request: Request) -> Response:
    """Both parties' peaks."""
    lanes = lanes_of(request, open_call(request))
    return answer_with(a.PeaksAnswer, a.PeaksAnswer(PEAKS_PER_S, lanes))


def _answer(request: Request) -> Response:
    state, reader = state_of(request), account_of(request)
    opened = open_call(request)
    item, now = opened.item, datetime.now(UTC)
    held = item.claimed_by == reader.account_id and (item.claimed_until or now) > now
    mine = held and item.state == "open" and may(reader, "call.review")
    view = view_of(state, opened, language_of(request))
    if may(reader, "own.read"):
        view = for_agent(view)
    return answer_with(a.CallAnswer, call_of(opened, view, mine=mine))

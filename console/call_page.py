"""The call page: what was heard and found, and what a person says of it."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from console.access import may
from console.api_about import checked
from console.api_answers import QUOTE_LENGTH_MAX, Decision
from console.call_view import CallView
from console.decisions import decision_of, take_decision
from console.opened import (
    OpenCall,
    find_call,
    keep_reviewed,
    lanes_of,
    note_view,
    open_call,
    sound_of,
    view_of,
)
from console.own_calls import show_own_call
from console.queue_page import filter_of
from console.reader import account_of, language_of, page, state_of
from warehouse.decisions import verdicts
from warehouse.decisions.reviews import claim, find_item, next_item
from warehouse.sounds import PEAKS_PER_S

_ANEW: Final = ("word", "roles", "added")  # decisions after which the transcript looks otherwise


def show_call(request: Request) -> Response:
    """The whole page; who may review takes the call in hand by opening it."""
    state, reader = state_of(request), account_of(request)
    opened = open_call(request)
    item = opened.item
    if may(reader, "own.read"):
        return show_own_call(request, opened)
    mine = False
    if may(reader, "call.review") and item.state == "open":
        mine = claim(state.decisions, item.call_id, by=reader.account_id)
        if not mine:
            item = find_item(state.decisions, item.call_id)  # with who has it
    note_view(request, item.call_id)
    return page(
        request,
        "call.html",
        item=item,
        call=opened.call,
        view=view_of(state, opened, language_of(request)),
        mine=mine,
        rules=opened.phrasebook.rules,
        query=request.url.query,
    )


def send_peaks(request: Request) -> Response:
    """The peaks of both parties, for the waveform."""
    lanes = lanes_of(request, open_call(request))
    return JSONResponse({"per_s": PEAKS_PER_S, "lanes": lanes})


def send_sound(request: Request) -> Response:
    """The sound, or the range of it that the browser asks for."""
    wav = sound_of(request, open_call(request))
    return FileResponse(wav, media_type="audio/wav", headers={"Cache-Control": "private"})


async def judge_finding(request: Request) -> Response:
    """A verdict on one finding, one that was missed, a comment, swapped roles: the panel anew."""
    form = await request.form()
    return await run_in_threadpool(_decide, request, form)


def undo_last(request: Request) -> Response:
    """Take the reader's last decision back."""
    state, item = state_of(request), find_call(request)
    by = account_of(request).account_id
    last = verdicts.undo(state.decisions, item.call_id, item.scoring_id, by=by)
    opened = open_call(request)
    view = view_of(state, opened, language_of(request))
    keep_reviewed(state, opened, view)
    return _panel(request, opened, view, anew=last is not None and last.kind in _ANEW)


def submit_call(request: Request) -> Response:
    """Done with the call: to the next one of the same queue."""
    state, reader = state_of(request), account_of(request)
    item = find_call(request)
    verdicts.submit(state.decisions, item.call_id, item.scoring_id, by=reader.account_id)
    wanted = filter_of(request.query_params, state_of(request).zone)
    following = next_item(state.decisions, wanted, reader=reader.account_id)
    place = f"/calls/{_quoted(following)}" if following else "/queue"
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(place + query, status_code=303)


def _decide(request: Request, form: FormData) -> Response:
    decided = decision_of(_asked(form))
    anew = decided.kind in _ANEW
    opened, view = take_decision(request, decided, with_turns=anew)
    return _panel(request, opened, view, anew=anew)


def _asked(form: FormData) -> Decision:
    """What the form says; texts are cut to what is stored. Raises: InvalidRequestError."""
    given = {name: str(value) for name, value in form.items()}
    for name, most in (("text", verdicts.COMMENT_LENGTH_MAX), ("quote", QUOTE_LENGTH_MAX)):
        if name in given:
            given[name] = given[name][:most]
    return checked(Decision, given)


def _panel(request: Request, opened: OpenCall, view: CallView, *, anew: bool) -> Response:
    """Panel and score as they are after a decision; the transcript too if it looks otherwise."""
    return page(
        request,
        "answer.html",
        item=opened.item,
        call=opened.call,
        view=view,
        anew=anew,
        mine=True,
        rules=opened.phrasebook.rules,
        query=request.url.query,
    )


def _quoted(call_id: str) -> str:
    return quote(call_id, safe="")

"""The call page: what was heard and found, and what a person says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from console.access import may
from console.opened import find_call, keep_reviewed, lanes_of, open_call, sound_of, view_of
from console.queue_page import filter_of
from console.reader import account_of, language_of, page, state_of
from console.sound import PEAKS_PER_S
from console.state import ConsoleState
from pipeline.errors import TingjianError
from pipeline.review import Verdict
from warehouse.decisions import audit, verdicts
from warehouse.decisions.reviews import QueueItem, claim, find_item, next_item
from warehouse.decisions.store import writing

Kind = Literal["verdict", "added", "comment", "roles"]
_QUOTE_MAX: Final = 500


def show_call(request: Request) -> Response:
    """The whole page; who may review takes the call in hand by opening it."""
    state, reader = state_of(request), account_of(request)
    opened = open_call(request)
    item = opened.item
    mine = False
    if may(reader, "call.review") and item.state == "open":
        mine = claim(state.decisions, item.call_id, by=reader.account_id)
        item = find_item(state.decisions, item.call_id)
    with writing(state.decisions).begin() as connection:
        audit.record(connection, "call.view", subject=item.call_id, account_id=reader.account_id)
    return page(
        request,
        "call.html",
        item=item,
        call=opened.call,
        view=view_of(state, opened, language_of(request)),
        mine=mine,
        rules=opened.phrasebook.rules,
        peaks_per_s=PEAKS_PER_S,
        query=request.url.query,
    )


def send_peaks(request: Request) -> Response:
    """The peaks of both parties, for the waveform."""
    opened = open_call(request)
    sound = sound_of(request, opened)
    return JSONResponse({"per_s": PEAKS_PER_S, "lanes": lanes_of(sound, opened.call)})


def send_sound(request: Request) -> Response:
    """The sound, or the range of it that the browser asks for."""
    sound = sound_of(request, open_call(request))
    return FileResponse(sound.wav, media_type="audio/wav", headers={"Cache-Control": "private"})


async def judge_finding(request: Request) -> Response:
    """A verdict on one finding, one that was missed, a comment, swapped roles: the panel anew."""
    form = await request.form()
    return await run_in_threadpool(_decide, request, form)


def undo_last(request: Request) -> Response:
    """Take the reader's last decision back."""
    return _change(
        request,
        lambda state, item, by: verdicts.undo(
            state.decisions, item.call_id, item.scoring_id, by=by
        ),
    )


def submit_call(request: Request) -> Response:
    """Done with the call: to the next one of the same queue."""
    state, reader = state_of(request), account_of(request)
    item = find_call(request)
    try:
        verdicts.submit(state.decisions, item.call_id, item.scoring_id, by=reader.account_id)
    except TingjianError as error:
        return page(request, "refused.html", status=409, reason=error.text(language_of(request)))
    wanted = filter_of(request.query_params)
    following = next_item(state.decisions, wanted, reader=reader.account_id)
    place = f"/calls/{_quoted(following)}" if following else "/queue"
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(place + query, status_code=303)


def _decide(request: Request, form: FormData) -> Response:
    kind, value, number = _decision_of(form)

    def change(state: ConsoleState, item: QueueItem, by: str) -> object:
        return verdicts.decide(
            state.decisions,
            item.call_id,
            item.scoring_id,
            kind,
            value,
            by=by,
            finding_no=number,
        )

    return _change(request, change)


def _decision_of(form: FormData) -> tuple[Kind, Mapping[str, object], int | None]:
    """What the form says. Raises: HTTPException 422 if it says nothing that can be stored."""
    text = {name: str(value) for name, value in form.items()}
    try:
        match text.get("kind"):
            case "verdict":
                verdict = Verdict(text["verdict"]).value
                swapped = text.get("swapped") == "1"
                return "verdict", {"verdict": verdict, "swapped": swapped}, int(text["finding_no"])
            case "comment":
                return "comment", {"text": text["text"][: verdicts.COMMENT_LENGTH_MAX]}, None
            case "roles":
                return "roles", {}, None
            case "added":
                place = {"start": float(text["start"]), "end": float(text["end"])}
                quote = text.get("quote", "")[:_QUOTE_MAX]
                return "added", {"rule_id": text["rule_id"], "quote": quote, **place}, None
            case _:
                raise HTTPException(422)
    except (KeyError, ValueError) as error:
        raise HTTPException(422) from error


def _change(request: Request, change: object) -> Response:
    """Carry out a decision and answer with the panel as it is now, or with why it cannot be."""
    state, reader = state_of(request), account_of(request)
    item = find_call(request)
    assert callable(change)
    try:
        change(state, item, reader.account_id)
    except TingjianError as error:
        return page(request, "refused.html", status=409, reason=error.text(language_of(request)))
    opened = open_call(request)
    view = view_of(state, opened, language_of(request))
    keep_reviewed(state, opened, view)
    return page(
        request,
        "panel.html",
        item=opened.item,
        view=view,
        mine=True,
        rules=opened.phrasebook.rules,
        query=request.url.query,
    )


def _quoted(call_id: str) -> str:
    return quote(call_id, safe="")

"""The call page: what was heard and found, and what a person says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from console.access import may, may_see
from console.call_view import CallView, channel_of, view_call
from console.queue_page import filter_of
from console.reader import account_of, language_of, page, state_of
from console.sound import PEAKS_PER_S, Sound, prepare_sound
from console.state import ConsoleState
from pipeline.errors import AudioError, TingjianError, WarehouseError
from pipeline.finding import InspectedCall
from pipeline.messages import Language
from pipeline.review import Verdict
from pipeline.rules import Phrasebook
from warehouse.decisions import audit, verdicts
from warehouse.decisions.reviews import QueueItem, claim, find_item, next_item
from warehouse.decisions.store import writing
from warehouse.stored import read_call

Kind = Literal["verdict", "added", "comment", "roles"]
_QUOTE_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class _Open:
    """A call as it lies on the desk."""

    item: QueueItem
    call: InspectedCall
    phrasebook: Phrasebook


def show_call(request: Request) -> Response:
    """The whole page; who may review takes the call in hand by opening it."""
    state, reader = state_of(request), account_of(request)
    opened = _open(request)
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
        view=_view(state, opened, language_of(request)),
        mine=mine,
        rules=opened.phrasebook.rules,
        peaks_per_s=PEAKS_PER_S,
        query=request.url.query,
    )


def send_peaks(request: Request) -> Response:
    """The peaks of both parties, for the waveform."""
    sound = _sound(request)
    opened = _open(request)
    return JSONResponse({"per_s": PEAKS_PER_S, "lanes": _lanes(sound, opened.call)})


def send_sound(request: Request) -> Response:
    """The sound, or the range of it that the browser asks for."""
    sound = _sound(request)
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
    item = _find(request)
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
    item = _find(request)
    assert callable(change)
    try:
        change(state, item, reader.account_id)
    except TingjianError as error:
        return page(request, "refused.html", status=409, reason=error.text(language_of(request)))
    opened = _open(request)
    view = _view(state, opened, language_of(request))
    changed = view.reviewed != view.scorecard
    points = view.reviewed.points if changed else None
    verdicts.keep_points(state.decisions, item.call_id, points)
    return page(
        request,
        "panel.html",
        item=opened.item,
        view=view,
        mine=True,
        rules=opened.phrasebook.rules,
        query=request.url.query,
    )


def _find(request: Request) -> QueueItem:
    """The call of the address, if the reader may see it. Raises: HTTPException 404."""
    state, reader = state_of(request), account_of(request)
    try:
        item = find_item(state.decisions, request.path_params["call_id"])
    except WarehouseError as error:
        raise HTTPException(404) from error
    if not may_see(reader, agent_id=item.agent_id, released=item.state == "submitted"):
        raise HTTPException(404)
    return item


def _open(request: Request) -> _Open:
    item = _find(request)
    stored = read_call(state_of(request).lake(), item.call_id)
    if not isinstance(stored.outcome, InspectedCall):
        raise HTTPException(404)
    phrasebook = state_of(request).phrasebook_for(stored.outcome.transcript.language)
    return _Open(item, stored.outcome, phrasebook)


def _view(state: ConsoleState, opened: _Open, language: Language) -> CallView:
    item = opened.item
    decisions = verdicts.read_decisions(state.decisions, item.call_id, item.scoring_id)
    return view_call(opened.call, decisions, phrasebook=opened.phrasebook, language=language)


def _sound(request: Request) -> Sound:
    """Raises: HTTPException 404 if the recording is gone or is not what was inspected."""
    recording = _open(request).call.recording
    place = Path(recording.path)
    folder = state_of(request).data / "sound"
    try:
        return prepare_sound(place, audio_sha256=recording.audio_sha256, folder=folder)
    except AudioError as error:
        raise HTTPException(404, error.text(language_of(request))) from error


def _lanes(sound: Sound, call: InspectedCall) -> list[list[float]]:
    """Agent's and customer's peaks: each party is heard where its turns are."""
    length = max(map(len, sound.peaks), default=0)
    lanes = {"agent": [0.0] * length, "customer": [0.0] * length}
    for turn in call.transcript.turns:
        lane = lanes.get(turn.role.value)
        if lane is None:
            continue
        channel = min(channel_of(turn.speaker) or 0, len(sound.peaks) - 1)
        first, last = int(turn.start * PEAKS_PER_S), int(turn.end * PEAKS_PER_S) + 1
        lane[first:last] = sound.peaks[channel][first:last]
    return [lanes["agent"], lanes["customer"]]


def _quoted(call_id: str) -> str:
    return quote(call_id, safe="")

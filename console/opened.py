"""A call as it lies on the desk: found if the reader may see it, read, viewed, heard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request

from console.access import may_see
from console.call_view import CallView, channel_of, view_call
from console.reader import account_of, language_of, state_of
from console.sound import PEAKS_PER_S, Sound, prepare_sound
from console.state import ConsoleState
from pipeline.errors import AudioError, WarehouseError
from pipeline.finding import InspectedCall
from pipeline.messages import Language
from pipeline.rules import Phrasebook
from warehouse.decisions import verdicts
from warehouse.decisions.documents import keep_document, read_document
from warehouse.decisions.reviews import QueueItem, find_item
from warehouse.stored import read_judgements


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call with its place in the queue and the phrasebook of its language."""

    item: QueueItem
    call: InspectedCall
    phrasebook: Phrasebook


def find_call(request: Request) -> QueueItem:
    """The call of the address, if the reader may see it. Raises: HTTPException 404."""
    state, reader = state_of(request), account_of(request)
    try:
        item = find_item(state.decisions, request.path_params["call_id"])
    except WarehouseError as error:
        raise HTTPException(404) from error
    if not may_see(reader, agent_id=item.agent_id, released=item.state == "submitted"):
        raise HTTPException(404)
    return item


def open_call(request: Request) -> OpenCall:
    """The call of the address with all that was heard. Raises: HTTPException 404."""
    state, item = state_of(request), find_call(request)
    call = read_document(state.decisions, item.call_id, item.scoring_id)
    if call is None:
        with state.lake() as lake:
            call = read_judgements(lake, {item.call_id: item.scoring_id}).get(item.call_id)
        if call is None:
            raise HTTPException(404)
        keep_document(state.decisions, item.call_id, item.scoring_id, call)
    return OpenCall(item, call, state.phrasebook_for(call.transcript.language))


def view_of(state: ConsoleState, opened: OpenCall, language: Language) -> CallView:
    """The call with everything that people decided about it."""
    item = opened.item
    decisions = verdicts.read_decisions(state.decisions, item.call_id, item.scoring_id)
    return view_call(opened.call, decisions, phrasebook=opened.phrasebook, language=language)


def keep_reviewed(state: ConsoleState, opened: OpenCall, view: CallView) -> None:
    """Remember the score after people's decisions, where it differs from the machine's."""
    changed = view.reviewed != view.scorecard
    points = view.reviewed.points if changed else None
    verdicts.keep_points(state.decisions, opened.item.call_id, points)


def sound_of(request: Request, opened: OpenCall) -> Sound:
    """The call's sound.

    Raises: HTTPException 404 if the recording is gone or is not what was inspected.
    """
    recording = opened.call.recording
    place = Path(recording.path)
    folder = state_of(request).data / "sound"
    try:
        return prepare_sound(place, audio_sha256=recording.audio_sha256, folder=folder)
    except AudioError as error:
        raise HTTPException(404, error.text(language_of(request))) from error


def lanes_of(sound: Sound, call: InspectedCall) -> list[list[float]]:
    """Agent's and customer's peaks, 0-1, PEAKS_PER_S a second: each heard where its turns are."""
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

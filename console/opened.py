"""A call as it lies on the desk: found if the reader may see it, read, viewed, heard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from console.access import may_see
from console.call_view import CallView, view_call
from console.reader import account_of, language_of, state_of
from console.state import ConsoleState
from console.turn_view import channel_of
from pipeline.errors import AudioError, WarehouseError
from pipeline.finding import InspectedCall
from pipeline.messages import Language
from pipeline.rules import Phrasebook
from warehouse.decisions import audit, verdicts
from warehouse.decisions.calibration import is_blind
from warehouse.decisions.documents import keep_document, read_document
from warehouse.decisions.reviews import QueueItem, find_item
from warehouse.decisions.store import writing
from warehouse.place import load_place
from warehouse.recordings import as_file
from warehouse.sounds import PEAKS_PER_S, SOUND_FOLDER, Peaks, prepare_peaks, prepare_sound
from warehouse.stored import read_judgements

BLIND: Final = 423  # locked: a calibration session waits for the reader's own judgement


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call with its place in the queue and the phrasebook of its language."""

    item: QueueItem
    call: InspectedCall
    phrasebook: Phrasebook


def find_call(request: Request, call_id: str = "") -> QueueItem:
    """The call of the address, or another one, if the reader may see it.

    Raises: HTTPException 404, or 423 while the reader has still to score it blind.
    """
    state, reader = state_of(request), account_of(request)
    try:
        item = find_item(state.decisions, call_id or request.path_params["call_id"])
    except WarehouseError as error:
        raise HTTPException(404) from error
    if is_blind(state.decisions, item.call_id, reader=reader.account_id):
        raise HTTPException(BLIND)
    if not may_see(reader, agent_id=item.agent_id, released=item.state == "submitted"):
        raise HTTPException(404)
    return item


def open_call(request: Request, call_id: str = "") -> OpenCall:
    """The call of the address, or another one, with all that was heard.

    Raises: HTTPException 404.
    """
    return open_item(state_of(request), find_call(request, call_id))


def open_item(state: ConsoleState, item: QueueItem) -> OpenCall:
    """A call of the queue with all that was heard. Raises: HTTPException 404."""
    call = read_document(state.decisions, item.call_id, item.scoring_id)
    if call is None:
        with state.lake() as lake:
            call = read_judgements(lake, {item.call_id: item.scoring_id}).get(item.call_id)
        if call is None:
            raise HTTPException(404)
        keep_document(state.decisions, item.call_id, item.scoring_id, call)
    return OpenCall(item, call, state.phrasebook_for(call.transcript.language))


def view_of(
    state: ConsoleState, opened: OpenCall, language: Language, *, with_turns: bool = True
) -> CallView:
    """The call with everything that people decided about it."""
    item = opened.item
    decisions = verdicts.read_decisions(state.decisions, item.call_id, item.scoring_id)
    return view_call(
        opened.call,
        decisions,
        phrasebook=opened.phrasebook,
        language=language,
        with_turns=with_turns,
    )


def keep_reviewed(state: ConsoleState, opened: OpenCall, view: CallView) -> None:
    """Remember the score after people's decisions, where it differs from the machine's."""
    changed = view.reviewed != opened.call.scorecard
    points = view.reviewed.points if changed else None
    verdicts.keep_points(state.decisions, opened.item.call_id, points)


def note_view(request: Request, call_id: str) -> None:
    """Whoever sees a call stands in the audit log."""
    with writing(state_of(request).decisions).begin() as connection:
        reader = account_of(request).account_id
        audit.record(connection, "call.view", subject=call_id, account_id=reader)


def sound_of(request: Request, opened: OpenCall) -> Path:
    """The call's sound as a file that every browser plays.

    Raises: HTTPException 404 if the recording is gone or is not what was inspected.
    """
    recording = opened.call.recording
    data = state_of(request).data
    folder = data / SOUND_FOLDER
    try:
        with as_file(recording.path, load_place(data).s3) as place:
            return prepare_sound(place, audio_sha256=recording.audio_sha256, folder=folder)
    except AudioError as error:
        raise HTTPException(404, error.text(language_of(request))) from error


def lanes_of(request: Request, opened: OpenCall) -> list[list[float]]:
    """Agent's and customer's peaks, 0-1, PEAKS_PER_S a second: each heard where its turns are.

    Raises: HTTPException 404 as `sound_of`.
    """
    recording = opened.call.recording
    data = state_of(request).data
    folder = data / SOUND_FOLDER
    try:
        with as_file(recording.path, load_place(data).s3) as place:
            peaks = prepare_peaks(place, audio_sha256=recording.audio_sha256, folder=folder)
    except AudioError as error:
        raise HTTPException(404, error.text(language_of(request))) from error
    return _lanes(peaks, opened.call)


def _lanes(peaks: Peaks, call: InspectedCall) -> list[list[float]]:
    length = max(map(len, peaks), default=0)
    lanes = {"agent": [0.0] * length, "customer": [0.0] * length}
    for turn in call.transcript.turns:
        lane = lanes.get(turn.role.value)
        if lane is None:
            continue
        channel = min(channel_of(turn.speaker) or 0, len(peaks) - 1)
        first, last = int(turn.start * PEAKS_PER_S), int(turn.end * PEAKS_PER_S) + 1
        lane[first:last] = peaks[channel][first:last]
    return [lanes["agent"], lanes["customer"]]

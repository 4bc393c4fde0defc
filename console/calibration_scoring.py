"""Scoring blind: one call after the other, in an order of one's own, without anybody's answers."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from console.calibration_found import find_session, refuse, rules_of
from console.opened import OpenCall, note_view, open_item, sound_of
from console.reader import account_of, page, state_of
from pipeline.calibration import Card, choices, deal
from pipeline.errors import UsageError, WarehouseError
from pipeline.finding import Outcome
from warehouse.decisions.calibration import Session
from warehouse.decisions.calibration_answers import keep_answers, read_answers
from warehouse.decisions.reviews import find_item


def show_place(request: Request) -> Response:
    """One call to score: its sound, its words, the items; nothing of what was found in it."""
    session, card, place = _place(request)
    opened = _open(request, card)
    note_view(request, card.call_id)
    by = account_of(request).account_id
    given = {
        answer.rule_id: answer.outcome.value
        for answer in read_answers(state_of(request).decisions, session.session_no, rater=by)
        if answer.call_no == card.call_no
    }
    return page(
        request,
        "calibration_score.html",
        session=session,
        place=place,
        turns=opened.call.transcript.turns,
        call_language=opened.call.transcript.language,
        items=[(rule, choices(rule.kind)) for rule in rules_of(request, session)],
        given=given,
    )


def send_place_sound(request: Request) -> Response:
    """The sound of the call at a place: its address does not tell which call it is."""
    _, card, _ = _place(request)
    sound = sound_of(request, _open(request, card))
    return FileResponse(sound, media_type="audio/wav", headers={"Cache-Control": "private"})


async def answer_place(request: Request) -> Response:
    """Keep what was chosen; then, unless the browser keeps it by itself, on to the next call."""
    form = await request.form()
    return await run_in_threadpool(_answer, request, form)


def show_check(request: Request) -> Response:
    """What is still missing, before one finishes."""
    session = _scoring(request)
    by = account_of(request).account_id
    given = {
        (answer.call_no, answer.rule_id)
        for answer in read_answers(state_of(request).decisions, session.session_no, rater=by)
    }
    order = deal(session.cards, seed=session.seed, rater=by)
    titles = {rule.id: rule.title for rule in rules_of(request, session)}
    missing = [
        (place, titles.get(rule, rule))
        for place, card in enumerate(order, start=1)
        for rule in session.rules
        if (card.call_no, rule) not in given
    ]
    return page(request, "calibration_check.html", session=session, missing=missing)


def _answer(request: Request, form: FormData) -> Response:
    session, card, place = _place(request)
    given = {}
    for rule in rules_of(request, session):
        value = form.get(rule.id)
        if value is not None:
            outcome = next((o for o in choices(rule.kind) if o.value == value), None)
            if outcome is None:
                raise HTTPException(422)
            given[rule.id] = outcome
    return _keep(request, session, card, place=place, given=given)


def _keep(
    request: Request, session: Session, card: Card, *, place: int, given: dict[str, Outcome]
) -> Response:
    decisions, number = state_of(request).decisions, session.session_no
    by = account_of(request).account_id
    try:
        keep_answers(decisions, number, card.call_no, given, by=by)
    except UsageError as error:
        return refuse(request, error)
    if "hx-request" in request.headers:
        return Response(status_code=204)
    last = place == len(session.cards)
    following = f"/calibration/{number}/" + ("check" if last else f"score/{place + 1}")
    return RedirectResponse(following, status_code=303)


def _scoring(request: Request) -> Session:
    """The session, while the reader scores it. Raises: HTTPException 404."""
    session = find_session(request)
    own = session.rater(account_of(request).account_id)
    if own is None or own.finished_at is not None or session.state != "scoring":
        raise HTTPException(404)
    return session


def _place(request: Request) -> tuple[Session, Card, int]:
    """The call at a place of the reader's own order. Raises: HTTPException 404."""
    session = _scoring(request)
    place = request.path_params["place"]
    if not 1 <= place <= len(session.cards):
        raise HTTPException(404)
    order = deal(session.cards, seed=session.seed, rater=account_of(request).account_id)
    return session, order[place - 1], place


def _open(request: Request, card: Card) -> OpenCall:
    state = state_of(request)
    try:
        item = find_item(state.decisions, card.call_id)
    except WarehouseError as error:
        raise HTTPException(404) from error
    return open_item(state, item)

"""Calibration sessions as pages: listed, made, moved on, and what they decided followed up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.access import may
from console.calibration_found import find_session, refuse, rules_of
from console.calibration_meeting import hear_machine, show_meeting
from console.reader import account_of, language_of, page, state_of
from pipeline.errors import UsageError
from pipeline.messages import Language
from warehouse.decisions.accounts import accounts
from warehouse.decisions.calibration import (
    Invitation,
    State,
    list_sessions,
    make_session,
    move_session,
)
from warehouse.decisions.calibration_answers import finish_scoring, keep_machine
from warehouse.decisions.calibration_choice import WAYS, Way, choose_calls
from warehouse.decisions.calibration_outcome import list_actions, step_action

_CALLS, _REPEATS, _SEED = 10, 1, 1


def show_sessions(request: Request) -> Response:
    """The sessions that concern the reader, and the actions that are followed up."""
    state, reader = state_of(request), account_of(request)
    runs = may(reader, "calibration.run")
    sessions = list_sessions(state.decisions, reader=None if runs else reader.account_id)
    if month := request.query_params.get("month", ""):
        made = {s.session_no: s.made_at.astimezone(state.zone) for s in sessions}
        sessions = tuple(s for s in sessions if f"{made[s.session_no]:%Y-%m}" == month)
    return page(
        request,
        "calibration.html",
        sessions=sessions,
        month=month,
        actions=[
            action
            for action in list_actions(state.decisions)
            if runs or action.owner_id == reader.account_id
        ],
        today=datetime.now(UTC).date(),
    )


def show_form(request: Request) -> Response:
    """The form for a new session."""
    return _form(request, FormData())


async def invite(request: Request) -> Response:
    """Make a session as the form says."""
    form = await request.form()
    return await run_in_threadpool(_invite, request, form)


def show_session(request: Request) -> Response:
    """A session: how far everybody is while they score, then the meeting."""
    session = find_session(request)
    if session.state != "scoring":
        return show_meeting(request, session)
    reader = account_of(request)
    return page(
        request,
        "calibration_progress.html",
        session=session,
        own=session.rater(reader.account_id),
        over=session.deadline < datetime.now(UTC),
    )


def begin_meeting(request: Request) -> Response:
    """End the scoring; what the machine says of the calls by then is kept beside the answers."""
    answer = _move(request, "meeting")
    if answer.status_code == 303:
        session = find_session(request)
        said = hear_machine(request, session, rules_of(request, session)).answers
        keep_machine(state_of(request).decisions, session.session_no, said)
    return answer


def close_session(request: Request) -> Response:
    """The session is over; what was agreed stays."""
    return _move(request, "closed")


def finish(request: Request) -> Response:
    """The reader has scored what there was to score."""
    number = request.path_params["session_no"]
    by = account_of(request).account_id
    try:
        finish_scoring(state_of(request).decisions, number, by=by)
    except UsageError as error:
        return refuse(request, error)
    return RedirectResponse(f"/calibration/{number}", status_code=303)


async def follow_up(request: Request) -> Response:
    """An action is done, or open again."""
    form = await request.form()
    done: Literal["open", "done"] = "done" if form.get("state") == "done" else "open"
    number, by = request.path_params["action_no"], account_of(request)
    decisions = state_of(request).decisions
    actions = await run_in_threadpool(list_actions, decisions)
    action = next((a for a in actions if a.action_no == number), None)
    if action is None or not (may(by, "calibration.run") or action.owner_id == by.account_id):
        raise HTTPException(404)
    note = str(form.get("note", ""))
    await run_in_threadpool(step_action, decisions, number, state=done, note=note, by=by.account_id)
    back = str(form.get("then", ""))
    inside = back == f"/calibration/{action.session_no}"
    return RedirectResponse(back if inside else "/calibration", status_code=303)


def _move(request: Request, to: State) -> Response:
    number = request.path_params["session_no"]
    by = account_of(request).account_id
    try:
        move_session(state_of(request).decisions, number, to=to, by=by)
    except UsageError as error:
        return refuse(request, error)
    return RedirectResponse(f"/calibration/{number}", status_code=303)


def _form(request: Request, form: Mapping[str, object], *, fault: str = "") -> Response:
    """The form with what was typed."""
    state = state_of(request)
    chosen = form.get("language") or request.query_params.get("language")
    language: Language = "es" if chosen == "es" else "zh"
    multi = form if isinstance(form, FormData) else FormData()
    return page(
        request,
        "calibration_form.html",
        status=422 if fault else 200,
        calls_language=language,
        rules=state.phrasebook_for(language).rules,
        people=[a for a in accounts(state.decisions) if a.role in ("inspector", "supervisor")],
        ways=WAYS,
        form={
            "count": _CALLS,
            "repeats": _REPEATS,
            "seed": _SEED,
            "title": "",
            "way": "rule",
            "deadline": "",
            **form,
        },
        chosen_rules={str(rule) for rule in multi.getlist("rule")},
        chosen_raters={str(rater) for rater in multi.getlist("rater")},
        fault=fault,
    )


def _invite(request: Request, form: FormData) -> Response:
    state, by = state_of(request), account_of(request).account_id
    try:
        asked = _asked(request, form)
        number = make_session(state.decisions, asked, by=by)
    except UsageError as error:
        return _form(request, form, fault=error.text(language_of(request)))
    return RedirectResponse(f"/calibration/{number}", status_code=303)


def _asked(request: Request, form: FormData) -> Invitation:
    """What the form asks for. Raises: UsageError for what cannot be understood."""
    state = state_of(request)
    language: Language = "es" if form.get("language") == "es" else "zh"
    known_rules = [rule.id for rule in state.phrasebook_for(language).rules]
    rules = tuple(r for r in known_rules if r in form.getlist("rule"))
    known = {a.account_id for a in accounts(state.decisions) if may(a, "calibration.score")}
    way: Way = next((w for w in WAYS if w == form.get("way")), "random")
    seed = _whole(form, "seed")
    calls = choose_calls(
        state.decisions,
        way,
        language=language,
        rules=rules,
        count=_whole(form, "count"),
        seed=seed,
    )
    return Invitation(
        title=str(form.get("title", "")),
        language=language,
        call_ids=calls,
        rules=rules,
        raters=tuple(str(r) for r in form.getlist("rater") if r in known),
        repeats=_whole(form, "repeats"),
        deadline=_moment(str(form.get("deadline", ""))),
        seed=seed,
    )


def _whole(form: FormData, name: str) -> int:
    text = str(form.get(name, ""))
    if not text.isdecimal() or int(text) > 2**31 - 1:
        raise UsageError("sampling.number", value=text)
    return int(text)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise UsageError("calibration.deadline_needed", value=text) from error

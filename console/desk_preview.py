"""The draft on stored calls: what it would change, before anybody releases it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.desk import LANGUAGES_WITH_RULES
from console.preview_desk import Trial
from console.reader import language_of, page, state_of
from pipeline.code_version import code_version
from pipeline.errors import PhrasebookError, UsageError
from pipeline.phrasebook import load_books
from warehouse.decisions.agent_names import agent_names
from warehouse.decisions.closed_months import closed_months
from warehouse.decisions.known_verdicts import known_verdicts
from warehouse.rescoring.plan import Rescoring

_DAYS_BACK = 31


def show_preview(request: Request) -> Response:
    """The preview that is under way, with its progress, or what the last one found."""
    return _preview(request)


async def begin_preview(request: Request) -> Response:
    """Try the draft on the calls of some days."""
    form = await request.form()
    return await run_in_threadpool(_begin, request, form)


def stop_preview(request: Request) -> Response:
    """End the preview that is under way."""
    state_of(request).previews.stop()
    return RedirectResponse("/desk/preview", status_code=303)


def _begin(request: Request, form: FormData) -> Response:
    state = state_of(request)
    shelf = state.phrasebook_for
    try:
        if not shelf.has_draft:
            raise UsageError("desk.preview_no_draft")
        with shelf.lock:
            books = load_books(shelf.draft)
        asked = Rescoring(
            books,
            code_version(),
            installed=lambda: [shelf(language) for language in LANGUAGES_WITH_RULES],
            verdicts=known_verdicts(state.decisions),
            closed_months=closed_months(state.decisions),
            since=_day(form, "since"),
            until=_day(form, "until"),
        )
        state.previews.begin(state.data, asked, decisions=state.decisions, ledger=state.ledger)
    except (UsageError, PhrasebookError) as error:
        return _preview(request, fault=error.text(language_of(request)))
    return RedirectResponse("/desk/preview", status_code=303)


def _preview(request: Request, *, fault: str = "") -> Response:
    state = state_of(request)
    trial = state.previews.trial
    today = datetime.now().astimezone().date()
    agents = set()
    if trial is not None and trial.preview is not None:
        agents = {a.agent_id for a in trial.preview.agents if a.agent_id}
        agents |= {effect.agent_id for effect in trial.ledger}
    return page(
        request,
        "desk_preview.html",
        status=409 if fault else 200,
        trial=trial,
        fault=fault,
        drafted=state.phrasebook_for.has_draft,
        stale=trial is not None and _is_stale(request, trial),
        since=(trial.since if trial else None) or today - timedelta(days=_DAYS_BACK),
        until=(trial.until if trial else None) or today,
        agents=agent_names(state.decisions, agents),
    )


def _is_stale(request: Request, trial: Trial) -> bool:
    """Whether the draft is another than the one that was tried."""
    shelf = state_of(request).phrasebook_for
    if not shelf.has_draft:
        return True
    try:
        now = {shelf.load(shelf.draft, name).sha256 for name in LANGUAGES_WITH_RULES}
    except PhrasebookError:
        return True
    return not now <= set(trial.books)


def _day(form: FormData, name: str) -> date | None:
    text = str(form.get(name, "")).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError("cli.bad_date", value=text[:20]) from error

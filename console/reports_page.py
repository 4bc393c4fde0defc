"""Reports as pages: those that there are, making one, downloading it; an agent's own sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from console.access import may
from console.reader import account_of, language_of, page, state_of
from console.state import ConsoleState
from pipeline.errors import TingjianError, UsageError
from pipeline.messages import LANGUAGES, Language
from reports.kinds import MEDIA, Form, Kind
from reports.making import make
from reports.order import Order, Source
from reports.period import Period, day_of, last_complete, month_of, week_of
from reports.shelf import folder_of, list_shelf, make_room, name_of
from reports.writing import store, write_report
from warehouse.connection import EngineLimits, open_warehouse
from warehouse.decisions import audit
from warehouse.decisions.store import writing

_LIMITS: Final = EngineLimits(memory_mb=384, threads=1)
_WEEKS: Final = (Kind.WEEKLY,)
_MONTHS: Final = (Kind.MONTHLY, Kind.AGENT, Kind.SUMMARY)


def show_reports(request: Request) -> Response:
    """All reports that were made, and the form for another."""
    return _reports(request)


async def make_report(request: Request) -> Response:
    """Make a report as the form says, beside the pages; then it is in the list."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    return await run_in_threadpool(_make, request, form)


def send_report(request: Request) -> Response:
    """One of the files. Raises: HTTPException 404 for what is not in the list."""
    state, name = state_of(request), request.path_params["name"]
    found = next((one for one in list_shelf(state.data) if one.name == name), None)
    if found is None:
        raise HTTPException(404)
    with writing(state.decisions).begin() as connection:
        by = account_of(request).account_id
        audit.record(connection, "report.download", subject=name, account_id=by)
    return FileResponse(
        folder_of(state.data) / name,
        media_type=MEDIA[found.form],
        filename=name,
        headers={"Cache-Control": "no-store"},
    )


def send_own_sheet(request: Request) -> Response:
    """The reader's own sheet of a month, of released calls alone."""
    state, account = state_of(request), account_of(request)
    text = request.query_params.get("month", "")
    today = dt.datetime.now(dt.UTC).date()
    period = month_of(text) if text else last_complete("month", today)
    order = Order(
        Kind.AGENT,
        period,
        language_of(request),
        agent_id=account.agent_id or "",
        released_only=True,
    )
    try:
        with _place(request):
            content = _content(state, order)
    except TingjianError as error:
        return page(
            request,
            "refused_page.html",
            status=409,
            reason=error.text(language_of(request)),
            back="/mine",
        )
    with writing(state.decisions).begin() as connection:
        audit.record(
            connection, "report.download", subject=name_of(order), account_id=account.account_id
        )
    headers = {
        "Content-Disposition": f'attachment; filename="{name_of(order)}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=MEDIA[Form.PDF], headers=headers)


def _reports(request: Request, *, form: dict[str, str] | None = None, fault: str = "") -> Response:
    state = state_of(request)
    jobs = state.reports.jobs if may(account_of(request), "reports.make") else ()
    return page(
        request,
        "reports.html",
        status=422 if fault else 200,
        reports=list_shelf(state.data),
        jobs=[job for job in jobs if job.state != "done"],
        busy=any(not job.over for job in jobs),
        kinds=list(Kind),
        forms=list(Form),
        form=form or {"language": language_of(request)},
        fault=fault,
    )


def _make(request: Request, form: dict[str, str]) -> Response:
    """Put the report on the desk: what it costs in time is not the reader's."""
    state, by = state_of(request), account_of(request).account_id
    try:
        order = _order(form)
        state.reports.ask(name_of(order), _work(state, order, by), by=by)
    except TingjianError as error:
        return _reports(request, form=form, fault=error.text(language_of(request)))
    return RedirectResponse("/reports", status_code=303)


def _work(state: ConsoleState, order: Order, by: str) -> Callable[[], None]:
    def work() -> None:
        store(_content(state, order), make_room(state.data) / name_of(order))
        with writing(state.decisions).begin() as connection:
            audit.record(connection, "report.make", subject=name_of(order), account_id=by)

    return work


def _order(form: dict[str, str]) -> Order:
    """What a form asks for. Raises: UsageError."""
    kind = next((kind for kind in Kind if kind == form.get("kind")), None)
    if kind is None:
        raise UsageError("reports.bad_kind", value=form.get("kind", "")[:40])
    wanted = next((form_ for form_ in Form if form_ == form.get("form")), Form.PDF)
    language: Language = next((each for each in LANGUAGES if each == form.get("language")), "zh")
    return Order(kind, _period(kind, form.get("day", "")), language, wanted)


def _period(kind: Kind, day: str) -> Period:
    """The day, or the week or month that it is in."""
    if kind in _WEEKS:
        return week_of(day)
    return month_of(day) if kind in _MONTHS else day_of(day)


def _content(state: ConsoleState, order: Order) -> bytes:
    """The file of a report."""
    with open_warehouse(state.data, read_only=True, limits=_LIMITS) as warehouse:
        books = {language: state.phrasebook_for(language) for language in ("zh", "es")}
        source = Source(
            warehouse,
            state.decisions,
            {book.language: book for book in books.values()},
            state.promises,
            state.ledger.rules,
        )
        return write_report(make(order, source), order)


@contextmanager
def _place(request: Request) -> Iterator[None]:
    """One of the few places for what takes memory. Raises: HTTPException 429 without one."""
    places = state_of(request).exports
    if not places.acquire(blocking=False):
        raise HTTPException(429, "api.busy")
    try:
        yield
    finally:
        places.release()

"""Appeals as supervisors see them: what waits, and one appeal with its call."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.opened import OpenCall, keep_reviewed, note_view, open_call, view_of
from console.paging import paging_of
from console.queue_page import day_of
from console.reader import account_of, language_of, number_in_path, page, state_of
from pipeline.errors import UsageError
from warehouse.decisions.appeal_reading import (
    Appeal,
    Opened,
    Which,
    count_appeals,
    find_appeal,
    list_appeals,
    may_decide,
)
from warehouse.decisions.appeals import decide_appeal

_PER_PAGE = 50
_WHICH: tuple[Which, ...] = ("waiting", "closed", "upheld", "rejected", "all")


def show_appeals(request: Request) -> Response:
    """Those that wait, the most urgent first; others by what became of them, or by days."""
    state, query = state_of(request), request.query_params
    which: Which = next((w for w in _WHICH if w == query.get("state")), "waiting")
    opened = Opened(
        day_of(query.get("since"), state.zone),
        day_of(query.get("until"), state.zone, after=1),
        query.get("agent", ""),
        query.get("team", ""),
    )
    total = count_appeals(state.decisions, which, opened)
    paging = paging_of(request, total, per_page=_PER_PAGE)
    found = list_appeals(
        state.decisions,
        which,
        days=state.appeal_days,
        opened=opened,
        limit=_PER_PAGE,
        offset=paging.offset,
    )
    titles = {
        rule.id: rule.title
        for language in ("zh", "es")
        for rule in state.phrasebook_for(language).rules
    }
    return page(
        request,
        "appeals.html",
        appeals=found,
        which=which,
        narrowed=opened != Opened() or which not in ("waiting", "closed"),
        paging=paging,
        titles=titles,
    )


def show_appeal(request: Request) -> Response:
    """One appeal with its call, to listen before one decides."""
    state = state_of(request)
    appeal, opened = _open(request)
    view = view_of(state, opened, language_of(request))
    note_view(request, opened.item.call_id)
    found = {f.finding_no: f for f in (*view.findings, *view.added)}
    titles = {rule.id: rule.title for rule in opened.phrasebook.rules}
    return page(
        request,
        "appeal.html",
        appeal=appeal,
        item=opened.item,
        call=opened.call,
        view=view,
        shown=found.get(appeal.finding_no),
        title=titles.get(appeal.rule_id, appeal.rule_id),
        may_judge=may_decide(
            state.decisions, appeal.appeal_no, account_id=account_of(request).account_id
        ),
        mine=False,
        query="",
    )


async def judge_appeal(request: Request) -> Response:
    """Uphold or reject an appeal, with a reason."""
    form = await request.form()
    decision, reason = (str(form.get(name, "")) for name in ("decision", "reason"))
    return await run_in_threadpool(_judge, request, decision, reason)


def _judge(request: Request, decision: str, reason: str) -> Response:
    if decision not in ("upheld", "rejected"):
        raise HTTPException(422)
    state = state_of(request)
    appeal, opened = _open(request)
    decide_appeal(
        state.decisions,
        appeal.appeal_no,
        by=account_of(request),
        upheld=decision == "upheld",
        reason=reason,
        days=state.appeal_days,
        rules=state.ledger.rules,
    )
    if opened.item.scoring_id == appeal.scoring_id:
        keep_reviewed(state, opened, view_of(state, opened, language_of(request)))
    return RedirectResponse(f"/appeals/{appeal.appeal_no}", status_code=303)


def _open(request: Request) -> tuple[Appeal, OpenCall]:
    """Raises: HTTPException 404 if there is no such appeal, or its call is gone."""
    state, number = state_of(request), number_in_path(request, "appeal_no")
    try:
        appeal = find_appeal(state.decisions, number, days=state.appeal_days)
    except UsageError as error:
        raise HTTPException(404) from error
    return appeal, open_call(request, appeal.call_id)

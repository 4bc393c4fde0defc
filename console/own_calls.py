"""An agent's own calls: good moments, flags with the norm's words, acknowledging, appealing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.call_view import CallView, FindingView, good_moments
from console.opened import OpenCall, note_view, open_call, view_of
from console.paging import paging_of
from console.reader import account_of, language_of, number_in_path, page, state_of
from console.state import ConsoleState
from pipeline.errors import UsageError
from warehouse.decisions.appeal_reading import (
    Appeal,
    acknowledged,
    appeals_of_call,
    find_appeal,
)
from warehouse.decisions.appeals import (
    AppealedFinding,
    acknowledge,
    appeal_finding,
    ask_for_final,
)
from warehouse.decisions.reviews import QueueItem, count_released, released_calls

_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class OwnFlag:
    """A flag as its agent sees it; `finding` is None once a person's finding was taken back."""

    finding_no: int
    title: str
    finding: FindingView | None
    appeal: Appeal | None
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnCall:
    """A released call in an agent's list."""

    item: QueueItem
    until: datetime  # one may appeal
    appeals: tuple[Appeal, ...]
    seen: int  # flags that were acknowledged


def show_mine(request: Request) -> Response:
    """The reader's own released calls, the newest first."""
    state, reader = state_of(request), account_of(request)
    agent_id = reader.agent_id or ""
    total = count_released(state.decisions, agent_id)
    paging = paging_of(request, total, per_page=_PER_PAGE)
    items = released_calls(
        state.decisions, agent_id, limit=_PER_PAGE, offset=paging.offset
    )  # fmt: skip
    calls = tuple(_own_call(state, item) for item in items)
    return page(request, "mine.html", calls=calls, paging=paging, now=datetime.now(UTC))


def show_own_call(request: Request, opened: OpenCall) -> Response:
    """A released call as its agent sees it: no opinion of others, no undecided findings."""
    state = state_of(request)
    view = view_of(state, opened, language_of(request))
    item = opened.item
    note_view(request, item.call_id)
    return page(
        request,
        "own_call.html",
        item=item,
        call=opened.call,
        view=view,
        good=good_moments(view),
        flags=_flags(state, opened, view),
        until=_until(state, item),
        now=datetime.now(UTC),
        mine=False,
        query="",
    )


async def acknowledge_finding(request: Request) -> Response:
    """The agent has seen a finding."""
    form = await request.form()
    return await run_in_threadpool(_acknowledge, request, str(form.get("finding_no", "")))


async def appeal_call(request: Request) -> Response:
    """The agent appeals a finding with a reason."""
    form = await request.form()
    number, reason = (str(form.get(name, "")) for name in ("finding_no", "reason"))
    return await run_in_threadpool(_appeal, request, number, reason)


async def escalate_appeal(request: Request) -> Response:
    """The agent asks for the final decision."""
    form = await request.form()
    return await run_in_threadpool(_escalate, request, str(form.get("reason", "")))


def _acknowledge(request: Request, number: str) -> Response:
    state, opened = state_of(request), open_call(request)
    item = opened.item
    flag = _flag_of(state, opened, view_of(state, opened, language_of(request)), number)
    acknowledge(
        state.decisions, item.call_id, item.scoring_id, flag.finding_no, by=account_of(request)
    )
    return _back(request, item.call_id, flag.finding_no)


def _appeal(request: Request, number: str, reason: str) -> Response:
    state, opened = state_of(request), open_call(request)
    item, view = opened.item, view_of(state, opened, language_of(request))
    flag = _flag_of(state, opened, view, number)
    if flag.finding is None or flag.appeal is not None:
        raise UsageError("console.appealed_before")
    appeal_finding(
        state.decisions,
        AppealedFinding(
            call_id=item.call_id,
            scoring_id=item.scoring_id,
            finding_no=flag.finding_no,
            rule_id=flag.finding.rule_id,
            points=flag.finding.lost,
            takes_back=_takes_back(flag.finding, swapped=view.swapped),
        ),
        by=account_of(request),
        reason=reason,
        days=state.appeal_days,
    )
    return _back(request, item.call_id, flag.finding_no)


def _escalate(request: Request, reason: str) -> Response:
    state, reader = state_of(request), account_of(request)
    number = number_in_path(request, "appeal_no")
    try:
        appeal = find_appeal(state.decisions, number, days=state.appeal_days)
    except UsageError as error:
        raise HTTPException(404) from error
    if appeal.account_id != reader.account_id:
        raise HTTPException(404)
    ask_for_final(state.decisions, number, by=reader, reason=reason, days=state.appeal_days)
    return _back(request, appeal.call_id, appeal.finding_no)


def _takes_back(finding: FindingView, *, swapped: bool) -> dict[str, object]:
    """The decision that undoes a flag: a person's finding goes, a machine's gets its opposite."""
    if finding.finding_no < 0:
        return {"undoes": -finding.finding_no}
    verdict = "confirmed" if finding.verdict == "false" else "false"
    return {"verdict": verdict, "swapped": swapped, "outcome": finding.outcome}


def _flags(state: ConsoleState, opened: OpenCall, view: CallView) -> tuple[OwnFlag, ...]:
    """What counts against the agent, and what counted until an appeal took it back."""
    item = opened.item
    appeals = {
        appeal.finding_no: appeal
        for appeal in appeals_of_call(state.decisions, item.call_id, days=state.appeal_days)
        if appeal.scoring_id == item.scoring_id
    }
    seen = acknowledged(state.decisions, item.call_id, item.scoring_id)
    found = {f.finding_no: f for f in (*view.findings, *view.added)}
    numbers = [n for n, f in found.items() if f.counts or n in appeals]
    numbers += [n for n in appeals if n not in found]
    titles = {rule.id: rule.title for rule in opened.phrasebook.rules}

    def title(number: int) -> str:
        if number in found:
            return found[number].title
        rule_id = appeals[number].rule_id
        return titles.get(rule_id, rule_id)

    return tuple(OwnFlag(n, title(n), found.get(n), appeals.get(n), seen.get(n)) for n in numbers)


def _flag_of(state: ConsoleState, opened: OpenCall, view: CallView, number: str) -> OwnFlag:
    """Raises: HTTPException 404 if the call has no such flag."""
    for flag in _flags(state, opened, view):
        if str(flag.finding_no) == number:
            return flag
    raise HTTPException(404)


def _own_call(state: ConsoleState, item: QueueItem) -> OwnCall:
    return OwnCall(
        item,
        _until(state, item),
        appeals_of_call(state.decisions, item.call_id, days=state.appeal_days),
        len(acknowledged(state.decisions, item.call_id, item.scoring_id)),
    )


def _until(state: ConsoleState, item: QueueItem) -> datetime:
    released = item.submitted_at or datetime.now(UTC)
    return released + timedelta(days=state.appeal_days.appeal)


def _back(request: Request, call_id: str, finding_no: int) -> Response:
    target = request.url_for("call", call_id=call_id).path
    return RedirectResponse(f"{target}#finding-{finding_no}", status_code=303)

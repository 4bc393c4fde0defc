"""The monthly ledger as a page: what findings propose, and what people decide about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.months import month_asked
from console.reader import account_of, language_of, page, state_of
from console.state import ConsoleState
from pipeline.errors import UsageError
from pipeline.incident import Incident, month_after, months_before, price_incidents
from pipeline.ledger import UNFINISHED_RANGE, Item
from warehouse.decisions import ledger
from warehouse.decisions.accounts import accounts
from warehouse.decisions.agent_names import agent_names
from warehouse.decisions.closed_months import closing_of
from warehouse.decisions.known_verdicts import known_verdicts
from warehouse.decisions.ledger_reading import Entry, entries_of, statements
from warehouse.decisions.ledger_reversal import reverse
from warehouse.ledger_proposals import incidents_of_calls

_NUMBER_MAX: Final = 15  # digits
_REASON_MAX: Final = 2000  # characters


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """A row of the ledger as it is shown."""

    entry: Entry
    by: str  # the name
    standing: bool  # a posting that nobody took back


def show_ledger(request: Request) -> Response:
    """Each agent's month, what waits for a decision, and what was decided."""
    return _ledger(request, month_asked(request.query_params.get("month")))


async def decide_incidents(request: Request) -> Response:
    """Confirm or dismiss the incidents that were chosen."""
    form = await request.form()
    return await run_in_threadpool(_carry_out, request, form, _decide)


async def take_back(request: Request) -> Response:
    """Take a posting back, with a reason."""
    form = await request.form()
    return await run_in_threadpool(_carry_out, request, form, _take_back)


async def freeze_month(request: Request) -> Response:
    """Close a month: from then on it stays."""
    form = await request.form()
    return await run_in_threadpool(_carry_out, request, form, _close)


def waiting_in(state: ConsoleState, month: str) -> tuple[Incident, ...]:
    """What waits for a person: incidents of files, and those that findings propose.

    Raises: WarehouseError if the lake cannot be read.
    """
    verdicts = known_verdicts(state.decisions)
    with state.lake() as lake:
        proposed = incidents_of_calls(lake, month, state.ledger, verdicts=verdicts)
    return ledger.pending(state.decisions, month, proposed)


def kept_entries(
    entries: Sequence[Entry], names: Mapping[str | None, str]
) -> tuple[KeptEntry, ...]:
    """The rows, the last first, with who made them and whether they hold."""
    undone = {entry.undoes for entry in entries if entry.undoes is not None}
    return tuple(
        KeptEntry(e, names.get(e.account_id, ""), e.kind == "post" and e.entry_no not in undone)
        for e in reversed(entries)
    )


def _ledger(
    request: Request, month: str, *, form: FormData | None = None, fault: str = ""
) -> Response:
    state = state_of(request)
    rules = state.ledger.rules
    closing = closing_of(state.decisions, month)
    found = statements(state.decisions, month, rules)
    waiting = () if closing else waiting_in(state, month)
    entries = entries_of(state.decisions, month)
    names: dict[str | None, str] = {a.account_id: a.name for a in accounts(state.decisions)}
    agents = {*found, *(i.agent_id for i in waiting), *(e.agent_id for e in entries)}
    return page(
        request,
        "ledger.html",
        status=409 if fault else 200,
        month=month,
        before=months_before(month, 1)[0],
        after=month_after(month),
        closing=closing,
        rules=rules,
        statements=sorted(found.items(), key=lambda each: (each[1].points, each[0])),
        proposals=price_incidents(waiting, found, rules=rules),
        entries=kept_entries(entries, names),
        agents=agent_names(state.decisions, agents),
        by_person=Item.UNFINISHED,
        least=UNFINISHED_RANGE,
        form=form or FormData(),
        fault=fault,
        over=month < month_asked(None),
        titles={
            rule.id: rule.title
            for language in ("zh", "es")
            for rule in state.phrasebook_for(language).rules
        },
    )


def _carry_out(
    request: Request, form: FormData, work: Callable[[Request, FormData, str], None]
) -> Response:
    """Do what a form says and show the month; what was typed stays if it cannot be done."""
    month = month_asked(str(form.get("month", "")) or "none")
    try:
        work(request, form, month)
    except UsageError as error:
        return _ledger(request, month, form=form, fault=error.text(language_of(request)))
    return RedirectResponse(f"/ledger?month={month}", status_code=303)


def _decide(request: Request, form: FormData, month: str) -> None:
    """Raises: UsageError if nothing is chosen, or something was decided on meanwhile."""
    state, by = state_of(request), account_of(request)
    dismissed = form.get("decision") == "dismiss"
    keys = [str(key) for key in form.getlist("key")]
    if not keys:
        raise UsageError("ledger.none_chosen")
    reason = _reason(form)
    if dismissed and not reason:
        raise UsageError("ledger.reason_needed")
    waiting = {incident.key: incident for incident in waiting_in(state, month)}
    if gone := [key for key in keys if key not in waiting]:
        raise UsageError("ledger.decided", incident=gone[0][:32])
    points = {} if dismissed else {key: _points(form, waiting[key]) for key in keys}
    for key in keys:
        if dismissed:
            ledger.dismiss(state.decisions, waiting[key], by=by, reason=reason)
        else:
            ledger.post(state.decisions, waiting[key], by=by, points=points[key], reason=reason)


def _take_back(request: Request, form: FormData, _: str) -> None:
    state, number = state_of(request), str(form.get("entry_no", ""))
    if not (number.isascii() and number.isdecimal() and len(number) <= _NUMBER_MAX):
        raise HTTPException(422)
    reverse(
        state.decisions,
        int(number),
        by=account_of(request),
        reason=_reason(form),
        rules=state.ledger.rules,
    )


def _close(request: Request, _: FormData, month: str) -> None:
    state = state_of(request)
    if month >= month_asked(None):
        raise UsageError("ledger.not_over", month=month)
    ledger.close_month(state.decisions, month, by=account_of(request), rules=state.ledger.rules)


def _reason(form: FormData) -> str:
    return str(form.get("reason", "")).strip()[:_REASON_MAX]


def _points(form: FormData, incident: Incident) -> Decimal | None:
    """What a person gives; None where the rules decide. Raises: UsageError for no number."""
    if incident.item is not Item.UNFINISHED:
        return None
    text = str(form.get(f"points-{incident.key}", "")).strip()
    try:
        value = Decimal(text) if text else incident.points
    except InvalidOperation as error:
        raise UsageError("ledger.bad_points", value=text[:20]) from error
    low, high = UNFINISHED_RANGE
    if value is None or not value.is_finite() or not low <= value <= high:
        raise UsageError("ledger.points_needed", low=low, high=high, value=text[:20] or "—")
    return value

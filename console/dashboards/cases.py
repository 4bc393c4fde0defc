"""The case library: confirmed good and bad examples, by rule."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.dashboards.moments import Moment, moment_of, see_calls
from console.dashboards.page import titles_of
from console.paging import paging_of
from console.reader import account_of, language_of, page, state_of
from pipeline.errors import WarehouseError
from pipeline.finding import Outcome
from warehouse.decisions.cases import Case, list_cases, pin_case
from warehouse.decisions.reviews import QueueItem, find_item
from warehouse.statements import statement

PER_PAGE = 20
_KINDS = ("good", "bad")


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case with its moment."""

    case: Case
    moment: Moment


def show_cases(request: Request) -> Response:
    """Pinned ones first, then the newest; the address says of which rule and kind."""
    state, query = state_of(request), request.query_params
    cases = list_cases(state.decisions, reader=account_of(request).account_id)
    rule_of = _rules(request, cases)
    rule, kind = query.get("rule", ""), query.get("kind", "")
    chosen = [
        case
        for case in cases
        if (found := rule_of.get((case.call_id, case.finding_no))) is not None
        and rule in ("", found[0])
        and (kind not in _KINDS or kind == found[1])
    ]
    paging = paging_of(request, len(chosen), per_page=PER_PAGE)
    shown = _shown(request, chosen[paging.offset : paging.offset + PER_PAGE])
    titles = titles_of(request)
    rules = sorted({found[0] for found in rule_of.values()})
    return page(
        request,
        "cases.html",
        cases=shown,
        paging=paging,
        rules=[(rule_id, titles.get(rule_id, rule_id)) for rule_id in rules],
        rule=rule,
        kind=kind,
    )


async def pin(request: Request) -> Response:
    """Pin a case, or take it down."""
    form = await request.form()
    call_id, number = str(form.get("call_id", "")), str(form.get("finding_no", ""))
    if not number.isdecimal() or len(number) > 9:
        raise HTTPException(422)
    pinned = form.get("pinned") == "1"
    by = account_of(request).account_id
    decisions = state_of(request).decisions
    await run_in_threadpool(pin_case, decisions, call_id, int(number), pinned=pinned, by=by)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/cases{query}", status_code=303)


def _rules(request: Request, cases: tuple[Case, ...]) -> dict[tuple[str, int], tuple[str, str]]:
    """Rule and kind of each case that is a fault or something done well."""
    if not cases:
        return {}
    ids = sorted({case.call_id for case in cases})
    with state_of(request).lake() as lake:
        rows = lake.connection.execute(statement("queries/case_findings"), {"call_ids": ids})
        return {
            (call_id, number): (rule_id, "bad" if flagged else "good")
            for call_id, number, rule_id, flagged in rows.fetchall()
        }


def _shown(request: Request, cases: list[Case]) -> list[ShownCase]:
    state, language = state_of(request), language_of(request)
    shown = []
    for case in cases:
        item = _item(request, case)
        seen = see_calls(state, [item], language) if item else ()
        for finding in seen[0].view.findings if seen else ():
            if finding.finding_no == case.finding_no:
                good = finding.outcome == Outcome.MET
                shown.append(ShownCase(case, moment_of(seen[0].item, finding, good=good)))
    return shown


def _item(request: Request, case: Case) -> QueueItem | None:
    try:
        return find_item(state_of(request).decisions, case.call_id)
    except WarehouseError:
        return None

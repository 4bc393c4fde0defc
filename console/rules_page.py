"""What each rule is worth, as a page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from console.queue_page import filter_of
from console.reader import page, state_of
from pipeline.rules import Kind
from warehouse.decisions.rule_counts import Period, weigh_rules


def show_rules(request: Request) -> Response:
    """Precision and recall of every rule that was flagged, those to look at first."""
    state = state_of(request)
    titles = {
        rule.id: rule.title
        for language in ("zh", "es")
        for rule in state.phrasebook_for(language).rules
        if rule.kind is not Kind.CREDIT
    }
    wanted = filter_of(request.query_params, state_of(request).zone)
    with state.lake() as lake:
        found = weigh_rules(
            state.decisions,
            lake,
            rules=titles,
            settings=state.review,
            period=Period(wanted.since, wanted.until),
        )
    return page(
        request,
        "rules.html",
        worths=found,
        titles=titles,
        least=round(100 * state.review.precision_least),
        query=request.query_params,
    )

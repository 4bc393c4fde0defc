"""An agent's own month: points, and each deduction with where it comes from."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from console.ledger_page import kept_entries
from console.months import month_asked
from console.reader import account_of, page, state_of
from pipeline.incident import month_after, months_before
from pipeline.ledger import state_month
from warehouse.decisions.agent_names import released_among
from warehouse.decisions.closed_months import closing_of
from warehouse.decisions.ledger_reading import entries_of, statements


def show_own_ledger(request: Request) -> Response:
    """The reader's own points and what stands behind them; nothing that nobody confirmed."""
    state, agent_id = state_of(request), account_of(request).agent_id or ""
    month = month_asked(request.query_params.get("month"))
    rules = state.ledger.rules
    found = statements(state.decisions, month, rules).get(agent_id)
    decided = [e for e in entries_of(state.decisions, month) if e.agent_id == agent_id]
    posted = [e for e in decided if e.kind in ("post", "reverse")]
    calls = {entry.call_id for entry in posted if entry.call_id}
    return page(
        request,
        "own_ledger.html",
        month=month,
        before=months_before(month, 1)[0],
        after=month_after(month),
        closing=closing_of(state.decisions, month),
        rules=rules,
        statement=found or state_month((), rules=rules),
        entries=kept_entries(posted, {}),
        released=released_among(state.decisions, agent_id, calls),
    )

"""Rows of the ledger and of promises as other programs read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from starlette.requests import Request

from console.months import month_asked
from console.promises_page import filter_of, promises_in
from console.reader import state_of
from reports.cells import Row
from warehouse.decisions.accounts import accounts
from warehouse.decisions.agent_names import agent_names
from warehouse.decisions.appeal_reading import all_appeals
from warehouse.decisions.closed_months import closed_months
from warehouse.decisions.ledger_reading import entries_of, statements


def statement_rows(request: Request) -> Iterator[Row]:
    """A month's statements, by agent; deductions as "attitude x3 -5"."""
    decisions = state_of(request).decisions
    month = month_asked(request.query_params.get("month"))
    found = statements(decisions, month, state_of(request).ledger.rules)
    names, closed = agent_names(decisions, found), month in closed_months(decisions)
    for agent_id, s in sorted(found.items()):
        lines = "; ".join(f"{x.item} x{x.times} {-x.points:g}" for x in s.lines)
        name = names.get(agent_id)
        yield (month, agent_id, name, s.points, s.level.value, s.streak, lines, closed)


def entry_rows(request: Request) -> Iterator[Row]:
    """A month's entries, the first first; people by their login."""
    decisions = state_of(request).decisions
    month = month_asked(request.query_params.get("month"))
    logins = {a.account_id: a.login for a in accounts(decisions)}
    for e in entries_of(decisions, month):
        yield (
            e.entry_no, e.at, logins.get(e.account_id or ""), e.kind, e.month, e.agent_id,
            e.item.value, e.day, e.quantity, e.points, e.call_id, e.cause.get("rule_id"),
            e.cause.get("start"), e.reason, e.undoes,
        )  # fmt: skip


def promise_rows(request: Request) -> Iterator[Row]:
    """The promises that a filter leaves, by the moment at which they are due."""
    asked = request.query_params
    on = asked.get("call_backs")
    wanted = filter_of(asked, call_backs_on=date.fromisoformat(on) if on else None)
    for p in promises_in(state_of(request), wanted):
        said, settled = p.promise, p.settlement
        yield (
            p.call_id, p.promise_no, p.agent_id, p.agent_name, p.team, p.customer_ref,
            said.kind.value, said.start, said.end, said.quote, said.time_text, said.spoken_at,
            said.due_at, p.state.value, settled.kept_by, settled.kept_at,
        )  # fmt: skip


def appeal_rows(request: Request) -> Iterator[Row]:
    """All appeals as they stand: what the agent wrote, and the last answer."""
    state = state_of(request)
    for found in all_appeals(state.decisions, days=state.appeal_days):
        first, last = found.steps[0], found.steps[-1]
        yield (
            found.appeal_no, found.call_id, found.finding_no, found.rule_id, found.points,
            found.agent_id, found.opened_at, found.standing.state.value, found.standing.due_at,
            first.reason, last.reason if last is not first else None,
        )  # fmt: skip

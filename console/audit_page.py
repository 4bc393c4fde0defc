"""The audit log as a page: who did what, and whether the chain is whole."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from console.queue_page import day_of
from console.reader import language_of, page, state_of
from pipeline.messages import Language, catalogue, say
from warehouse.decisions.administration import list_accounts
from warehouse.decisions.audit import BrokenChain, verify
from warehouse.decisions.audit_reading import AuditFilter, actions, count_entries, list_entries

_PER_PAGE = 100


def show_audit(request: Request) -> Response:
    """Entries by the filter in the address, the newest first."""
    engine = state_of(request).decisions
    query = request.query_params
    until = day_of(query.get("until"))
    wanted = AuditFilter(
        account_id=query.get("who", ""),
        action=query.get("action", ""),
        subject=query.get("subject", "").strip(),
        since=day_of(query.get("since")),
        until=until + timedelta(days=1) if until else None,
    )
    before = query.get("before", "")
    entries = list_entries(
        engine, wanted, before=int(before) if before.isdecimal() else None, limit=_PER_PAGE + 1
    )
    return page(
        request,
        "audit.html",
        entries=entries[:_PER_PAGE],
        more=len(entries) > _PER_PAGE,
        total=count_entries(engine, wanted),
        people=list_accounts(engine),
        actions=actions(engine),
        told=partial(_told, language_of(request)),
        query=query,
    )


def verify_log(request: Request) -> Response:
    """Read the whole chain and say whether it is whole."""
    found = verify(state_of(request).decisions)
    broken = found if isinstance(found, BrokenChain) else None
    return page(request, "audit_verified.html", broken=broken, entries=found)


def _told(language: Language, action: str) -> str:
    """An action in the reader's language; its code if the messages do not know it."""
    key = f"audited.{action.replace('.', '_')}"
    return say(key, language) if key in catalogue() else action

"""Every address of the console, and which action it is: access is decided here and nowhere else."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Final, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console import call_page, health, queue_page, rules_page, sign_in
from console.access import may
from console.api import API_DOORS
from console.door import Awaiting, Door, Endpoint, Plain
from console.reader import state_of
from console.refusals import refuse_role, refuse_stranger
from console.security import COOKIE
from warehouse.decisions.accounts import account_of_session

_CALL: Final = "/calls/{call_id}"
DOORS: Final[tuple[Door, ...]] = (
    Door("GET", "/sign-in", "anyone", sign_in.show_sign_in, "sign_in"),
    Door("POST", "/sign-in", "anyone", sign_in.sign_in, "do_sign_in"),
    Door("POST", "/language", "anyone", sign_in.choose_language, "language"),
    Door("GET", "/health", "anyone", health.show_health, "health"),
    Door("POST", "/sign-out", "signed_in", sign_in.leave, "sign_out"),
    Door("GET", "/", "signed_in", health.go_home, "home"),
    Door("GET", "/queue", "queue.read", queue_page.show_queue, "queue"),
    Door("GET", "/queue/next", "call.review", queue_page.open_next, "next"),
    Door("POST", "/queue/assign", "queue.assign", queue_page.assign_calls, "assign"),
    Door("GET", _CALL, "call.read", call_page.show_call, "call"),
    Door("GET", f"{_CALL}/peaks", "call.listen", call_page.send_peaks, "peaks"),
    Door("GET", f"{_CALL}/sound", "call.listen", call_page.send_sound, "sound"),
    Door("POST", f"{_CALL}/decide", "call.review", call_page.judge_finding, "decide"),
    Door("POST", f"{_CALL}/undo", "call.review", call_page.undo_last, "undo"),
    Door("POST", f"{_CALL}/submit", "call.review", call_page.submit_call, "submit"),
    Door("GET", "/rules", "rules.read", rules_page.show_rules, "rules"),
    *API_DOORS,
)


def routes() -> list[Route]:
    """The doors with their locks."""
    return [Route(door.path, _guard(door), methods=[door.method], name=door.name) for door in DOORS]


def _guard(door: Door) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        secret = request.cookies.get(COOKIE)
        account = None
        if secret:
            decisions = state_of(request).decisions
            account = await run_in_threadpool(account_of_session, decisions, secret)
        request.state.account = account
        if may(account, door.action):
            return await _call(door.endpoint, request)
        return refuse_stranger(request) if account is None else refuse_role(request)

    return answer


async def _call(endpoint: Endpoint, request: Request) -> Response:
    """Run an endpoint; those that wait for databases run in a thread of their own."""
    if inspect.iscoroutinefunction(endpoint):
        return await cast("Awaiting", endpoint)(request)
    return await run_in_threadpool(cast("Plain", endpoint), request)

"""Every address of the console, and which action it is: access is decided here and nowhere else."""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Final, cast

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console import (
    accounts_page,
    appeals_page,
    audit_page,
    call_page,
    desk,
    desk_preview,
    desk_release,
    health,
    ledger_page,
    own_calls,
    own_ledger,
    promises_page,
    queue_page,
    reports_page,
    rules_page,
    sampling_page,
    saved_views_page,
    service_sign_in,
    sign_in,
)
from console.access import may
from console.api import API_DOORS
from console.calibration_doors import CALIBRATION_DOORS
from console.dashboards.doors import DASHBOARD_DOORS
from console.door import Awaiting, Door, Plain
from console.measures import Measures, show_measures
from console.reader import state_of
from console.refusals import refuse_role, refuse_stranger, status_of
from console.security import COOKIE
from pipeline.errors import TingjianError
from warehouse.decisions.accounts import account_of_session

_CALL: Final = "/calls/{call_id}"
_APPEAL: Final = "/appeals/{appeal_no}"
_ACCOUNT: Final = "/accounts/{account_id}"
_RULE: Final = "/desk/rules/{rule_id}"
_VERSION: Final = "/desk/versions/{sha256}"
DOORS: Final[tuple[Door, ...]] = (
    Door("GET", "/sign-in", "anyone", sign_in.show_sign_in, "sign_in"),
    Door("POST", "/sign-in", "anyone", sign_in.sign_in, "do_sign_in"),
    Door("GET", "/sign-in/service", "anyone", service_sign_in.go_to_service, "service"),
    Door("GET", "/sign-in/service/back", "anyone", service_sign_in.come_back, "service_back"),
    Door("POST", "/language", "anyone", sign_in.choose_language, "language"),
    Door("GET", "/health", "anyone", health.show_health, "health"),
    Door("GET", "/metrics", "metrics.read", show_measures, "metrics"),
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
    Door("POST", "/views", "queue.read", saved_views_page.keep_view, "keep_view"),
    Door("POST", "/views/{view_no}/drop", "queue.read", saved_views_page.drop_view, "drop"),
    Door("GET", "/mine", "own.read", own_calls.show_mine, "mine"),
    Door("POST", f"{_CALL}/acknowledge", "own.answer", own_calls.acknowledge_finding, "seen"),
    Door("POST", f"{_CALL}/appeal", "own.answer", own_calls.appeal_call, "make_appeal"),
    Door("POST", f"{_APPEAL}/escalate", "own.answer", own_calls.escalate_appeal, "escalate"),
    Door("GET", "/appeals", "appeal.decide", appeals_page.show_appeals, "appeals"),
    Door("GET", _APPEAL, "appeal.decide", appeals_page.show_appeal, "appeal"),
    Door("POST", f"{_APPEAL}/decide", "appeal.decide", appeals_page.judge_appeal, "judge"),
    Door("GET", "/accounts", "account.manage", accounts_page.show_accounts, "accounts"),
    Door("POST", "/accounts", "account.manage", accounts_page.add_account, "add_account"),
    Door("POST", f"{_ACCOUNT}/change", "account.manage", accounts_page.change_one, "change"),
    Door("POST", f"{_ACCOUNT}/close", "account.manage", accounts_page.close_one, "close"),
    Door("POST", f"{_ACCOUNT}/reopen", "account.manage", accounts_page.reopen_one, "reopen"),
    Door("POST", f"{_ACCOUNT}/password", "account.manage", accounts_page.reset_one, "reset"),
    Door("GET", "/audit", "audit.read", audit_page.show_audit, "audit"),
    Door("POST", "/audit/verify", "audit.read", audit_page.verify_log, "verify"),
    Door("GET", "/own", "signed_in", accounts_page.show_own, "own"),
    Door("POST", "/own", "signed_in", accounts_page.change_own, "change_own"),
    Door("POST", "/tour", "signed_in", accounts_page.finish_tour, "tour"),
    Door("GET", "/desk", "phrasebook.read", desk.show_desk, "desk"),
    Door("GET", _RULE, "phrasebook.read", desk.show_rule, "desk_rule"),
    Door("POST", _RULE, "phrasebook.release", desk.save_lists, "desk_save"),
    Door("POST", f"{_RULE}/try", "phrasebook.read", desk.try_rule, "desk_try"),
    Door("GET", "/desk/draft", "phrasebook.read", desk_release.show_draft, "desk_draft"),
    Door("POST", "/desk/check", "phrasebook.release", desk_release.check_draft, "desk_check"),
    Door("POST", "/desk/discard", "phrasebook.release", desk_release.drop_draft, "desk_discard"),
    Door("POST", "/desk/release", "phrasebook.release", desk_release.release_draft, "desk_release"),
    Door("GET", "/desk/preview", "phrasebook.read", desk_preview.show_preview, "preview"),
    Door("POST", "/desk/preview", "phrasebook.release", desk_preview.begin_preview, "try_draft"),
    Door("POST", "/desk/preview/stop", "phrasebook.release", desk_preview.stop_preview, "stop"),
    Door("GET", "/desk/releases", "phrasebook.read", desk_release.show_releases, "desk_releases"),
    Door("GET", _VERSION, "phrasebook.read", desk_release.show_version, "desk_version"),
    Door(
        "POST",
        f"{_VERSION}/restore",
        "phrasebook.release",
        desk_release.restore_version,
        "desk_restore",
    ),
    Door("GET", "/sampling", "sampling.read", sampling_page.show_plans, "sampling"),
    Door("POST", "/sampling", "sampling.draw", sampling_page.draw_plan, "draw_plan"),
    Door("GET", "/sampling/{plan_no:int}", "sampling.read", sampling_page.show_plan, "plan"),
    Door("GET", "/ledger", "ledger.read", ledger_page.show_ledger, "ledger"),
    Door("POST", "/ledger/decide", "ledger.decide", ledger_page.decide_incidents, "ledger_decide"),
    Door("POST", "/ledger/reverse", "ledger.decide", ledger_page.take_back, "ledger_reverse"),
    Door("POST", "/ledger/close", "ledger.decide", ledger_page.freeze_month, "ledger_close"),
    Door("GET", "/my-ledger", "own.read", own_ledger.show_own_ledger, "my_ledger"),
    Door("GET", "/promises", "promise.read", promises_page.show_promises, "promises"),
    Door("GET", "/reports", "reports.read", reports_page.show_reports, "reports"),
    Door("POST", "/reports", "reports.make", reports_page.make_report, "make_report"),
    Door("GET", "/reports/{name}", "reports.read", reports_page.send_report, "report_file"),
    Door("GET", "/mine/sheet", "own.read", reports_page.send_own_sheet, "own_sheet"),
    *DASHBOARD_DOORS,
    *CALIBRATION_DOORS,
    *API_DOORS,
)


def routes() -> list[Route]:
    """The doors with their locks."""
    return [Route(door.path, _guard(door), methods=[door.method], name=door.name) for door in DOORS]


def _guard(door: Door) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        start, status = time.perf_counter(), 500
        try:
            response = await admit(request)
            status = response.status_code
            return response
        except HTTPException as error:
            status = error.status_code
            raise
        except TingjianError as error:
            status = status_of(error)
            raise
        finally:
            measures: Measures = request.app.state.measures
            measures.note(door.name, status, time.perf_counter() - start)

    async def admit(request: Request) -> Response:
        """What waits for databases runs in a thread, in one where the endpoint does so too."""
        if not inspect.iscoroutinefunction(door.endpoint):
            return await run_in_threadpool(_admit_plain, request)
        refused = await run_in_threadpool(_refuse, request, door)
        return refused or await cast("Awaiting", door.endpoint)(request)

    def _admit_plain(request: Request) -> Response:
        return _refuse(request, door) or cast("Plain", door.endpoint)(request)

    return answer


def _refuse(request: Request, door: Door) -> Response | None:
    """The answer to who may not enter; None, and who it is in the request, for who may."""
    secret = request.cookies.get(COOKIE)
    account = account_of_session(state_of(request).decisions, secret) if secret else None
    request.state.account = account
    open_to_all = door.action == "metrics.read" and state_of(request).metrics == "anyone"
    if may(account, door.action) or open_to_all:
        return None
    return refuse_stranger(request) if account is None else refuse_role(request)

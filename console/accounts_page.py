"""The administrator's page: who may sign in; and everybody's own password."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.reader import account_of, language_of, page, state_of
from console.security import COOKIE
from pipeline.errors import UsageError
from warehouse.decisions.accounts import ROLES, RoleName, create_account
from warehouse.decisions.administration import (
    change_account,
    change_own_password,
    close_account,
    end_tour,
    list_accounts,
    reopen_account,
    reset_password,
)


def show_accounts(request: Request) -> Response:
    """All accounts, and a form for another one."""
    return _listed(request)


async def add_account(request: Request) -> Response:
    """A new account; its password is shown once."""
    form = await request.form()
    text = {name: str(value) for name, value in form.items()}
    return await run_in_threadpool(_add, request, text)


async def change_one(request: Request) -> Response:
    """Another role, team or agent's id."""
    form = await request.form()
    role, team, agent_id = (str(form.get(name, "")) for name in ("role", "team", "agent_id"))

    def change(account_id: str, by: str) -> None:
        engine = state_of(request).decisions
        change_account(engine, account_id, role=role, team=team, agent_id=agent_id, by=by)

    return await run_in_threadpool(_change, request, change)


def close_one(request: Request) -> Response:
    """Nobody signs in with it any more."""
    engine = state_of(request).decisions
    return _change(request, lambda account_id, by: close_account(engine, account_id, by=by))


def reopen_one(request: Request) -> Response:
    """It may sign in again."""
    engine = state_of(request).decisions
    return _change(request, lambda account_id, by: reopen_account(engine, account_id, by=by))


def reset_one(request: Request) -> Response:
    """A new password, shown once."""
    state, by = state_of(request), account_of(request).account_id
    account_id = request.path_params["account_id"]
    return _listed(request, made=reset_password(state.decisions, account_id, by=by))


def show_own(request: Request) -> Response:
    """The form for one's own password."""
    return page(request, "own_account.html", fault="")


async def change_own(request: Request) -> Response:
    """A new password of one's own; one signs in with it at once."""
    form = await request.form()
    present, new = (str(form.get(name, "")) for name in ("present", "new"))
    return await run_in_threadpool(_change_own, request, present, new)


def finish_tour(request: Request) -> Response:
    """The reader was shown around, or did not want to be."""
    end_tour(state_of(request).decisions, account_of(request))
    return Response(status_code=204)


def _add(request: Request, text: dict[str, str]) -> Response:
    password = None if text.get("service") == "1" else secrets.token_urlsafe(12)
    try:
        made = create_account(
            state_of(request).decisions,
            login=text.get("login", ""),
            name=text.get("name", ""),
            role=cast("RoleName", text.get("role", "")),
            password=password,
            language=language_of(request),
            agent_id=text.get("agent_id", "").strip() or None,
            team=text.get("team", "").strip() or None,
            by=account_of(request).account_id,
        )
    except UsageError as error:
        fault = error.text(language_of(request))
        return _listed(request, fault=fault, typed=text, status=409)
    return _listed(request, made=(made.login, password or ""))


def _listed(
    request: Request,
    *,
    made: tuple[str, str] | None = None,
    fault: str = "",
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    response = page(
        request,
        "accounts.html",
        status=status,
        accounts=list_accounts(state_of(request).decisions),
        roles=ROLES,
        made=made,
        fault=fault,
        typed=typed or {},
    )
    if made:
        response.headers["Cache-Control"] = "no-store"
    return response


def _change(request: Request, change: Callable[[str, str], None]) -> Response:
    change(request.path_params["account_id"], account_of(request).account_id)
    return RedirectResponse("/accounts", status_code=303)


def _change_own(request: Request, present: str, new: str) -> Response:
    try:
        change_own_password(
            state_of(request).decisions, account_of(request), present=present, new=new
        )
    except UsageError as error:
        fault = error.text(language_of(request))
        return page(request, "own_account.html", status=409, fault=fault)
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(COOKIE)
    return response

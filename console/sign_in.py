"""Signing in and out, and choosing a language."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.reader import language_of, page, state_of
from console.security import COOKIE
from pipeline.messages import LANGUAGES
from warehouse.decisions.accounts import (
    SESSION_LASTS,
    TooManyAttemptsError,
    sign_in_with_password,
    sign_out,
)

_YEAR_S = 365 * 24 * 3600


def show_sign_in(request: Request) -> Response:
    """The form."""
    return page(request, "sign_in.html", fault="", login="", then=_own(request, "then"))


async def sign_in(request: Request) -> Response:
    """A session, or the form again with what is wrong."""
    form = await request.form()
    login, password = str(form.get("login", "")), str(form.get("password", ""))
    then = local_path(str(form.get("then", "/")))
    address = request.client.host if request.client else "unknown"
    state = state_of(request)
    try:
        begun = await run_in_threadpool(
            sign_in_with_password,
            state.decisions,
            login=login,
            password=password,
            address=address,
        )
        fault = page_fault = ""
    except TooManyAttemptsError as error:
        begun, page_fault = None, error.text(language_of(request))
    if begun is None:
        fault = page_fault or "wrong"
        status = 429 if page_fault else 403
        return page(request, "sign_in.html", status=status, fault=fault, login=login, then=then)
    response = RedirectResponse(then, status_code=303)
    set_session(response, begun[1], secure=state.secure_cookies)
    return response


def set_session(response: Response, secret: str, *, secure: bool) -> None:
    """Give the browser a session's secret to keep; scripts and other sites never get it."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION_LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=secure,
    )


async def leave(request: Request) -> Response:
    """End the session."""
    secret = request.cookies.get(COOKIE)
    if secret:
        await run_in_threadpool(sign_out, state_of(request).decisions, secret)
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(COOKIE)
    return response


async def choose_language(request: Request) -> Response:
    """Remember the reader's language, and go back to the page."""
    form = await request.form()
    language = str(form.get("language", ""))
    response = RedirectResponse(local_path(str(form.get("then", "/"))), status_code=303)
    if language in LANGUAGES:
        response.set_cookie("language", language, max_age=_YEAR_S, samesite="strict", httponly=True)
    return response


def _own(request: Request, name: str) -> str:
    return local_path(request.query_params.get(name, "/"))


def local_path(path: str) -> str:
    """The path if it stays on this host, else the first page."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"

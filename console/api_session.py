"""Signing in and out by JSON, and who is signed in."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console import api_answers as a
from console.api_about import answer_with, read_body
from console.api_views import me_of
from console.reader import account_of, state_of
from console.security import COOKIE
from console.sign_in import set_session
from warehouse.decisions.accounts import sign_in_with_password, sign_out


async def begin(request: Request) -> Response:
    """A session as a cookie, as the sign-in page gives it."""
    asked = await read_body(request, a.Credentials)
    address = request.client.host if request.client else "unknown"
    state = state_of(request)
    begun = await run_in_threadpool(
        sign_in_with_password,
        state.decisions,
        login=asked.login,
        password=asked.password,
        address=address,
    )
    if begun is None:
        raise HTTPException(403, "api.wrong_password")
    account, secret = begun
    response = answer_with(a.Me, me_of(account))
    set_session(response, secret, secure=state.secure_cookies)
    return response


def end(request: Request) -> Response:
    """Sign out."""
    secret = request.cookies.get(COOKIE)
    if secret:
        sign_out(state_of(request).decisions, secret)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE)
    return response


def read_me(request: Request) -> Response:
    """The reader's own account."""
    return answer_with(a.Me, me_of(account_of(request)))

"""The way to the organisation's own sign-in and back."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.reader import page, state_of
from console.sign_in import local_path, set_session
from warehouse.decisions.identities import sign_in_with_identity

_COOKIE = "tingjian_sign_in"
_PATH = "/sign-in/service"


def go_to_service(request: Request) -> Response:
    """To the service. Raises: HTTPException 404 if there is none."""
    from console.single_sign_on import LASTS_S, begin  # 13 MB that most consoles never need

    state = state_of(request)
    if not state.single_sign_on.on:
        raise HTTPException(404)
    then = local_path(request.query_params.get("then", "/"))
    url, pending = begin(state.single_sign_on, then=then)
    response = RedirectResponse(url, status_code=303)
    response.set_cookie(
        _COOKIE,
        pending.sealed(),
        max_age=LASTS_S,
        path=_PATH,
        httponly=True,
        samesite="lax",  # one comes back from another site
        secure=state.secure_cookies,
    )
    return response


def come_back(request: Request) -> Response:
    """Back from the service, with a session.

    The page that one comes to leads on by itself: a redirect would still count as coming from the
    other site, and go without the session's strict cookie.
    """
    from console.single_sign_on import finish

    state = state_of(request)
    if not state.single_sign_on.on:
        raise HTTPException(404)
    who, then = finish(
        state.single_sign_on,
        answer=dict(request.query_params),
        cookie=request.cookies.get(_COOKIE, ""),
    )
    secret = sign_in_with_identity(state.decisions, external_id=who.external_id, login=who.login)
    response = page(request, "signed_in.html", then=then)
    response.delete_cookie(_COOKIE, path=_PATH)
    set_session(response, secret, secure=state.secure_cookies)
    return response

"""How a request that cannot be carried out is answered: a page for people, JSON under `/api`."""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from console.api_about import InvalidRequestError, refusal
from console.limits import BODY_MAX, BODY_WITHIN_S
from console.opened import BLIND
from console.reader import language_of, page
from pipeline.errors import TingjianError, UsageError
from pipeline.messages import catalogue, say
from warehouse.decisions.accounts import TooManyAttemptsError

_log = logging.getLogger("tingjian.console")
_MESSAGES: Final = {
    401: "api.not_signed_in",
    403: "api.forbidden",
    404: "api.not_found",
    405: "api.method",
    408: "api.too_slow",
    413: "api.too_large",
    415: "api.not_json",
    BLIND: "calibration.blind",
    429: "api.busy",
}
_SHOWN_MAX: Final = 200


def wants_json(request: Request) -> bool:
    """Whether the address belongs to the API."""
    return request.url.path == "/api" or request.url.path.startswith("/api/")


def refuse_stranger(request: Request) -> Response:
    """Nobody known: pages lead to the sign-in, everything else is told.

    A form that was sent after its session ended leads back to the page where it stands; what was
    typed is still there.
    """
    if wants_json(request):
        return _refused(request, 401)
    if "text/html" in request.headers.get("accept", "") and not _is_part(request):
        then = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.method != "GET":
            then = _came_from(request)
        return RedirectResponse(f"/sign-in?then={quote(then)}", status_code=303)
    return PlainTextResponse("not signed in", status_code=401)


def refuse_role(request: Request) -> Response:
    """Somebody whose role may not."""
    if wants_json(request):
        return _refused(request, 403)
    return page(request, "forbidden.html", status=403)


def refuse_site(request: Request) -> Response:
    """A change that another site asks for."""
    text = say("api.cross_site", language_of(request))
    return refusal(403, text) if wants_json(request) else PlainTextResponse(text, status_code=403)


async def tell_status(request: Request, error: Exception) -> Response:
    """What a status of HTTP means to the reader."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if not wants_json(request):
        template = "blind.html" if status == BLIND else "error.html"
        return page(request, template, status=status, code=status)
    detail = error.detail if isinstance(error, HTTPException) else ""
    headers = error.headers if isinstance(error, HTTPException) else None
    response = _refused(request, status, key=detail)
    response.headers.update(headers or {})
    return response


async def tell_known(request: Request, error: Exception) -> Response:
    """One of our own errors, in the reader's language."""
    assert isinstance(error, TingjianError)
    status = status_of(error)
    if wants_json(request):
        return refusal(status, error.text(language_of(request)))
    if status == 503:
        _log.warning("a page failed: %s", error.key)
        return page(request, "error.html", status=503, code=503)
    reason = error.text(language_of(request))
    if _is_part(request):
        return page(request, "refused.html", status=status, reason=reason)
    return page(
        request, "refused_page.html", status=status, reason=reason, back=_came_from(request)
    )


async def tell_failure(request: Request, error: Exception) -> Response:
    """What nobody foresaw."""
    request.state.nonce = getattr(request.state, "nonce", "")
    if wants_json(request):
        return _refused(request, 500)
    return page(request, "error.html", status=500, code=500)


def _is_part(request: Request) -> bool:
    """Whether a script asks for a part of a page."""
    return "hx-request" in request.headers


def _came_from(request: Request) -> str:
    """The page of this console that the reader comes from."""
    page_before = urlsplit(request.headers.get("referer", ""))
    return (
        "/" + page_before.path.lstrip("/") + (f"?{page_before.query}" if page_before.query else "")
    )


def status_of(error: TingjianError) -> int:
    """The status of HTTP that fits an error of ours."""
    if isinstance(error, InvalidRequestError):
        return 422
    if isinstance(error, TooManyAttemptsError):
        return 429
    return 409 if isinstance(error, UsageError) else 503


def _refused(request: Request, status: int, *, key: str = "") -> Response:
    if key not in catalogue():
        key = _MESSAGES.get(status, "api.failed")
    values = {
        "path": request.url.path[:_SHOWN_MAX],
        "method": request.method,
        "most": BODY_MAX,
        "seconds": round(BODY_WITHIN_S),
    }
    return refusal(status, say(key, language_of(request), **values))

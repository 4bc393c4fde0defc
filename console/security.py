"""What every request and answer has to pass: origin, size of trust, headers."""

from __future__ import annotations

import secrets
from typing import Final

from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response

from console.refusals import refuse_site

COOKIE: Final = "tingjian_session"
_SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_OWN_SITES: Final = frozenset(("same-origin", "none"))


async def protect(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """Refuse changes that another site asks for, and tell the browser what a page may load.

    A browser says where a request comes from in `Sec-Fetch-Site`; one too old to say so is asked
    for an `Origin` of this host. What comes without either is no browser, and carries no cookie
    that it was not given on purpose.
    """
    if request.method not in _SAFE and not _is_own(request):
        return refuse_site(request)
    request.state.nonce = secrets.token_urlsafe(16)
    response = await call_next(request)
    response.headers.update(_headers(request.state.nonce))
    return response


def _is_own(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in _OWN_SITES
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def _headers(nonce: str) -> dict[str, str]:
    policy = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; media-src 'self'; "
        f"img-src 'self' data:; style-src 'self' 'nonce-{nonce}'; font-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }

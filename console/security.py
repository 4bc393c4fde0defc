"""What every request and answer has to pass: origin, size of trust, headers."""

from __future__ import annotations

import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.refusals import refuse_site

COOKIE: Final = "tingjian_session"
_SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_OWN_SITES: Final = frozenset(("same-origin", "none"))


class Protection:
    """An ASGI application that refuses changes that another site asks for, and tells the browser
    what a page may load.

    A browser says where a request comes from in `Sec-Fetch-Site`; one too old to say so is asked
    for an `Origin` of this host. What comes without either is no browser, and carries no cookie
    that it was not given on purpose.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if request.method not in _SAFE and not _is_own(request):
            await refuse_site(request)(scope, receive, send)
            return
        request.state.nonce = secrets.token_urlsafe(16)
        headers = _headers(request.state.nonce)

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, tell)


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

"""What a client may cost: the size of what it sends, and how long it may take to send or to read.

Neither needs a thread while it waits; what is over its limit is told, or cut off.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_MAX: Final = 1_048_576  # bytes; a phrasebook's file has 60 000
BODY_WITHIN_S: Final = 30.0  # from the request's head to the end of its body
READ_WITHIN_S: Final = 60.0  # for one piece of the answer


class Limits:
    """An ASGI application within its limits."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_max: int = BODY_MAX,
        body_within_s: float = BODY_WITHIN_S,
        read_within_s: float = READ_WITHIN_S,
    ) -> None:
        self._app = app
        self._body_max = body_max
        self._body_within_s = body_within_s
        self._read_within_s = read_within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def tell(message: Message) -> None:
            async with asyncio.timeout(self._read_within_s):
                await send(message)

        try:
            await self._app(scope, self._counted(scope, receive), tell)
        except TimeoutError:
            return  # nobody reads: the server closes the connection

    def _counted(self, scope: Scope, receive: Receive) -> Receive:
        """The body, as far as it is within size and time."""
        deadline = time.monotonic() + self._body_within_s
        announced, read, whole = _announced(scope), 0, False

        async def counted() -> Message:
            nonlocal read, whole
            if whole:
                return await receive()  # waits for the client's going away: no limit
            if announced > self._body_max:
                raise HTTPException(413)
            try:
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408) from error
            read += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if read > self._body_max:
                raise HTTPException(413)
            return message

        return counted


def _announced(scope: Scope) -> int:
    """The length that the head says; 0 if it says none that can be read."""
    text = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
    return int(text) if text.isdigit() and len(text) < 20 else 0

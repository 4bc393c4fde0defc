"""What an address is: method, path, who may, what answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from console.access import Action
from console.api_about import About

Plain = Callable[[Request], Response]
Awaiting = Callable[[Request], Awaitable[Response]]
Endpoint = Plain | Awaiting


@dataclass(frozen=True, slots=True)
class Door:
    """One address."""

    method: str
    path: str
    action: Action
    endpoint: Endpoint
    name: str
    about: About | None = None  # of an address of the API

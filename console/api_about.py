"""What an address of the API takes and gives: the one description that checks, answers and
documents it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pipeline.errors import UsageError
from pipeline.messages import Language, say

T = TypeVar("T")
_FAULTS_MAX: Final = 10
_WHERE_MAX: Final = 100
_ADAPTERS: Final[dict[Any, TypeAdapter[Any]]] = {}


@dataclass(frozen=True, slots=True)
class About:
    """One address in words and types; types are frozen dataclasses, fields with `Annotated` limits.

    `query`: of the parameters; `body`: of the JSON body; `answer`: of the JSON answer, None for an
    empty one. `media` names what is sent where that is no JSON.
    """

    summary: str
    query: type | None = None
    body: type | None = None
    answer: Any = None
    status: int = 200
    media: str = "application/json"
    refusals: tuple[int, ...] = ()  # besides those that every address has


class InvalidRequestError(UsageError):
    """A request that is not what `About` says; carries every fault."""

    def __init__(self, faults: tuple[tuple[str, Mapping[str, object]], ...]) -> None:
        super().__init__("api.invalid", faults="")
        self.faults = faults

    def text(self, language: Language) -> str:
        """One line that names all faults."""
        told = (say(key, language, **values) for key, values in self.faults)
        return say("api.invalid", language, faults="; ".join(told))


def adapter(kind: Any) -> TypeAdapter[Any]:
    """What pydantic makes of a type, once."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def checked(kind: type[T], given: Mapping[str, object] | bytes) -> T:
    """Values by name, or JSON, as a type. Raises: InvalidRequestError with every fault."""
    try:
        if isinstance(given, bytes):
            return cast("T", adapter(kind).validate_json(given))
        return cast("T", adapter(kind).validate_python(given))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:_FAULTS_MAX]
        raise InvalidRequestError(tuple(map(_fault, found))) from error


def read_query(request: Request, kind: type[T]) -> T:
    """The parameters of the address. Raises: InvalidRequestError with every fault."""
    return checked(kind, dict(request.query_params))


async def read_body(request: Request, kind: type[T]) -> T:
    """The JSON body.

    Raises: InvalidRequestError with every fault, HTTPException 415 if it is no JSON by its header.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise HTTPException(415)
    return checked(kind, await request.body())


def answer_with(kind: Any, value: object, *, status: int = 200) -> Response:
    """A value as JSON."""
    content = adapter(kind).dump_json(value)
    return Response(content, status_code=status, media_type="application/json")


def refusal(status: int, text: str) -> Response:
    """Why not, as JSON: `{"error": {"status": …, "message": …}}`."""
    content = json.dumps({"error": {"status": status, "message": text}}, ensure_ascii=False)
    return Response(content, status_code=status, media_type="application/json")


def _fault(detail: ErrorDetails) -> tuple[str, Mapping[str, object]]:
    """One of pydantic's faults as a message of ours."""
    kind = detail["type"]
    where = ".".join(str(part) for part in detail["loc"])[:_WHERE_MAX] or "body"
    limits = detail.get("ctx", {})
    if kind == "missing":
        return "api.fault_missing", {"where": where}
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        return "api.fault_unknown", {"where": where}
    if kind in ("literal_error", "enum"):
        return "api.fault_choice", {"where": where, "expected": limits.get("expected", "")}
    bounds = ", ".join(
        f"{name} {value}" for name, value in limits.items() if isinstance(value, int | float)
    )
    if bounds:
        return "api.fault_bounds", {"where": where, "expected": bounds}
    return "api.fault_wrong", {"where": where, "expected": kind.replace("_", " ")}

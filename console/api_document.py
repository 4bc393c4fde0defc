"""The OpenAPI document: made of the doors, so that it cannot say anything else than they do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from importlib.metadata import version
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from console.access import ALLOWED
from console.api_about import About, adapter
from console.api_answers import Refusal
from console.door import Door
from console.security import COOKIE

Json = dict[str, Any]
_Places = Mapping[tuple[Any, JsonSchemaMode], Json]
_REF: Final = "#/components/schemas/{model}"
_REFUSALS: Final[Mapping[int, str]] = {
    400: "The request cannot be read",
    401: "Not signed in",
    403: "The reader's role may not do this, or another site asks",
    404: "Not there, or not open to the reader",
    405: "The address does not take this method",
    409: "Not possible as things stand: held by somebody else, submitted, judged anew, unknown",
    413: "The body is too large",
    415: "The body is no JSON",
    422: "The request is not what is described here",
    429: "Too many attempts, or too many exports at once",
    503: "Lake or decisions do not answer",
}


def document_of(doors: Sequence[Door]) -> Json:
    """The OpenAPI 3.1 document of those doors that describe themselves."""
    described = [(door, door.about) for door in doors if door.about is not None]
    places, definitions = _schemas([about for _, about in described])
    paths: dict[str, Json] = {}
    for door, about in described:
        paths.setdefault(door.path, {})[door.method.lower()] = _operation(door, about, places)
    return {
        "openapi": "3.1.0",
        "info": {"title": "tingjian", "version": version("tingjian")},
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }


def _schemas(abouts: Sequence[About]) -> tuple[_Places, Json]:
    """Where the schema of each type stands, by type and direction, and what the names mean."""
    wanted: list[tuple[Any, JsonSchemaMode, TypeAdapter[Any]]] = [
        (Refusal, "serialization", adapter(Refusal))
    ]
    for about in abouts:
        for kind in (about.query, about.body):
            if kind is not None:
                wanted.append((kind, "validation", adapter(kind)))
        if about.answer is not None:
            wanted.append((about.answer, "serialization", adapter(about.answer)))
    made, together = TypeAdapter.json_schemas(wanted, ref_template=_REF)
    places = {(key, mode): schema for (key, mode), schema in made.items()}
    return places, together.get("$defs", {})


def _operation(door: Door, about: About, places: _Places) -> Json:
    answers: Json = {str(about.status): _answer(about, places)}
    for status in _statuses(door, about):
        answers[str(status)] = {
            "description": _REFUSALS[status],
            "content": {"application/json": {"schema": places[Refusal, "serialization"]}},
        }
    operation: Json = {
        "operationId": door.name,
        "summary": about.summary,
        "responses": answers,
        "security": [] if door.action == "anyone" else [{"session": []}],
    }
    if door.action in ALLOWED:
        operation["x-roles"] = sorted(ALLOWED[door.action])
    if parameters := [*_path_parameters(door.path), *_query_parameters(about)]:
        operation["parameters"] = parameters
    if about.body is not None:
        schema = places[about.body, "validation"]
        content = {"application/json": {"schema": schema}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _answer(about: About, places: _Places) -> Json:
    answer: Json = {"description": about.summary}
    if about.answer is not None:
        schema = places[about.answer, "serialization"]
        answer["content"] = {about.media: {"schema": schema}}
    elif about.status != 204:
        answer["content"] = {about.media: {}}
    return answer


def _statuses(door: Door, about: About) -> list[int]:
    found = {*about.refusals}
    if door.action != "anyone":
        found |= {401, 403}
    if "{" in door.path:
        found.add(404)
    if about.query is not None:
        found.add(422)
    if about.body is not None:
        found |= {400, 403, 413, 415, 422}
    if door.method != "GET":
        found.add(403)
    return sorted(found)


def _path_parameters(path: str) -> list[Json]:
    schema = {"type": "string", "minLength": 1, "maxLength": 200}
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _query_parameters(about: About) -> list[Json]:
    if about.query is None:
        return []
    schema = adapter(about.query).json_schema(ref_template=_REF)
    needed = {f.name for f in fields(about.query) if f.default is MISSING}
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": part}
        for name, part in schema["properties"].items()
    ]

"""Judged calls, whole, by their name: what a page shows without asking the lake.

The lake finds a call by reading stretches of files; a page that people leaf through needs it in a
few milliseconds. So the calls that are worth a look lie here too, each as one compressed text.
They are copies: what is missing, or was written by a program whose types were others, is read from
the lake again.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine, delete, insert, select

from pipeline.finding import InspectedCall
from warehouse.decisions.store import writing
from warehouse.decisions.tables import call_document

_LEVEL: Final = 3  # zlib; a call of four minutes takes about 12 KB


@cache
def _adapter() -> TypeAdapter[InspectedCall]:
    return TypeAdapter(InspectedCall)


@cache
def form() -> str:
    """What tells the types of this program from those of another: 16 hexadecimal digits."""
    schema = json.dumps(_adapter().json_schema(), sort_keys=True)
    return hashlib.sha256(schema.encode()).hexdigest()[:16]


def pack(call: InspectedCall) -> bytes:
    """A call as it is kept."""
    return zlib.compress(_adapter().dump_json(call), _LEVEL)


def unpack(content: bytes) -> InspectedCall:
    """The same call. Raises: ValidationError or zlib.error if it was not packed by `pack`."""
    return _adapter().validate_json(zlib.decompress(content))


def read_document(engine: Engine, call_id: str, scoring_id: str) -> InspectedCall | None:
    """One judgement of a call; None if it is not kept, or not in this program's form."""
    wanted = select(call_document.c.content).where(
        call_document.c.call_id == call_id,
        call_document.c.scoring_id == scoring_id,
        call_document.c.form == form(),
    )
    with engine.connect() as connection:
        content = connection.execute(wanted).scalar()
    if content is None:
        return None
    try:
        return unpack(content)
    except (ValidationError, zlib.error):
        return None


def keep_document(engine: Engine, call_id: str, scoring_id: str, call: InspectedCall) -> None:
    """Keep one call that had to be read from the lake."""
    row = document_row(call_id, scoring_id, call)
    with writing(engine).begin() as connection:
        put_documents(connection, [row])


def document_row(call_id: str, scoring_id: str, call: InspectedCall) -> dict[str, Any]:
    """The row of one call."""
    return {"call_id": call_id, "scoring_id": scoring_id, "form": form(), "content": pack(call)}


def put_documents(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Keep calls in place of what was kept of them before, within a transaction that writes."""
    made = list(rows)
    if made:
        ids = [row["call_id"] for row in made]
        connection.execute(delete(call_document).where(call_document.c.call_id.in_(ids)))
        connection.execute(insert(call_document), made)

"""The audit log: append only, each entry sealed together with the one before.

An entry's SHA-256 covers its content and its predecessor's SHA-256, so that changing, leaving out
or putting in one breaks the chain at that place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, func, insert, select

from warehouse.decisions.tables import audit

_BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """The first place where the log is not what was written."""

    entry_no: int
    fault: str  # "missing" or "changed"


def record(
    connection: Connection,
    action: str,
    *,
    subject: str,
    account_id: str | None,
    details: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> None:
    """Add one entry inside the transaction of what it tells: both are stored, or neither.

    The transaction must hold the writer's lock (`store.writing`), so that numbers have no gap.
    """
    last = connection.execute(
        select(audit.c.entry_no, audit.c.sha256).order_by(audit.c.entry_no.desc()).limit(1)
    ).first()
    number, previous = (last.entry_no + 1, last.sha256) if last else (1, _BEGINNING)
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    text = json.dumps(details or {}, ensure_ascii=False, sort_keys=True)
    content = (number, moment.isoformat(), account_id, action, subject, text, previous)
    connection.execute(
        insert(audit).values(
            entry_no=number,
            at=moment,
            account_id=account_id,
            action=action,
            subject=subject,
            details=text,
            previous_sha256=previous,
            sha256=_seal(content),
        )
    )


def verify(engine: Engine) -> BrokenChain | int:
    """Read the whole log: the number of entries, or the first place where the chain is broken."""
    previous, expected = _BEGINNING, 1
    with engine.connect() as connection:
        for row in connection.execute(select(audit).order_by(audit.c.entry_no)).yield_per(1000):
            if row.entry_no != expected:
                return BrokenChain(expected, "missing")
            content = (
                row.entry_no,
                row.at.isoformat(),
                row.account_id,
                row.action,
                row.subject,
                row.details,
                previous,
            )
            if row.previous_sha256 != previous or row.sha256 != _seal(content):
                return BrokenChain(row.entry_no, "changed")
            previous, expected = row.sha256, expected + 1
        return int(connection.execute(select(func.count()).select_from(audit)).scalar_one())


def _seal(content: tuple[object, ...]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

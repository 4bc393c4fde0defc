"""The audit log as an auditor reads it: the newest first, by person, action, subject and time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, func, select

from warehouse.decisions.tables import account, audit


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries; empty fields do not restrict."""

    account_id: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None  # before this moment


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `login` is None for nobody who is known."""

    entry_no: int
    at: datetime
    account_id: str | None
    login: str | None
    action: str
    subject: str
    details: str
    sha256: str


def list_entries(
    engine: Engine, wanted: AuditFilter, *, before: int | None = None, limit: int = 100
) -> tuple[Entry, ...]:
    """Entries, the newest first.

    Args:
        before: only entries with a lower number: how one goes on to older ones.
    """
    names = ("entry_no", "at", "account_id", "action", "subject", "details", "sha256")
    query = (
        select(*(audit.c[name] for name in names), account.c.login)
        .outerjoin(account, account.c.account_id == audit.c.account_id)
        .where(*_conditions(wanted))
        .order_by(audit.c.entry_no.desc())
    )
    if before is not None:
        query = query.where(audit.c.entry_no < before)
    with engine.connect() as connection:
        rows = connection.execute(query.limit(limit)).mappings()
        return tuple(Entry(**row) for row in rows)


def count_entries(engine: Engine, wanted: AuditFilter) -> int:
    """How many entries `list_entries` would list in all."""
    query = select(func.count()).select_from(audit).where(*_conditions(wanted))
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def actions(engine: Engine) -> tuple[str, ...]:
    """The actions that the log holds, by name."""
    query = select(audit.c.action).distinct().order_by(audit.c.action)
    with engine.connect() as connection:
        return tuple(connection.execute(query).scalars())


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for name in ("account_id", "action", "subject"):
        if value := getattr(wanted, name):
            found.append(audit.c[name] == value)
    if wanted.since is not None:
        found.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        found.append(audit.c.at < wanted.until)
    return found

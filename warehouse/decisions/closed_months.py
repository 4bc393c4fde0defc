"""Months of the ledger that are closed: what was stored of their calls stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from warehouse.decisions.ledger_tables import ledger_closing
from warehouse.decisions.tables import account


@dataclass(frozen=True, slots=True)
class Closing:
    """Who closed a month, and when."""

    month: str
    by: str  # the name
    at: datetime
    sha256: str  # of the statements as they were closed


def closed_months(engine: Engine) -> frozenset[str]:
    """The closed months, as "2026-11"."""
    with engine.connect() as connection:
        return frozenset(connection.execute(select(ledger_closing.c.month)).scalars())


def closing_of(engine: Engine, month: str) -> Closing | None:
    """How a month was closed; None while it is open."""
    query = (
        select(ledger_closing.c.month, account.c.name, ledger_closing.c.at, ledger_closing.c.sha256)
        .outerjoin(account, account.c.account_id == ledger_closing.c.account_id)
        .where(ledger_closing.c.month == month)
    )
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return None if row is None else Closing(row.month, row.name or "", row.at, row.sha256)

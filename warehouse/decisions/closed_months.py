"""Months of the ledger that are closed: what was stored of their calls stays as it is."""

from __future__ import annotations

from sqlalchemy import Engine, select

from warehouse.decisions.ledger_tables import ledger_closing


def closed_months(engine: Engine) -> frozenset[str]:
    """The closed months, as "2026-11"."""
    with engine.connect() as connection:
        return frozenset(connection.execute(select(ledger_closing.c.month)).scalars())

"""The monthly ledger as it stands: entries, what of them holds, each agent's month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, select

from pipeline.incident import Incident, months_before
from pipeline.ledger import Item, LedgerRules, Level, Line, Posting, Statement, state_month
from warehouse.decisions.ledger_tables import ledger_closing, ledger_entry, ledger_statement

_MONTHS_LOOKED_BACK: Final = 24


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger."""

    entry_no: int
    kind: str  # import, post, dismiss or reverse
    key: str
    month: str
    agent_id: str
    item: Item
    day: date
    quantity: int
    points: Decimal | None
    call_id: str | None
    cause: Mapping[str, Any]
    reason: str
    account_id: str | None
    at: datetime
    undoes: int | None

    @property
    def incident(self) -> Incident:
        """What it is about."""
        return Incident(
            self.key,
            self.agent_id,
            self.item,
            self.day,
            self.quantity,
            self.points,
            self.call_id,
            self.cause,
        )


def entries_of(engine: Engine, month: str) -> tuple[Entry, ...]:
    """All rows of a month, oldest first."""
    with engine.connect() as connection:
        return tuple(entries_where(connection, ledger_entry.c.month == month))


def statements(engine: Engine, month: str, rules: LedgerRules) -> dict[str, Statement]:
    """Every agent's month: as it was closed, or as it stands."""
    with engine.connect() as connection:
        return statements_in(connection, month, rules)


def statements_in(connection: Connection, month: str, rules: LedgerRules) -> dict[str, Statement]:
    """As `statements`, inside a transaction."""
    closed = connection.execute(
        select(ledger_statement).where(ledger_statement.c.month == month)
    ).mappings()
    frozen = {row["agent_id"]: _frozen(row) for row in closed}
    is_closed = connection.execute(
        select(ledger_closing.c.month).where(ledger_closing.c.month == month)
    ).first()
    if is_closed is not None:
        return frozen
    by_agent: dict[str, list[Posting]] = {}
    for row in standing(entries_where(connection, ledger_entry.c.month == month)):
        by_agent.setdefault(row.agent_id, []).append(Posting(row.item, row.quantity, row.points))
    earlier = _earlier(connection, month, rules)
    return {
        agent: state_month(postings, rules=rules, earlier=earlier.get(agent, ()))
        for agent, postings in by_agent.items()
    }


def _earlier(
    connection: Connection, month: str, rules: LedgerRules
) -> dict[str, tuple[Decimal, ...]]:
    """Points of the closed months before, the latest first; an agent without a statement in a
    closed month had lost nothing in it.
    """
    wanted = months_before(month, _MONTHS_LOOKED_BACK)
    rows = connection.execute(
        select(ledger_statement).where(ledger_statement.c.month.in_(wanted))
    ).mappings()
    points = {(row["agent_id"], row["month"]): row["points"] for row in rows}
    closed = set(connection.execute(select(ledger_closing.c.month)).scalars())
    kept = [m for m in wanted if m in closed]
    gapless = [m for m, w in zip(kept, wanted, strict=False) if m == w]
    agents = {agent for agent, _ in points}
    return {a: tuple(points.get((a, m), rules.start) for m in gapless) for a in agents}


def _frozen(row: RowMapping) -> Statement:
    lines = tuple(Line(Item(x["item"]), x["times"], Decimal(x["points"])) for x in row["lines"])
    return Statement(row["points"], lines, Level(row["level"]), row["streak"])


def standing(rows: Sequence[Entry]) -> list[Entry]:
    """The postings among the rows that none of them takes back."""
    undone = {row.undoes for row in rows if row.undoes is not None}
    return [row for row in rows if row.kind == "post" and row.entry_no not in undone]


def entries_where(connection: Connection, condition: Any) -> list[Entry]:
    """The rows that meet a condition, oldest first."""
    query = select(ledger_entry).where(condition).order_by(ledger_entry.c.entry_no)
    return [
        Entry(**{**row, "item": Item(row["item"])}) for row in connection.execute(query).mappings()
    ]

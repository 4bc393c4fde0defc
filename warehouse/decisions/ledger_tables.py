"""The tables of the monthly ledger: entries, postings, what was taken back; closed months."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Table,
    Text,
)

from warehouse.decisions.tables import Moment, metadata

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only plain integers up

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("entry_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False, comment="import, post, dismiss or reverse"),
    Column("key", String(64), nullable=False, comment="the incident that it is about"),
    Column("month", String(7), nullable=False, comment="YYYY-MM in which it counts"),
    Column("agent_id", String(200), nullable=False, comment="personal data"),
    Column("item", String(40), nullable=False),
    Column("day", Date, nullable=False, comment="of the incident"),
    Column("quantity", Integer, nullable=False),
    Column("points", Numeric(8, 2), comment="where a person decides them; null: the rules do"),
    Column("call_id", String(200), comment="null for what is not about a call"),
    Column("cause", JSON, nullable=False, comment="rule, place, quote, file, row; personal data"),
    Column("reason", Text, nullable=False),
    Column("account_id", ForeignKey("account.account_id")),
    Column("at", Moment, nullable=False),
    Column("undoes", BigInteger, comment="the posting that this one takes back"),
    Index("ledger_entry_by_month", "month", "agent_id"),
    Index("ledger_entry_by_key", "key"),
    Index("ledger_entry_by_call", "call_id"),
)
ledger_closing = Table(
    "ledger_closing",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("account_id", ForeignKey("account.account_id")),
    Column("at", Moment, nullable=False),
    Column("sha256", String(64), nullable=False, comment="of the statements as they were closed"),
)
ledger_statement = Table(
    "ledger_statement",
    metadata,
    Column("month", ForeignKey("ledger_closing.month"), primary_key=True),
    Column("agent_id", String(200), primary_key=True, comment="personal data"),
    Column("points", Numeric(8, 2), nullable=False),
    Column("level", String(20), nullable=False, comment="none, warning or penalty"),
    Column("streak", Integer, nullable=False, comment="months in a row at or below the limit"),
    Column("lines", JSON, nullable=False, comment="item, times and points, as text"),
)

"""The table of the case library: what supervisors pinned, and took down again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table

from warehouse.decisions.tables import Moment, metadata

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only plain integers up

case_pin = Table(
    "case_pin",
    metadata,
    Column("pin_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("call_id", String(200), nullable=False),
    Column("scoring_id", String(64), nullable=False, comment="the judgement that was looked at"),
    Column("finding_no", Integer, nullable=False),
    Column("pinned", Boolean, nullable=False, comment="false: taken down; the last row counts"),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("at", Moment, nullable=False),
    Index("case_pin_by_call", "call_id"),
)

"""The tables of sampling plans: what was drawn, how, by whom."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table

from warehouse.decisions.tables import Moment, metadata

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only plain integers up

sampling_plan = Table(
    "sampling_plan",
    metadata,
    Column("plan_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("month", String(7), nullable=False, comment="of the calls' start, UTC; YYYY-MM"),
    Column("per_agent", Integer, nullable=False, comment="calls of each agent"),
    Column("random_share", Float, nullable=False, comment="0-1 of them picked by chance"),
    Column("stratified_by", String(20), nullable=False, comment="purpose, language or none"),
    Column("seed", Integer, nullable=False),
    Column("candidates", Integer, nullable=False, comment="judged calls of the month"),
    Column("account_id", ForeignKey("account.account_id"), comment="null: the command line"),
    Column("at", Moment, nullable=False),
)
sampling_pick = Table(
    "sampling_pick",
    metadata,
    Column("plan_no", ForeignKey("sampling_plan.plan_no"), primary_key=True),
    Column("call_id", String(200), primary_key=True),
    Column("agent_id", String(200), nullable=False, comment="empty: not known"),
    Column("stratum", String(20), nullable=False),
    Column("reason", String(10), nullable=False, comment="risk or random"),
    Column("probability", Float, nullable=False, comment="of being picked, 0-1"),
    Index("sampling_pick_by_call", "call_id"),
)

"""Sampling plans and the calls that they picked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "sampling"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "sampling_plan",
        sa.Column("plan_no", _NUMBER, autoincrement=True, nullable=False),
        sa.Column(
            "month",
            sa.String(length=7),
            nullable=False,
            comment="of the calls' start, UTC; YYYY-MM",
        ),
        sa.Column("per_agent", sa.Integer(), nullable=False, comment="calls of each agent"),
        sa.Column(
            "random_share", sa.Float(), nullable=False, comment="0-1 of them picked by chance"
        ),
        sa.Column(
            "stratified_by",
            sa.String(length=20),
            nullable=False,
            comment="purpose, language or none",
        ),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False, comment="judged calls of the month"),
        sa.Column(
            "account_id",
            sa.String(length=32),
            sa.ForeignKey("account.account_id"),
            nullable=True,
            comment="null: the command line",
        ),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("plan_no"),
    )
    op.create_table(
        "sampling_pick",
        sa.Column("plan_no", _NUMBER, sa.ForeignKey("sampling_plan.plan_no"), nullable=False),
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column("agent_id", sa.String(length=200), nullable=False, comment="empty: not known"),
        sa.Column("stratum", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False, comment="risk or random"),
        sa.Column("probability", sa.Float(), nullable=False, comment="of being picked, 0-1"),
        sa.PrimaryKeyConstraint("plan_no", "call_id"),
    )
    op.create_index("sampling_pick_by_call", "sampling_pick", ["call_id"], unique=False)

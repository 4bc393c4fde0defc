"""The monthly ledger: entries, closed months, their statements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "ledger"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "ledger_entry",
        sa.Column("entry_no", _NUMBER, autoincrement=True, nullable=False),
        sa.Column(
            "kind",
            sa.String(length=20),
            nullable=False,
            comment="import, post, dismiss or reverse",
        ),
        sa.Column(
            "key", sa.String(length=64), nullable=False, comment="the incident that it is about"
        ),
        sa.Column(
            "month", sa.String(length=7), nullable=False, comment="YYYY-MM in which it counts"
        ),
        sa.Column("agent_id", sa.String(length=200), nullable=False, comment="personal data"),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="of the incident"),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "points",
            sa.Numeric(precision=8, scale=2),
            nullable=True,
            comment="where a person decides them; null: the rules do",
        ),
        sa.Column(
            "call_id",
            sa.String(length=200),
            nullable=True,
            comment="null for what is not about a call",
        ),
        sa.Column(
            "cause",
            sa.JSON(),
            nullable=False,
            comment="rule, place, quote, file, row; personal data",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "account_id", sa.String(length=32), sa.ForeignKey("account.account_id"), nullable=True
        ),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column(
            "undoes",
            sa.BigInteger(),
            nullable=True,
            comment="the posting that this one takes back",
        ),
        sa.PrimaryKeyConstraint("entry_no"),
    )
    op.create_index("ledger_entry_by_month", "ledger_entry", ["month", "agent_id"], unique=False)
    op.create_index("ledger_entry_by_key", "ledger_entry", ["key"], unique=False)
    op.create_index("ledger_entry_by_call", "ledger_entry", ["call_id"], unique=False)
    _make_closings()


def _make_closings() -> None:
    op.create_table(
        "ledger_closing",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column(
            "account_id", sa.String(length=32), sa.ForeignKey("account.account_id"), nullable=True
        ),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column(
            "sha256",
            sa.String(length=64),
            nullable=False,
            comment="of the statements as they were closed",
        ),
        sa.PrimaryKeyConstraint("month"),
    )
    op.create_table(
        "ledger_statement",
        sa.Column(
            "month", sa.String(length=7), sa.ForeignKey("ledger_closing.month"), nullable=False
        ),
        sa.Column("agent_id", sa.String(length=200), nullable=False, comment="personal data"),
        sa.Column("points", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.Column(
            "level", sa.String(length=20), nullable=False, comment="none, warning or penalty"
        ),
        sa.Column(
            "streak",
            sa.Integer(),
            nullable=False,
            comment="months in a row at or below the limit",
        ),
        sa.Column("lines", sa.JSON(), nullable=False, comment="item, times and points, as text"),
        sa.PrimaryKeyConstraint("month", "agent_id"),
    )

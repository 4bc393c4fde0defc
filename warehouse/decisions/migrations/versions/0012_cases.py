"""The case library: what supervisors pinned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "cases"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "case_pin",
        sa.Column("pin_no", number, autoincrement=True, nullable=False),
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column(
            "scoring_id",
            sa.String(length=64),
            nullable=False,
            comment="the judgement that was looked at",
        ),
        sa.Column("finding_no", sa.Integer(), nullable=False),
        sa.Column(
            "pinned", sa.Boolean(), nullable=False, comment="false: taken down; the last row counts"
        ),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.account_id"]),
        sa.PrimaryKeyConstraint("pin_no"),
    )
    op.create_index("case_pin_by_call", "case_pin", ["call_id"])

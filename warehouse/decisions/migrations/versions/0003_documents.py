"""Judged calls, whole, for pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "documents"
down_revision = "work"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "call_document",
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column(
            "scoring_id", sa.String(length=64), nullable=False, comment="the judgement that it is"
        ),
        sa.Column(
            "form",
            sa.String(length=16),
            nullable=False,
            comment="of the types that it was made of",
        ),
        sa.Column(
            "content",
            sa.LargeBinary(),
            nullable=False,
            comment="a copy from the lake; personal data",
        ),
        sa.PrimaryKeyConstraint("call_id"),
    )

"""Releases of phrasebooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "releases"
down_revision = "documents"


def upgrade() -> None:
    """Make the table."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "phrasebook_release",
        sa.Column("release_no", number, autoincrement=True, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("phrasebook_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=100), nullable=False),
        sa.Column(
            "sha256",
            sa.String(length=64),
            nullable=False,
            comment="of the files, as in every result",
        ),
        sa.Column("previous_sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.account_id"]),
        sa.PrimaryKeyConstraint("release_no"),
    )
    op.create_index("phrasebook_release_by_sha256", "phrasebook_release", ["sha256"])

"""The first tables: accounts, sessions, reviews, decisions, audit."""

from __future__ import annotations

from alembic import op

from warehouse.decisions.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them all; a later step names what it adds to them."""
    metadata.create_all(op.get_bind())

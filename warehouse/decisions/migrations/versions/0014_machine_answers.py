"""What the machine said of the calls of a calibration session when the meeting began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "machine_answers"
down_revision = "calibration"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "calibration_machine",
        sa.Column("session_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("call_no", sa.Integer()),
        sa.Column("rule_id", sa.String(length=200)),
        sa.Column(
            "outcome",
            sa.String(length=20),
            nullable=False,
            comment="as an answer, when the meeting began",
        ),
        sa.ForeignKeyConstraint(["session_no"], ["calibration_session.session_no"]),
        sa.PrimaryKeyConstraint("session_no", "call_no", "rule_id"),
    )

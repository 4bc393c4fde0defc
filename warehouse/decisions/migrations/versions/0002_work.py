"""The work ledger: calls to do and who does them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "work"
down_revision = "0001"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "work",
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column(
            "audio_sha256",
            sa.String(length=64),
            nullable=True,
            comment="null: the bytes could not be read",
        ),
        sa.Column("recording", sa.Text(), nullable=False, comment="path or address"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False, comment="higher goes first"),
        sa.Column("night_id", sa.String(length=40), nullable=False, comment="that queued it last"),
        sa.Column(
            "state",
            sa.String(length=20),
            nullable=False,
            comment="waiting, claimed, done or failed",
        ),
        sa.Column(
            "stage", sa.String(length=20), nullable=False, comment="queued, hear, store or stored"
        ),
        sa.Column(
            "attempt", sa.Integer(), nullable=False, comment="how often it was begun and not ended"
        ),
        sa.Column(
            "worker_id",
            sa.String(length=40),
            nullable=True,
            comment="who has it, or had it last",
        ),
        sa.Column(
            "versions",
            sa.Text(),
            nullable=True,
            comment="models, phrasebook and program of the result",
        ),
        sa.Column("queued_at", sa.DateTime(), nullable=False, comment="when it was first seen"),
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("begun_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column(
            "reason_code",
            sa.String(length=100),
            nullable=True,
            comment="message key of what went wrong last",
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="the same, as it was told"),
        sa.PrimaryKeyConstraint("call_id"),
    )
    op.create_index("work_by_state", "work", ["state", "worker_id"], unique=False)
    op.create_table(
        "worker",
        sa.Column("worker_id", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False, comment="the machine"),
        sa.Column(
            "boot_id",
            sa.String(length=40),
            nullable=False,
            comment="of the machine's start; empty: unknown",
        ),
        sa.Column(
            "process_space",
            sa.String(length=40),
            nullable=False,
            comment="in which the number counts",
        ),
        sa.Column("process_no", sa.Integer(), nullable=False),
        sa.Column(
            "process_start", sa.BigInteger(), nullable=False, comment="clock ticks after the boot"
        ),
        sa.Column("beat", sa.BigInteger(), nullable=False, comment="grows while it lives"),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True, comment="null: at work, or died"),
        sa.PrimaryKeyConstraint("worker_id"),
    )

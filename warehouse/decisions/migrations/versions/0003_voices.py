"""Agents' voices: consent, and samples of those who agreed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "voices"
down_revision = "0001"


def upgrade() -> None:
    """Make both tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "voice_consent",
        sa.Column("consent_no", number, autoincrement=True, nullable=False),
        sa.Column("agent_id", sa.String(length=200), nullable=False, comment="personal data"),
        sa.Column("given", sa.Boolean(), nullable=False, comment="false: withdrawn"),
        sa.Column(
            "recorded_by", sa.String(length=200), nullable=False, comment="who wrote it down"
        ),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("consent_no"),
    )
    op.create_index("voice_consent_by_agent", "voice_consent", ["agent_id", "consent_no"])
    op.create_table(
        "voice_sample",
        sa.Column("agent_id", sa.String(length=200), nullable=False, comment="personal data"),
        sa.Column("audio_sha256", sa.String(length=64), nullable=False, comment="of the recording"),
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column(
            "started_at", sa.DateTime(), nullable=True, comment="of the call; null if not known"
        ),
        sa.Column(
            "direction",
            sa.LargeBinary(),
            nullable=False,
            comment="the voice, little-endian 32-bit floats of unit length; biometric data",
        ),
        sa.Column(
            "speech_s", sa.Float(), nullable=False, comment="seconds of speech that it rests on"
        ),
        sa.Column(
            "model",
            sa.String(length=200),
            nullable=False,
            comment="weights that heard it, name@hash",
        ),
        sa.Column("roles_from", sa.String(length=20), nullable=False, comment="channels or person"),
        sa.Column("learnt_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "audio_sha256"),
    )

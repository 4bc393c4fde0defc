"""The tables of agents' voices: who agreed, and what their voice was like in some calls."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from warehouse.decisions.tables import Moment, metadata

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only plain integers up

voice_consent = Table(
    "voice_consent",
    metadata,
    Column("consent_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("agent_id", String(200), nullable=False, comment="personal data"),
    Column("given", Boolean, nullable=False, comment="false: withdrawn"),
    Column("recorded_by", String(200), nullable=False, comment="who wrote it down"),
    Column("at", Moment, nullable=False),
    Index("voice_consent_by_agent", "agent_id", "consent_no"),
)
voice_sample = Table(
    "voice_sample",
    metadata,
    Column("agent_id", String(200), primary_key=True, comment="personal data"),
    Column("audio_sha256", String(64), primary_key=True, comment="of the recording"),
    Column("call_id", String(200), nullable=False),
    Column("started_at", Moment, comment="of the call; null if not known"),
    Column(
        "direction",
        LargeBinary,
        nullable=False,
        comment="the voice, little-endian 32-bit floats of unit length; biometric data",
    ),
    Column("speech_s", Float, nullable=False, comment="seconds of speech that it rests on"),
    Column("model", String(200), nullable=False, comment="weights that heard it, name@hash"),
    Column("roles_from", String(20), nullable=False, comment="channels or person"),
    Column("learnt_at", Moment, nullable=False),
)

"""The tables of the work ledger: which call is whose to do, and who is at work."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from warehouse.decisions.tables import Moment, metadata

work = Table(
    "work",
    metadata,
    Column("call_id", String(200), primary_key=True),
    Column("audio_sha256", String(64), comment="null: the bytes could not be read"),
    Column("recording", Text, nullable=False, comment="path or address"),
    Column("size_bytes", BigInteger, nullable=False),
    Column("priority", Integer, nullable=False, comment="higher goes first"),
    Column("night_id", String(40), nullable=False, comment="that queued it last"),
    Column("state", String(20), nullable=False, comment="waiting, claimed, done or failed"),
    Column("stage", String(20), nullable=False, comment="queued, hear, store or stored"),
    Column("attempt", Integer, nullable=False, comment="how often it was begun and not ended"),
    Column("worker_id", String(40), comment="who has it, or had it last"),
    Column("versions", Text, comment="models, phrasebook and program of the result"),
    Column("queued_at", Moment, nullable=False, comment="when it was first seen"),
    Column("claimed_at", Moment),
    Column("begun_at", Moment),
    Column("finished_at", Moment),
    Column("reason_code", String(100), comment="message key of what went wrong last"),
    Column("reason", Text, comment="the same, as it was told"),
    Index("work_by_state", "state", "worker_id"),
)
worker = Table(
    "worker",
    metadata,
    Column("worker_id", String(40), primary_key=True),
    Column("host", String(200), nullable=False, comment="the machine"),
    Column("boot_id", String(40), nullable=False, comment="of the machine's start; empty: unknown"),
    Column("process_space", String(40), nullable=False, comment="in which the number counts"),
    Column("process_no", Integer, nullable=False),
    Column("process_start", BigInteger, nullable=False, comment="clock ticks after the boot"),
    Column("beat", BigInteger, nullable=False, comment="grows while it lives"),
    Column("begun_at", Moment, nullable=False),
    Column("ended_at", Moment, comment="null: at work, or died"),
)

"""Agents' voices: consent, samples, and their erasure.

They lie here and not in the lake, because erasing must take the bytes away, and the lake keeps
what was deleted in its older versions and files. Only voices of agents who agree are kept; whether
they do is looked up in the transaction that would keep one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from sqlalchemy import Connection, Engine, Row, delete, func, insert, select

from pipeline.errors import UsageError, WarehouseError
from pipeline.voiceprints import VoiceSample
from warehouse.decisions import audit
from warehouse.decisions.store import writing
from warehouse.decisions.tables import review
from warehouse.decisions.voice_tables import voice_consent, voice_sample

MOST_SAMPLES: Final = 40  # of one agent; older calls go, because voices age
_FORMAT: Final = "<f4"
_ID_LENGTH_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Consent:
    """An agent's last word on whether the voice may be learnt; `by` wrote it down."""

    agent_id: str
    given: bool
    at: datetime
    by: str


def give_consent(engine: Engine, agent_id: str, *, by: str, at: datetime | None = None) -> None:
    """The agent agrees: calls that are heard from now on may be learnt from.

    Raises: UsageError for an agent id that cannot be one.
    """
    if not agent_id.strip() or len(agent_id) > _ID_LENGTH_MAX:
        raise UsageError("voiceprint.bad_agent", agent_id=agent_id[:_ID_LENGTH_MAX])
    with writing(engine).begin() as connection:
        _say(connection, agent_id, given=True, by=by, at=at or datetime.now(UTC))


def withdraw_consent(engine: Engine, agent_id: str, *, by: str) -> int:
    """The agent agrees no longer: nothing more is learnt or used, and what was learnt is erased.

    Returns: how many samples were erased.
    Raises: UsageError if the agent never agreed; WarehouseError as `erase_voices`.
    """
    if agent_id not in consents(engine):
        raise UsageError("voiceprint.never_agreed", agent_id=agent_id)
    with writing(engine).begin() as connection:
        _say(connection, agent_id, given=False, by=by, at=datetime.now(UTC))
        erased = _delete(connection, [agent_id], by=by)
    _take_bytes_away(engine)
    return erased


def erase_voices(engine: Engine, agent_id: str | None, *, by: str) -> int:
    """Remove what was learnt of an agent, or of all if None; consent stays as it is.

    Returns: how many samples were erased.
    Raises: WarehouseError if the rows are gone but their bytes could not yet be taken out of the
        database's journal, because somebody reads it; erasing again does that.
    """
    with writing(engine).begin() as connection:
        known = select(voice_sample.c.agent_id).distinct().order_by(voice_sample.c.agent_id)
        agents = list(connection.execute(known).scalars()) if agent_id is None else [agent_id]
        erased = _delete(connection, agents, by=by)
    _take_bytes_away(engine)
    return erased


def consents(engine: Engine) -> dict[str, Consent]:
    """The last word of every agent who was ever asked, by agent id."""
    with engine.connect() as connection:
        rows = connection.execute(select(voice_consent).order_by(voice_consent.c.consent_no))
        return {r.agent_id: Consent(r.agent_id, r.given, r.at, r.recorded_by) for r in rows}


def keep_sample(engine: Engine, sample: VoiceSample, *, started_at: datetime | None = None) -> bool:
    """Keep an agent's voice in one call; a second one of the same recording takes its place.

    Returns: False, and nothing is kept, if the agent does not agree at this moment.
    """
    with writing(engine).begin() as connection:
        if not _agrees(connection, sample.agent_id):
            return False
        own = voice_sample.c.agent_id == sample.agent_id
        same = voice_sample.c.audio_sha256 == sample.audio_sha256
        connection.execute(delete(voice_sample).where(own, same))
        connection.execute(
            insert(voice_sample).values(
                agent_id=sample.agent_id,
                audio_sha256=sample.audio_sha256,
                call_id=sample.call_id,
                started_at=started_at,
                direction=sample.direction.astype(_FORMAT).tobytes(),
                speech_s=sample.speech_s,
                model=sample.model,
                roles_from=sample.roles_from,
                learnt_at=datetime.now(UTC),
            )
        )
        newest = (
            select(voice_sample.c.audio_sha256)
            .where(own)
            .order_by(
                voice_sample.c.started_at.is_(None),
                voice_sample.c.started_at.desc(),
                voice_sample.c.audio_sha256,
            )
        )
        old = connection.execute(newest).scalars().all()[MOST_SAMPLES:]
        if old:
            aged = voice_sample.c.audio_sha256.in_(old)
            connection.execute(delete(voice_sample).where(own, aged))
    return True


def read_samples(engine: Engine) -> tuple[VoiceSample, ...]:
    """All samples of the agents who agree now, by agent and recording."""
    agreeing = [agent for agent, consent in consents(engine).items() if consent.given]
    with engine.connect() as connection:
        rows = connection.execute(
            select(voice_sample)
            .where(voice_sample.c.agent_id.in_(agreeing))
            .order_by(voice_sample.c.agent_id, voice_sample.c.audio_sha256)
        )
        return tuple(_sample(row) for row in rows)


def submitted_reviews(engine: Engine, agent_ids: Iterable[str]) -> dict[str, str]:
    """The calls of some agents that a person is done with: the judgement looked at, by call."""
    wanted = review.c.agent_id.in_(list(agent_ids))
    with engine.connect() as connection:
        rows = connection.execute(
            select(review.c.call_id, review.c.scoring_id).where(
                review.c.state == "submitted", wanted
            )
        )
        return {row.call_id: row.scoring_id for row in rows}


def _say(connection: Connection, agent_id: str, *, given: bool, by: str, at: datetime) -> None:
    """Note the word, and log it by its number: the log, which nothing erases, names no agent."""
    values = {"agent_id": agent_id, "given": given, "recorded_by": by, "at": at}
    made = connection.execute(insert(voice_consent).values(**values)).inserted_primary_key
    action = "voiceprint.consent" if given else "voiceprint.withdraw"
    subject = f"voice_consent {made[0]}" if made else "voice_consent"
    audit.record(connection, action, subject=subject, account_id=None, details={"by": by})


def _agrees(connection: Connection, agent_id: str) -> bool:
    last = (
        select(voice_consent.c.given)
        .where(voice_consent.c.agent_id == agent_id)
        .order_by(voice_consent.c.consent_no.desc())
        .limit(1)
    )
    return bool(connection.execute(last).scalar())


def _delete(connection: Connection, agents: Sequence[str], *, by: str) -> int:
    erased = 0
    for agent_id in agents:
        own = voice_sample.c.agent_id == agent_id
        count = select(func.count()).select_from(voice_sample).where(own)
        samples = int(connection.execute(count).scalar_one())
        connection.execute(delete(voice_sample).where(own))
        details = {"by": by, "samples": samples}
        audit.record(
            connection, "voiceprint.erase", subject="voice_sample", account_id=None, details=details
        )
        erased += samples
    return erased


def _take_bytes_away(engine: Engine) -> None:
    """Write the table anew without what was deleted, and empty the journal that still holds it."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("vacuum full voice_sample")
        return
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("vacuum")
        busy = cursor.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
    finally:
        raw.close()
    if busy:
        raise WarehouseError("voiceprint.journal_busy")


def _sample(row: Row[tuple[object, ...]]) -> VoiceSample:
    return VoiceSample(
        agent_id=row.agent_id,
        call_id=row.call_id,
        audio_sha256=row.audio_sha256,
        direction=np.frombuffer(row.direction, _FORMAT).astype(np.float32),
        speech_s=row.speech_s,
        model=row.model,
        roles_from=row.roles_from,
    )

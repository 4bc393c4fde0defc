from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, select

from pipeline.errors import UsageError, WarehouseError
from pipeline.voiceprints import Vector, VoiceSample
from warehouse.decisions.audit import verify
from warehouse.decisions.store import open_decisions
from warehouse.decisions.tables import audit
from warehouse.decisions.voices import (
    MOST_SAMPLES,
    consents,
    erase_voices,
    give_consent,
    keep_sample,
    read_samples,
    withdraw_consent,
)

RANDOM = np.random.default_rng(11)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_decisions(tmp_path)


def voice() -> Vector:
    direction = RANDOM.normal(size=192).astype(np.float32)
    unit: Vector = direction / np.linalg.norm(direction)
    return unit


def sample(agent_id: str = "A1", *, audio: str = "aa", direction: Vector | None = None):  # type: ignore[no-untyped-def]
    heard = voice() if direction is None else direction
    return VoiceSample(agent_id, f"call-{audio}", audio, heard, 12.5, "m@1", "channels")


def test_without_consent_nothing_is_kept(engine: Engine) -> None:
    assert not keep_sample(engine, sample())
    assert read_samples(engine) == ()
    assert consents(engine) == {}


def test_what_is_kept_is_read_again_bit_by_bit(engine: Engine) -> None:
    give_consent(engine, "A1", by="kim", at=NOON)
    kept = sample()
    assert keep_sample(engine, kept, started_at=NOON)
    (read,) = read_samples(engine)
    assert read.direction.tobytes() == kept.direction.tobytes()
    assert (read.agent_id, read.call_id, read.audio_sha256) == ("A1", "call-aa", "aa")
    assert (read.speech_s, read.model, read.roles_from) == (12.5, "m@1", "channels")
    consent = consents(engine)["A1"]
    assert (consent.given, consent.at, consent.by) == (True, NOON, "kim")


def test_a_recording_has_one_sample(engine: Engine) -> None:
    give_consent(engine, "A1", by="kim")
    corrected = voice()
    assert keep_sample(engine, sample())
    assert keep_sample(engine, sample(direction=corrected))
    (read,) = read_samples(engine)
    assert read.direction.tobytes() == corrected.tobytes()


def test_the_newest_calls_stay(engine: Engine) -> None:
    give_consent(engine, "A1", by="kim")
    order = list(range(MOST_SAMPLES + 3))
    RANDOM.shuffle(order)
    for day in order:
        keep_sample(engine, sample(audio=f"{day:02}"), started_at=NOON + timedelta(days=day))
    days = [int(read.audio_sha256) for read in read_samples(engine)]
    assert days == list(range(3, MOST_SAMPLES + 3))


def test_withdrawing_stops_and_erases_and_leaves_the_others(engine: Engine) -> None:
    for agent_id in ("A1", "A2"):
        give_consent(engine, agent_id, by="kim")
        keep_sample(engine, sample(agent_id))
    assert withdraw_consent(engine, "A1", by="lee") == 1
    assert [read.agent_id for read in read_samples(engine)] == ["A2"]
    assert not keep_sample(engine, sample("A1"))
    assert (consents(engine)["A1"].given, consents(engine)["A1"].by) == (False, "lee")
    give_consent(engine, "A1", by="kim")
    assert keep_sample(engine, sample("A1"))


def test_erasing_keeps_the_consent(engine: Engine) -> None:
    for agent_id in ("A1", "A2"):
        give_consent(engine, agent_id, by="kim")
        keep_sample(engine, sample(agent_id))
    assert erase_voices(engine, "A1", by="kim") == 1
    assert erase_voices(engine, None, by="kim") == 1
    assert read_samples(engine) == ()
    assert all(consent.given for consent in consents(engine).values())


def test_who_never_agreed_cannot_withdraw_and_an_empty_id_is_no_agent(engine: Engine) -> None:
    with pytest.raises(UsageError, match="never agreed"):
        withdraw_consent(engine, "A9", by="kim")
    with pytest.raises(UsageError, match="not an agent id"):
        give_consent(engine, " ", by="kim")


@pytest.mark.parametrize("way", ["withdraw", "erase"])
def test_erasing_leaves_no_byte_of_the_voice_in_any_file(tmp_path: Path, way: str) -> None:
    engine = open_decisions(tmp_path)
    voices = {agent: [voice() for _ in range(30)] for agent in ("A1", "A2")}
    for agent, directions in voices.items():
        give_consent(engine, agent, by="kim")
        for number, direction in enumerate(directions):  # over many pages, some rewritten
            keep_sample(engine, sample(agent, audio=f"{number:02}", direction=direction))

    def found(agent: str) -> int:
        files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        needles = [direction.tobytes()[300:340] for direction in voices[agent]]
        return sum(any(needle in content for content in files) for needle in needles)

    assert found("A1") == 30
    if way == "withdraw":
        withdraw_consent(engine, "A1", by="kim")
    else:
        erase_voices(engine, "A1", by="kim")
    assert (found("A1"), found("A2")) == (0, 30)


def test_a_reader_who_keeps_the_journal_is_told_of(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.decisions.store._BUSY_TIMEOUT_MS", 100)
    impatient = open_decisions(Path(str(engine.url.database)).parent)
    give_consent(impatient, "A1", by="kim")
    keep_sample(impatient, sample())
    with engine.connect() as reader:
        reader.execute(select(audit)).fetchall()  # holds an older version of the database
        with pytest.raises(WarehouseError, match="run tingjian voiceprint erase again"):
            erase_voices(impatient, "A1", by="kim")
    assert read_samples(engine) == ()
    assert erase_voices(impatient, "A1", by="kim") == 0


def test_every_step_is_in_the_audit_log_without_agent_or_voice(engine: Engine) -> None:
    give_consent(engine, "A1", by="kim")
    keep_sample(engine, sample())
    withdraw_consent(engine, "A1", by="kim")
    with engine.connect() as connection:
        rows = connection.execute(select(audit.c.action, audit.c.subject, audit.c.details)).all()
    assert [tuple(row) for row in rows] == [
        ("voiceprint.consent", "voice_consent 1", '{"by": "kim"}'),
        ("voiceprint.withdraw", "voice_consent 2", '{"by": "kim"}'),
        ("voiceprint.erase", "voice_sample", '{"by": "kim", "samples": 1}'),
    ]
    assert verify(engine) == 3

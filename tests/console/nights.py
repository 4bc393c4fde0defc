"""A small night for the console: dialogues judged by the real phrasebooks, with tones as sound."""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from starlette.testclient import TestClient

import phrasebooks
from pipeline.call import CallMetadata, ModelVersions, Purpose, Recording
from pipeline.dialogue import build_transcript, parse_dialogue
from pipeline.finding import InspectedCall, PhrasebookVersion
from pipeline.judging import judge
from pipeline.messages import Language
from pipeline.phrasebook import load_phrasebook
from pipeline.scorecard import score
from pipeline.talk import measure_talk

SignIn = Callable[[str | None], TestClient]  # a browser in which somebody signed in
NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BOOKS = Path(next(iter(phrasebooks.__path__)))

RUDE = """
agent: 喂
customer: 我想问一下明天的课
agent: 我不知道，这不归我管
customer: 那我应该找谁呢
agent: 你自己想办法吧
"""
POLITE = """
agent: 您好，桔子树艺术培训，请问有什么可以帮到您
customer: 我想预约明天的课
agent: 好的，请您稍等，我帮您查询一下
agent: 让您久等了，已经为您预约好了
customer: 谢谢
agent: 感谢您的来电，再见
"""
SPANISH = """
agent: sí dígame
customer: quiero presentar una reclamación
agent: no es mi responsabilidad
customer: pues qué mal
agent: usted se equivoca
"""


def make_call(
    folder: Path,
    call_id: str,
    dialogue: str,
    *,
    language: Language = "zh",
    agent_id: str = "A1",
    purpose: Purpose = "inbound",
    customer_ref: str | None = None,
    direction: str | None = None,
    started_at: datetime = NINE,
) -> InspectedCall:
    """A judged call whose stereo recording, a tone on each side, lies in `folder`."""
    phrasebook = load_phrasebook(BOOKS, language=language)
    transcript = build_transcript(parse_dialogue(dialogue), language)
    path = folder / f"{call_id}.wav"
    duration_s = transcript.turns[-1].end + 1.0
    _write_tones(path, duration_s)
    metadata = CallMetadata(
        call_id=call_id,
        language=language,
        purpose=purpose,
        agent_id=agent_id,
        agent_name=f"老师{agent_id}",
        team="北门组",
        started_at=started_at,
        customer_ref=customer_ref,
        direction=direction,
    )
    metrics = measure_talk(transcript)
    findings = judge(transcript, metadata=metadata, metrics=metrics, phrasebook=phrasebook)
    return InspectedCall(
        recording=Recording(
            path=str(path),
            audio_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            duration_s=duration_s,
            channels=2,
            sample_rate_hz=8000,
            codec="pcm_s16le",
        ),
        metadata=metadata,
        models=ModelVersions("asr@1", "segmentation@1", "embedding@1"),
        phrasebook=PhrasebookVersion(phrasebook.id, phrasebook.version, phrasebook.sha256),
        transcript=transcript,
        metrics=metrics,
        findings=findings,
        scorecard=score(findings, phrasebook=phrasebook),
    )


def _write_tones(path: Path, duration_s: float) -> None:
    time_s = np.arange(int(duration_s * 8000)) / 8000
    tones = [8000 * np.sin(2 * np.pi * hz * time_s) for hz in (300, 500)]
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(np.stack(tones, axis=1).astype("<i2").tobytes())

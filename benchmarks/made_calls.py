"""Made-up calls: 20 turns of 12 words, 20 spans, 30 findings with one passage each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from pipeline.call import (
    CallMetadata,
    ModelVersions,
    Recording,
    Role,
    SpeakerSpan,
    TalkMetrics,
    Transcript,
    Turn,
    Word,
)
from pipeline.finding import (
    Evidence,
    Finding,
    InspectedCall,
    Outcome,
    PhrasebookVersion,
    Scorecard,
)

TURNS, WORDS, FINDINGS = 20, 12, 30
CALL_ROWS = 1 + TURNS + TURNS + 2 + 1 + FINDINGS + FINDINGS  # with two roles' talk and a scorecard
_MODELS = ModelVersions("asr@0", "segmentation@0", "embedding@0")
_PHRASEBOOK = PhrasebookVersion("made-up", "1", "0" * 64)
_DIFFERENT = 200  # transcripts; later calls say what earlier ones said


def make_calls(calls: int, *, first: int = 0) -> list[InspectedCall]:
    """Calls with ids and times of their own; every 200th says the same."""
    said = [make_call(number) for number in range(min(calls, _DIFFERENT))]
    return [
        replace(
            said[number % _DIFFERENT],
            recording=replace(
                said[number % _DIFFERENT].recording, audio_sha256=f"{first + number:064x}"
            ),
            metadata=metadata_of(first + number),
        )
        for number in range(calls)
    ]


def metadata_of(number: int) -> CallMetadata:
    return CallMetadata(
        call_id=f"2026-11-20-{number:07}",
        agent_id=f"a-{number % 40}",
        started_at=datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=10 * number),
    )


def make_call(number: int) -> InspectedCall:
    """A made-up call of 3 s a turn."""
    length = 3.0 * TURNS
    return InspectedCall(
        recording=Recording(f"in/{number}.wav", f"{number:064x}", length, 2, 8000, "pcm_alaw"),
        metadata=metadata_of(number),
        models=_MODELS,
        phrasebook=_PHRASEBOOK,
        transcript=Transcript(
            language="zh",
            turns=tuple(make_turn(number, turn_no) for turn_no in range(TURNS)),
            spans=tuple(
                SpeakerSpan(3.0 * n, 3.0 * n + 2.5, f"channel-{n % 2}", -20.0) for n in range(TURNS)
            ),
            duration_s=length,
        ),
        metrics=TalkMetrics(25.0, 25.0, 10.0, 0.5, 0.0, 240.0),
        findings=tuple(make_finding(n) for n in range(FINDINGS)),
        scorecard=Scorecard(Decimal("98.5"), Decimal("100"), passed=True),
        stage_s=(("decode", 0.2), ("transcribe", 4.0)),
    )


def make_turn(number: int, turn_no: int) -> Turn:
    start = 3.0 * turn_no
    words = tuple(
        Word(
            text=chr(0x4E00 + (number * 31 + turn_no * 7 + k) % 4000),
            start=start + 0.2 * k,
            end=start + 0.2 * (k + 1),
            probability=0.9,
        )
        for k in range(WORDS)
    )
    return Turn(
        turn_no=turn_no,
        speaker=f"channel-{turn_no % 2}",
        role=(Role.AGENT, Role.CUSTOMER)[turn_no % 2],
        role_probability=0.99,
        start=start,
        end=start + 2.5,
        text="".join(word.text for word in words),
        words=words,
    )


def make_finding(number: int) -> Finding:
    return Finding(
        rule_id=f"zh.T{number:02}.improper",
        outcome=(Outcome.CLEAR, Outcome.VIOLATED)[number % 10 == 0],
        probability=0.9,
        points=Decimal("-0.5") if number % 10 == 0 else Decimal(0),
        severity="minor",
        evidence=(Evidence(number % TURNS, 1.0, 2.0, "我不知道", "我不知道", 100.0, 100.0, 1.5),),
        suggestion=None,
        source=f"norms.txt:{number}",
    )

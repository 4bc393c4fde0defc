"""Small calls whose every figure can be added up by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from pipeline.call import (
    CallMetadata,
    ModelVersions,
    Purpose,
    Recording,
    Role,
    SpeakerSpan,
    TalkMetrics,
    Transcript,
    Turn,
    Word,
)
from pipeline.failure import CallFailure
from pipeline.finding import (
    Evidence,
    Finding,
    InspectedCall,
    Outcome,
    PhrasebookVersion,
    Scorecard,
)
from pipeline.voiceprints import VoiceprintUse

SHANGHAI = timezone(timedelta(hours=8))


def make_call(
    call_id: str = "c-1", *, agent_id: str | None = "a-7", audio: str = "aa11"
) -> InspectedCall:
    """A call of 60 s, two turns, one flag (-1.0), one credit, one missed credit, one clear rule."""
    return InspectedCall(
        recording=Recording(
            path=f"inbox/{call_id}.wav",
            audio_sha256=audio,
            duration_s=60.0,
            channels=2,
            sample_rate_hz=8000,
            codec="pcm_alaw",
            warnings=(("audio.same_channels", {"similarity": 1.0}),),
        ),
        metadata=CallMetadata(
            call_id=call_id,
            language=None,
            purpose=Purpose.CALLBACK,
            direction="outbound",
            agent_id=agent_id,
            agent_name="李'明\"",
            team="east",
            customer_ref="k-9",
            started_at=datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI),
            answered_after_s=4.0,
            hung_up_by="customer",
            channel_roles=(Role.AGENT, Role.CUSTOMER),
        ),
        models=ModelVersions("asr@1", "seg@1", "emb@1"),
        phrasebook=PhrasebookVersion("orange-tree", "2026.1", "bb22"),
        transcript=Transcript(
            language="zh",
            turns=(
                Turn(
                    turn_no=0,
                    speaker="channel-0",
                    role=Role.AGENT,
                    role_probability=0.75,
                    start=1.0,
                    end=3.0,
                    text="您好",
                    words=(Word("您", 1.0, 2.0, 0.5), Word("好", 2.0, 3.0, 1.0)),
                    level_db=-20.0,
                ),
                Turn(1, "channel-1", Role.CUSTOMER, 0.75, 4.0, 5.0, "喂"),
            ),
            spans=(
                SpeakerSpan(1.0, 3.0, "channel-0", -20.0),
                SpeakerSpan(4.0, 5.0, "channel-1", None),
            ),
            duration_s=60.0,
            language_probability=0.875,
        ),
        metrics=TalkMetrics(
            2.0, 1.0, 57.0, 55.0, 0.0, 60.0, agent_interruptions=2, longest_silence_start_s=5.0
        ),
        voiceprint=VoiceprintUse("dd44", 3, 60.0, (("channel-0", 0.875), ("channel-1", 0.25))),
        findings=(
            Finding(
                rule_id="zh.T10.improper",
                outcome=Outcome.VIOLATED,
                probability=0.875,
                points=Decimal("-1.0"),
                severity="minor",
                evidence=(
                    Evidence(0, 1.0, 2.0, "您", "我不知道", 50.0, 75.0, 4.25),
                    Evidence(None, 5.0, 60.0, "", "", 0.0, 0.0),
                ),
                suggestion="我可以帮您询问一下",
                source="002.txt:137",
            ),
            Finding("zh.T10.polite", Outcome.MET, 0.5, Decimal("0.5"), "minor", (), None, None),
            Finding("zh.T11.polite", Outcome.MISSED, 0.5, Decimal("0"), "minor", (), None, None),
            Finding(
                "zh.profanity",
                Outcome.CLEAR,
                1.0,
                Decimal("0"),
                "critical",
                (),
                None,
                "002.txt:9",
                reason="rule.nothing_heard",
            ),
        ),
        scorecard=Scorecard(Decimal("99.5"), Decimal("100"), passed=True),
        stage_s=(("decode", 0.5), ("transcribe", 2.0)),
    )


def make_failure(
    call_id: str = "c-bad", *, audio: str | None = "cc33", code: str = "audio.truncated"
) -> CallFailure:
    """A recording of which half the bytes are missing."""
    return CallFailure(
        call_id=call_id,
        path=f"inbox/{call_id}.wav",
        reason_code=code,
        reason=f"{call_id}.wav: expected 60 s, found 30 s",
        reason_values={"expected_s": 60, "found_s": 30.5},
        audio_sha256=audio,
        metadata=CallMetadata(call_id=call_id, agent_id="a-8"),
    )


def with_outcome(call: InspectedCall, outcome: Outcome, *, points: str) -> InspectedCall:
    """The same call with another first finding."""
    first = replace(call.findings[0], outcome=outcome, points=Decimal(points))
    return replace(call, findings=(first, *call.findings[1:]))


def with_models(call: InspectedCall, asr: str) -> InspectedCall:
    """The same call heard by other weights."""
    return replace(call, models=replace(call.models, asr=asr))


def data_files(data_dir: Path) -> int:
    """How many data files lie in the lake."""
    return sum(1 for path in (data_dir / "warehouse" / "lake").rglob("*.parquet"))

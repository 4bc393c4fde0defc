"""Rows of the warehouse as the types that the pipeline made them of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

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
    Listened,
    Outcome,
    PhrasebookVersion,
    Scorecard,
)
from pipeline.voiceprints import VoiceprintUse

Row = Mapping[str, Any]  # one row of the driver: column name to value


@dataclass(frozen=True, slots=True)
class Parts:
    """What belongs to one judgement besides its own row, in order."""

    turns: Sequence[Row] = ()
    spans: Sequence[Row] = ()
    findings: Sequence[Row] = ()
    evidence: Sequence[Row] = ()
    listened: Sequence[Row] = ()


def inspected_of(row: Row, judgement: Row, parts: Parts) -> InspectedCall:
    """The call of a row of results and one of its judgements."""
    return InspectedCall(
        recording=_recording(row),
        metadata=metadata_of(row),
        models=ModelVersions(row["asr_model"], row["segmentation_model"], row["embedding_model"]),
        phrasebook=PhrasebookVersion(
            judgement["phrasebook_id"],
            judgement["phrasebook_version"],
            judgement["phrasebook_sha256"],
        ),
        transcript=Transcript(
            language=row["language"],
            turns=tuple(map(_turn, parts.turns)),
            spans=tuple(map(_span, parts.spans)),
            duration_s=row["transcript_s"],
            language_probability=row["language_probability"],
        ),
        metrics=metrics_of(row),
        findings=_findings(parts.findings, parts.evidence),
        scorecard=Scorecard(judgement["points"], judgement["points_possible"], judgement["passed"]),
        stage_s=tuple((stage["stage"], stage["elapsed_s"]) for stage in row["stages"]),
        voiceprint=_voiceprint(row),
        listened=tuple(map(listened_of, parts.listened)),
    )


def failure_of(row: Row) -> CallFailure:
    """The failure of a row of results."""
    return CallFailure(
        call_id=row["call_id"],
        path=row["recording_path"],
        reason_code=row["reason_code"],
        reason=row["reason"],
        reason_values=json.loads(row["reason_values"]),
        audio_sha256=row["audio_sha256"],
        metadata=metadata_of(row),
        recording=_recording(row) if row["duration_s"] is not None else None,
    )


def _voiceprint(row: Row) -> VoiceprintUse | None:
    if row["voiceprint_sha256"] is None:
        return None
    return VoiceprintUse(
        row["voiceprint_sha256"],
        row["voiceprint_calls"],
        row["voiceprint_speech_s"],
        tuple((voice["speaker"], voice["cosine"]) for voice in row["voice_similarities"]),
    )


def _recording(row: Row) -> Recording:
    return Recording(
        path=row["recording_path"],
        audio_sha256=row["audio_sha256"],
        duration_s=row["duration_s"],
        channels=row["channels"],
        sample_rate_hz=row["sample_rate_hz"],
        codec=row["codec"],
        warnings=tuple((key, values) for key, values in json.loads(row["warnings"])),
    )


def metadata_of(row: Row) -> CallMetadata:
    """What was known of the call before it was heard, from a row of call_result."""
    return CallMetadata(
        call_id=row["call_id"],
        language=row["declared_language"],
        purpose=Purpose(row["purpose"]) if row["purpose"] else None,
        direction=row["direction"],
        agent_id=row["agent_id"],
        agent_name=row["agent_name"],
        team=row["team"],
        customer_ref=row["customer_ref"],
        started_at=_local(row["started_at"], row["started_at_offset_s"]),
        answered_after_s=row["answered_after_s"],
        hung_up_by=row["hung_up_by"],
        channel_roles=tuple(Role(role) for role in row["channel_roles"]),
    )


def _local(moment: datetime | None, offset_s: int | None) -> datetime | None:
    if moment is None or offset_s is None:
        return None
    return moment.astimezone(timezone(timedelta(seconds=offset_s)))


def metrics_of(row: Row) -> TalkMetrics:
    """Who spoke how long, from a row of call_result."""
    return TalkMetrics(
        agent_talk_s=row["agent_talk_s"],
        customer_talk_s=row["customer_talk_s"],
        silence_s=row["silence_s"],
        longest_silence_s=row["longest_silence_s"],
        overlap_s=row["overlap_s"],
        agent_chars_per_min=row["agent_chars_per_min"],
        agent_interruptions=row["agent_interruptions"],
        longest_silence_start_s=row["longest_silence_start_s"],
    )


def _turn(row: Row) -> Turn:
    return Turn(
        turn_no=row["turn_no"],
        speaker=row["speaker"],
        role=Role(row["role"]),
        role_probability=row["role_probability"],
        start=row["start_s"],
        end=row["end_s"],
        text=row["text"],
        words=tuple(
            Word(word["text"], word["start_s"], word["end_s"], word["probability"])
            for word in row["words"]
        ),
        level_db=row["level_db"],
    )


def _span(row: Row) -> SpeakerSpan:
    return SpeakerSpan(row["start_s"], row["end_s"], row["speaker"], row["level_db"])


def listened_of(row: Row) -> Listened:
    """What a second listen said, from a row of listened_result."""
    return Listened(
        Role(row["role"]), row["phrase"], row["start_s"], row["end_s"], row["acoustic_llr"]
    )


def _findings(findings: Sequence[Row], evidence: Sequence[Row]) -> tuple[Finding, ...]:
    passages: dict[int, list[Evidence]] = {row["finding_no"]: [] for row in findings}
    for row in evidence:
        passages[row["finding_no"]].append(_evidence(row))
    return tuple(
        Finding(
            rule_id=row["rule_id"],
            outcome=Outcome(row["outcome"]),
            probability=row["probability"],
            points=row["points"],
            severity=row["severity"],
            evidence=tuple(passages[row["finding_no"]]),
            suggestion=row["suggestion"],
            source=row["source"],
            reason=row["reason_code"],
            measured=row["measured"],
            review=row["review"],
        )
        for row in findings
    )


def _evidence(row: Row) -> Evidence:
    return Evidence(
        turn_no=row["turn_no"],
        start=row["start_s"],
        end=row["end_s"],
        quote=row["quote"],
        phrase=row["phrase"],
        text_similarity=row["text_similarity"],
        sound_similarity=row["sound_similarity"],
        acoustic_llr=row["acoustic_llr"],
    )

"""An inspected call as a JSON document: what `tingjian inspect --json` prints.

Its form is promised to users and written down in `call_document.schema.json`. The same call gives
the same bytes: keys stand in a fixed order, numbers are rounded, and nothing tells how long the
work took.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pipeline.call import CallMetadata, Turn, Word
from pipeline.finding import Evidence, Finding, InspectedCall, Proposal
from pipeline.role_talk import RoleTalk, measure_roles
from pipeline.voiceprints import VoiceprintUse

Json = dict[str, object]

SCHEMA_PATH = Path(__file__).with_name("call_document.schema.json")

_TIME_PLACES = 3  # milliseconds
_PROBABILITY_PLACES = 4
_SIMILARITY_PLACES = 1
_RATE_PLACES = 1


def document_of(call: InspectedCall) -> Json:
    """The document of one call: only dicts, lists, texts, numbers, booleans and None.

    Times are seconds from the start of the recording, similarities 0-100, probabilities 0-1.
    """
    recording = call.recording
    return {
        "call_id": call.metadata.call_id,
        "language": call.transcript.language,
        "language_probability": round(call.transcript.language_probability, _PROBABILITY_PLACES),
        "purpose": call.metadata.purpose,
        **_circumstances(call.metadata),
        "duration_s": round(recording.duration_s, _TIME_PLACES),
        "channels": recording.channels,
        "sample_rate_hz": recording.sample_rate_hz,
        "codec": recording.codec,
        "audio_sha256": recording.audio_sha256,
        "warnings": [_warning(key, values) for key, values in recording.warnings],
        "models": {
            "asr": call.models.asr,
            "segmentation": call.models.segmentation,
            "embedding": call.models.embedding,
        },
        "voiceprint": _voiceprint(call.voiceprint),
        "phrasebook": {
            "id": call.phrasebook.id,
            "version": call.phrasebook.version,
            "sha256": call.phrasebook.sha256,
        },
        "turns": [_turn(turn) for turn in call.transcript.turns],
        "findings": [_finding(finding) for finding in call.findings],
        "proposals": [_proposal(proposal) for proposal in call.proposals],
        "metrics": _metrics(call),
        "talk_by_role": {talk.role.value: _talk(talk) for talk in measure_roles(call.transcript)},
        "scorecard": {
            "points": float(call.scorecard.points),
            "points_possible": float(call.scorecard.points_possible),
            "passed": call.scorecard.passed,
        },
    }


def json_of(call: InspectedCall) -> str:
    """The document as one line of JSON, in which Chinese stays readable."""
    return json.dumps(document_of(call), ensure_ascii=False, allow_nan=False)


def schema() -> Json:
    """The JSON Schema (2020-12) that every document fulfils."""
    content: Json = json.loads(SCHEMA_PATH.read_text("utf-8"))
    return content


def _circumstances(metadata: CallMetadata) -> Json:
    started_at = metadata.started_at
    return {
        "direction": metadata.direction,
        "agent_id": metadata.agent_id,
        "agent_name": metadata.agent_name,
        "team": metadata.team,
        "started_at": started_at.isoformat() if started_at else None,
    }


def _warning(key: str, values: Mapping[str, object]) -> Json:
    return {"code": key, "values": {name: _plain(value) for name, value in values.items()}}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _turn(turn: Turn) -> Json:
    return {
        "turn_no": turn.turn_no,
        "role": turn.role,
        "role_probability": round(turn.role_probability, _PROBABILITY_PLACES),
        "speaker": turn.speaker,
        "start": round(turn.start, _TIME_PLACES),
        "end": round(turn.end, _TIME_PLACES),
        "text": turn.text,
        "words": [_word(word) for word in turn.words],
    }


def _word(word: Word) -> Json:
    return {
        "text": word.text,
        "start": round(word.start, _TIME_PLACES),
        "end": round(word.end, _TIME_PLACES),
        "probability": round(word.probability, _PROBABILITY_PLACES),
    }


def _finding(finding: Finding) -> Json:
    return {
        "rule_id": finding.rule_id,
        "outcome": finding.outcome,
        "probability": round(finding.probability, _PROBABILITY_PLACES),
        "points": float(finding.points),
        "severity": finding.severity,
        "reason": finding.reason or None,
        "measured": finding.measured,
        "review": finding.review,
        "evidence": [_evidence(evidence) for evidence in finding.evidence],
        "suggestion": finding.suggestion,
        "source": finding.source,
    }


def _proposal(proposal: Proposal) -> Json:
    return {
        "rule_id": proposal.rule_id,
        "turn_no": proposal.turn_no,
        "start": round(proposal.start, _TIME_PLACES),
        "end": round(proposal.end, _TIME_PLACES),
        "quote": proposal.quote,
        "phrase": proposal.phrase,
        "likeness": round(proposal.likeness, _PROBABILITY_PLACES),
    }


def _evidence(evidence: Evidence) -> Json:
    llr = evidence.acoustic_llr
    return {
        "turn_no": evidence.turn_no,
        "start": round(evidence.start, _TIME_PLACES),
        "end": round(evidence.end, _TIME_PLACES),
        "quote": evidence.quote,
        "phrase": evidence.phrase,
        "text_similarity": round(evidence.text_similarity, _SIMILARITY_PLACES),
        "sound_similarity": round(evidence.sound_similarity, _SIMILARITY_PLACES),
        "acoustic_llr": None if llr is None else round(llr, _TIME_PLACES),
    }


def _metrics(call: InspectedCall) -> Json:
    metrics = call.metrics
    rate = metrics.agent_chars_per_min
    return {
        "agent_talk_s": round(metrics.agent_talk_s, _TIME_PLACES),
        "customer_talk_s": round(metrics.customer_talk_s, _TIME_PLACES),
        "silence_s": round(metrics.silence_s, _TIME_PLACES),
        "longest_silence_s": round(metrics.longest_silence_s, _TIME_PLACES),
        "longest_silence_start": _rounded(metrics.longest_silence_start_s),
        "overlap_s": round(metrics.overlap_s, _TIME_PLACES),
        "agent_chars_per_min": None if rate is None else round(rate, _RATE_PLACES),
        "agent_interruptions": metrics.agent_interruptions,
    }


def _voiceprint(use: VoiceprintUse | None) -> Json | None:
    if use is None:
        return None
    return {
        "sha256": use.sha256,
        "calls": use.calls,
        "speech_s": round(use.speech_s, _TIME_PLACES),
        "similarities": {
            speaker: round(cosine, _PROBABILITY_PLACES) for speaker, cosine in use.similarities
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _TIME_PLACES)


def _talk(talk: RoleTalk) -> Json:
    return {
        "talk_s": _rounded(talk.talk_s),
        "share": _rounded(talk.share),
        "longest_s": _rounded(talk.longest_s),
        "units_per_min": _rounded(talk.units_per_min),
        "responses": talk.responses,
        "response_median_s": _rounded(talk.response_median_s),
        "response_longest_s": _rounded(talk.response_longest_s),
        "interruptions": talk.interruptions,
        "interruption_longest_s": _rounded(talk.interruption_longest_s),
        "monologue_s": _rounded(talk.monologue_s),
        "level_db": _rounded(talk.level_db),
        "level_rise_db": _rounded(talk.level_rise_db),
    }

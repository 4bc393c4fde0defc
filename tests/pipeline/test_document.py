"""The document of a call against the promised form, written here by hand."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from pipeline.call import (
    CallMetadata,
    ModelVersions,
    Purpose,
    Recording,
    Role,
    TalkMetrics,
    Transcript,
    Turn,
    Word,
)
from pipeline.document import document_of, json_of, schema
from pipeline.finding import (
    Evidence,
    Finding,
    InspectedCall,
    Outcome,
    PhrasebookVersion,
    Scorecard,
)
from pipeline.voiceprints import VoiceprintUse

AUDIO = "a" * 64
BOOK = "b" * 64
CALL = InspectedCall(
    recording=Recording(
        path="in/c-1.wav",
        audio_sha256=AUDIO,
        duration_s=32.40049,
        channels=2,
        sample_rate_hz=8000,
        codec="pcm_alaw",
        warnings=(("audio.truncated", {"declared_s": 40.0, "decoded_s": 32.4}),),
    ),
    metadata=CallMetadata(
        call_id="c-1",
        purpose=Purpose.CALLBACK,
        agent_id="A101",
        started_at=datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=8))),
    ),
    models=ModelVersions("whisper-base-int8@905e5bf8", "segmentation-3.0@x", "campplus@y"),
    phrasebook=PhrasebookVersion("orange-tree", "2026.1", BOOK),
    transcript=Transcript(
        language="zh",
        turns=(
            Turn(
                turn_no=0,
                speaker="channel-0",
                role=Role.AGENT,
                role_probability=0.98765,
                start=0.9004,
                end=1.1006,
                text="您",
                words=(Word("您", 0.9004, 1.1006, 0.97126),),
            ),
        ),
        spans=(),
        duration_s=32.40049,
    ),
    metrics=TalkMetrics(
        14.1, 6.0, 3.2, 1.4, 0.3, None, agent_interruptions=2, longest_silence_start_s=7.12345
    ),
    voiceprint=VoiceprintUse("cd" * 32, 3, 60.00049, (("voice-0", 0.912345), ("voice-1", 0.31))),
    findings=(
        Finding(
            rule_id="zh.T10.improper",
            outcome=Outcome.VIOLATED,
            probability=0.93004,
            points=Decimal("-1.0"),
            severity="minor",
            evidence=(Evidence(0, 0.9, 1.1, "我不知道", "我不知道", 100.0, 99.96, 4.2004),),
            suggestion="我可以帮您询问一下",
            source="002.txt:137",
        ),
        Finding(
            rule_id="zh.nin_ratio",
            outcome=Outcome.NOT_ASSESSABLE,
            probability=0.5,
            points=Decimal(0),
            severity="minor",
            evidence=(Evidence(None, 0.0, 32.4, "", "", 0.0, 0.0),),
            suggestion=None,
            source=None,
            reason="judging.too_little",
        ),
    ),
    scorecard=Scorecard(Decimal("98.00"), Decimal("100.00"), passed=True),
    stage_s=(("decode", 0.25),),
)
EXPECTED = {
    "call_id": "c-1",
    "language": "zh",
    "language_probability": 1.0,
    "purpose": "callback",
    "direction": None,
    "agent_id": "A101",
    "agent_name": None,
    "team": None,
    "started_at": "2026-11-20T09:30:00+08:00",
    "duration_s": 32.4,
    "channels": 2,
    "sample_rate_hz": 8000,
    "codec": "pcm_alaw",
    "audio_sha256": AUDIO,
    "warnings": [{"code": "audio.truncated", "values": {"declared_s": 40.0, "decoded_s": 32.4}}],
    "models": {
        "asr": "whisper-base-int8@905e5bf8",
        "segmentation": "segmentation-3.0@x",
        "embedding": "campplus@y",
    },
    "phrasebook": {"id": "orange-tree", "version": "2026.1", "sha256": BOOK},
    "turns": [
        {
            "turn_no": 0,
            "role": "agent",
            "role_probability": 0.9876,  # rounded half to even of the binary value
            "speaker": "channel-0",
            "start": 0.9,
            "end": 1.101,
            "text": "您",
            "words": [{"text": "您", "start": 0.9, "end": 1.101, "probability": 0.9713}],
        }
    ],
    "findings": [
        {
            "rule_id": "zh.T10.improper",
            "outcome": "violated",
            "probability": 0.93,
            "points": -1.0,
            "severity": "minor",
            "reason": None,
            "measured": None,
            "review": "doubt",
            "evidence": [
                {
                    "turn_no": 0,
                    "start": 0.9,
                    "end": 1.1,
                    "quote": "我不知道",
                    "phrase": "我不知道",
                    "text_similarity": 100.0,
                    "sound_similarity": 100.0,
                    "acoustic_llr": 4.2,
                }
            ],
            "suggestion": "我可以帮您询问一下",
            "source": "002.txt:137",
        },
        {
            "rule_id": "zh.nin_ratio",
            "outcome": "not_assessable",
            "probability": 0.5,
            "points": 0.0,
            "severity": "minor",
            "reason": "judging.too_little",
            "measured": None,
            "review": "doubt",
            "evidence": [
                {
                    "turn_no": None,
                    "start": 0.0,
                    "end": 32.4,
                    "quote": "",
                    "phrase": "",
                    "text_similarity": 0.0,
                    "sound_similarity": 0.0,
                    "acoustic_llr": None,
                }
            ],
            "suggestion": None,
            "source": None,
        },
    ],
    "proposals": [],
    "metrics": {
        "agent_talk_s": 14.1,
        "customer_talk_s": 6.0,
        "silence_s": 3.2,
        "longest_silence_s": 1.4,
        "longest_silence_start": 7.123,
        "overlap_s": 0.3,
        "agent_chars_per_min": None,
        "agent_interruptions": 2,
    },
    # one turn of the agent, 0.2 s: too short for a rate; nobody answers, no loudness is known
    "talk_by_role": {
        "agent": {
            "talk_s": 0.2,
            "share": 1.0,
            "longest_s": 0.2,
            "units_per_min": None,
            "responses": 0,
            "response_median_s": None,
            "response_longest_s": None,
            "interruptions": 0,
            "interruption_longest_s": None,
            "monologue_s": 0.2,
            "level_db": None,
            "level_rise_db": None,
        },
        "customer": {
            "talk_s": 0,
            "share": 0.0,
            "longest_s": 0.0,
            "units_per_min": None,
            "responses": 0,
            "response_median_s": None,
            "response_longest_s": None,
            "interruptions": 0,
            "interruption_longest_s": None,
            "monologue_s": 0.0,
            "level_db": None,
            "level_rise_db": None,
        },
    },
    "voiceprint": {
        "sha256": "cd" * 32,
        "calls": 3,
        "speech_s": 60.0,
        "similarities": {"voice-0": 0.9123, "voice-1": 0.31},
    },
    "scorecard": {"points": 98.0, "points_possible": 100.0, "passed": True},
}


def test_a_call_becomes_the_promised_document() -> None:
    document = document_of(CALL)
    role_probability = document["turns"][0].pop("role_probability")  # type: ignore[index]
    expected: Any = deepcopy(EXPECTED)
    assert role_probability == pytest.approx(0.98765, abs=1e-4)
    del expected["turns"][0]["role_probability"]
    assert document == expected


def test_the_document_is_plain_json_and_chinese_stays_readable() -> None:
    text = json_of(CALL)
    assert json.loads(text)["turns"][0]["text"] == "您"
    assert "我不知道" in text
    assert "\n" not in text


def test_the_time_that_the_work_took_is_not_in_the_document() -> None:
    assert "stage_s" not in json_of(CALL)
    assert "0.25" not in json_of(CALL)


def test_the_schema_is_one_and_takes_the_document() -> None:
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(json.loads(json_of(CALL)))


def _set(document: Any, path: tuple[Any, ...], value: object) -> None:
    *way, last = path
    for step in way:
        document = document[step]
    if value is KeyError:
        del document[last]
    else:
        document[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("findings", 0, "outcome"), "guilty"),
        (("findings", 0, "outcome"), KeyError),
        (("findings", 0, "probability"), 1.2),
        (("findings", 0, "points"), "-1"),
        (("findings", 0, "evidence", 0, "quote"), KeyError),
        (("findings", 0, "evidence", 0, "text_similarity"), 101),
        (("turns", 0, "role"), "boss"),
        (("turns", 0, "words", 0, "start"), -0.1),
        (("turns", 0, "words"), KeyError),
        (("scorecard", "passed"), "yes"),
        (("scorecard",), KeyError),
        (("metrics", "overlap_s"), KeyError),
        (("audio_sha256",), "abc"),
        (("language",), "fr"),
        (("purpose",), "chat"),
        (("call_id",), ""),
        (("models", "asr"), KeyError),
    ],
)
def test_the_schema_refuses_what_was_not_promised(path: tuple[Any, ...], value: object) -> None:
    document = json.loads(json_of(CALL))
    _set(document, path, value)
    with pytest.raises(ValidationError):
        Draft202012Validator(schema()).validate(document)

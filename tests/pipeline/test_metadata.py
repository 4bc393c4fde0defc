from __future__ import annotations

import json
import pickle
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sidecars import faults, table

from pipeline.call import CallMetadata, Purpose, Role
from pipeline.errors import MetadataError
from pipeline.messages import LANGUAGES, catalogue, say
from pipeline.metadata import file_name_pattern, load_metadata, roles_by_channel

BEIJING = timezone(timedelta(hours=8))
FULL = {
    "call_id": "C-001",
    "language": "zh",
    "purpose": "callback",
    "direction": "outbound",
    "agent_id": "A7",
    "agent_name": "张老师",
    "team": "二组",
    "customer_ref": "K42",
    "started_at": "2026-11-20T10:00:00+08:00",
    "answered_after_s": 4.5,
    "hung_up_by": "customer",
    "channel_roles": ["agent", "customer"],
}


def recording(folder: Path, name: str = "a.wav", **sidecar: object) -> Path:
    """A recording with the sidecar of the given keys; without keys there is no sidecar."""
    if sidecar:
        text = json.dumps(sidecar, ensure_ascii=False)
        (folder / name).with_suffix(".json").write_text(text, "utf-8")
    return folder / name


def test_a_recording_without_anything_is_known_by_its_stem(tmp_path):
    assert load_metadata(tmp_path / "20261120-007.wav") == CallMetadata(call_id="20261120-007")


def test_every_key_of_a_sidecar_is_read(tmp_path):
    assert load_metadata(recording(tmp_path, **FULL)) == CallMetadata(
        call_id="C-001",
        language="zh",
        purpose=Purpose.CALLBACK,
        direction="outbound",
        agent_id="A7",
        agent_name="张老师",
        team="二组",
        customer_ref="K42",
        started_at=datetime(2026, 11, 20, 10, tzinfo=BEIJING),
        answered_after_s=4.5,
        hung_up_by="customer",
        channel_roles=(Role.AGENT, Role.CUSTOMER),
    )


def test_a_meta_json_counts_where_there_is_no_plain_json(tmp_path):
    (tmp_path / "a.meta.json").write_text('{"team": "two"}')
    assert load_metadata(tmp_path / "a.wav").team == "two"
    (tmp_path / "a.json").write_text('{"team": "one"}')
    assert load_metadata(tmp_path / "a.wav").team == "one"


def test_a_named_sidecar_replaces_the_one_beside_the_recording(tmp_path):
    audio = recording(tmp_path, team="beside", agent_id="A1")
    (tmp_path / "other.json").write_text('{"team": "named"}')
    metadata = load_metadata(audio, sidecar=tmp_path / "other.json")
    assert (metadata.team, metadata.agent_id) == ("named", None)


def test_empty_values_say_nothing(tmp_path):
    audio = recording(tmp_path, call_id="", language=None, team="  ", channel_roles=[])
    assert load_metadata(audio) == CallMetadata(call_id="a")


@pytest.mark.parametrize(
    ("tag", "language"),
    [("zh-CN", "zh"), ("zh_Hans_CN", "zh"), ("cmn", "zh"), ("es-MX", "es"), ("EN-us", "en")],
)
def test_language_tags_become_their_language(tmp_path, tag, language):
    assert load_metadata(recording(tmp_path, language=tag)).language == language


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_sidecar_may_be_written_as_windows_writes(tmp_path, encoding):
    (tmp_path / "a.json").write_bytes('{"agent_name": "张老师"}'.encode(encoding))
    assert load_metadata(tmp_path / "a.wav").agent_name == "张老师"


def test_numbers_may_stand_where_texts_are_meant(tmp_path):
    metadata = load_metadata(recording(tmp_path, agent_id=1001, answered_after_s="3,5"))
    assert (metadata.agent_id, metadata.answered_after_s) == ("1001", 3.5)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("language", "french"),
        ("language", ["zh"]),
        ("purpose", "chat"),
        ("direction", "both"),
        ("started_at", "yesterday"),
        ("started_at", 12),
        ("started_at", {}),
        ("started_at", "2026-13-01T00:00:00+08:00"),
        ("answered_after_s", -1),
        ("answered_after_s", "soon"),
        ("answered_after_s", True),
        ("answered_after_s", 10**400),
        ("channel_roles", "agent agent"),
        ("channel_roles", ["agent", "boss"]),
        ("channel_roles", ["agent", "customer", "unknown"]),
        ("channel_roles", {"0": "agent"}),
        ("call_id", "2026/11/20"),
        ("call_id", "a\\b"),
        ("call_id", ".."),
        ("call_id", "a\nb"),
        ("call_id", "x" * 201),
        ("call_id", "a\u202eb"),  # turns the direction of writing
    ],
)
def test_a_wrong_value_is_one_fault_under_its_key(tmp_path, key, value):
    ((reason, values),) = faults(recording(tmp_path, **{key: value}))
    assert reason == f"metadata.{key}"
    assert (values["source"], values["field"]) == ("a.json", key)


def test_a_time_without_offset_is_named_as_such(tmp_path):
    for value in ("2026-11-20T10:00:00", "2026-11-20"):
        ((reason, values),) = faults(recording(tmp_path, started_at=value))
        assert reason == "metadata.started_at_offset"
        assert values["value"] == value


def test_infinite_seconds_are_refused(tmp_path):
    (tmp_path / "a.json").write_text('{"answered_after_s": Infinity}')
    ((reason, _),) = faults(tmp_path / "a.wav")
    assert reason == "metadata.answered_after_s"


def test_an_unknown_key_is_named_with_the_nearest_even_if_it_is_empty(tmp_path):
    ((reason, values),) = faults(recording(tmp_path, langauge=None))
    assert (reason, values["field"], values["nearest"]) == (
        "metadata.unknown_key",
        "langauge",
        "language",
    )


def test_all_faults_are_told_at_once_in_the_readers_language(tmp_path):
    audio = recording(tmp_path, language="xx", purpose="chat", agent="A7")
    assert len(faults(audio)) == 3
    with pytest.raises(MetadataError) as caught:
        load_metadata(audio)
    text = caught.value.text("zh")
    assert text.count("\n") == 3
    assert "language 为“xx”" in text
    assert "agent_id" in text
    assert "有 3 处错误" in text


def test_the_error_survives_storage_as_json_and_a_process_border(tmp_path):
    with pytest.raises(MetadataError) as caught:
        load_metadata(recording(tmp_path, language="xx", purpose="chat"))
    error = caught.value
    stored = json.loads(json.dumps(error.values))
    for language in LANGUAGES:
        assert say(error.key, language, **stored) == error.text(language)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_personal_values_are_not_shown_in_errors(tmp_path):
    audio = recording(tmp_path, customer_ref="13800138000\n", agent_name="李\u0000雷", team="a\nb")
    with pytest.raises(MetadataError) as caught:
        load_metadata(recording(tmp_path, customer_ref="138\n00138000", agent_name="李\u0000雷"))
    assert "138" not in str(caught.value)
    assert "雷" not in str(caught.value)
    assert len(faults(audio)) == 2  # a line break at the end is only space


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "metadata.json"),
        (b"", "metadata.json"),
        (b"[" * 100_000, "metadata.json"),
        (b"[]", "metadata.not_object"),
        (b'"zh"', "metadata.not_object"),
        (b'{"team": "\xff\xff"}', "metadata.encoding"),
        (b'{"team": "a", "team": "b"}', "metadata.twice"),
        (b" " * 1_000_001, "metadata.too_large"),
    ],
)
def test_a_sidecar_that_cannot_be_read_is_a_fault(tmp_path, data, reason):
    (tmp_path / "a.json").write_bytes(data)
    assert [key for key, _ in faults(tmp_path / "a.wav")] == [reason]


def test_a_named_sidecar_that_is_missing_is_a_fault(tmp_path):
    ((reason, values),) = faults(tmp_path / "a.wav", sidecar=tmp_path / "b.json")
    assert (reason, values["source"]) == ("metadata.file", "b.json")


def test_a_stem_that_cannot_be_a_call_id_needs_one_from_the_sidecar(tmp_path):
    audio = tmp_path / "a\nb.wav"
    assert [key for key, _ in faults(audio)] == ["metadata.call_id"]
    (tmp_path / "a\nb.json").write_text('{"call_id": "good"}')
    assert load_metadata(audio).call_id == "good"


def test_sidecar_goes_before_table_and_table_before_name(tmp_path):
    audio = recording(tmp_path, "A1_early_x.wav", team="sidecar")
    table(tmp_path, "file,team,call_id\nA1_early_x.wav,table,table\n")
    pattern = file_name_pattern("{agent_id}_{team}_{call_id}")
    metadata = load_metadata(audio, pattern=pattern)
    assert (metadata.agent_id, metadata.call_id, metadata.team) == ("A1", "table", "sidecar")


def test_roles_go_with_channels():
    both = CallMetadata("a", channel_roles=(Role.CUSTOMER, Role.AGENT))
    assert roles_by_channel(both, 2) == (Role.CUSTOMER, Role.AGENT)
    assert roles_by_channel(both, 1) == ()  # one channel holds both parties
    assert roles_by_channel(CallMetadata("a"), 2) == ()


def test_one_role_for_two_channels_is_an_error():
    with pytest.raises(MetadataError) as caught:
        roles_by_channel(CallMetadata("C7", channel_roles=(Role.AGENT,)), 2)
    assert caught.value.key == "metadata.roles_count"
    assert "C7" in caught.value.text("zh")


def test_every_message_is_told_in_three_languages():
    samples = {
        "path": "a.wav", "count": 1, "faults": "", "call": "C", "roles": 1, "channels": 2,
        "source": "a.json", "field": "f", "nearest": "n", "value": "v", "detail": "d", "line": 1,
        "cells": 3, "columns": 2, "file": "a.wav", "lines": "2, 4", "template": "t", "sign": "%Q",
        "zone": "z",
    }  # fmt: skip
    keys = [key for key in catalogue() if key.startswith("metadata.")]
    assert len(keys) > 20
    for key in keys:
        assert len({say(key, language, **samples) for language in LANGUAGES}) == 3

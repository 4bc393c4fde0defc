from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from pipeline.call import CallMetadata
from pipeline.errors import ConfigurationError, MetadataError
from pipeline.metadata import file_name_pattern, load_metadata

BEIJING = timezone(timedelta(hours=8))


def test_a_name_gives_its_parts(tmp_path):
    pattern = file_name_pattern(
        "{*}_AGENT_{agent_name}_DT_{started_at:%Y-%m-%dT%H-%M-%S}", time_zone="Asia/Shanghai"
    )
    audio = tmp_path / "Auto0_GUID_000_AGENT_ChrisL_DT_2025-02-19T06-01-22.wav"
    metadata = load_metadata(audio, pattern=pattern)
    assert metadata.agent_name == "ChrisL"
    assert metadata.started_at == datetime(2025, 2, 19, 6, 1, 22, tzinfo=BEIJING)
    assert metadata.call_id == audio.stem


def test_summer_time_follows_the_zone(tmp_path):
    pattern = file_name_pattern("{started_at:%Y%m%d%H%M}", time_zone="Europe/Madrid")
    winter = load_metadata(tmp_path / "202601151200.wav", pattern=pattern).started_at
    summer = load_metadata(tmp_path / "202607151200.wav", pattern=pattern).started_at
    assert winter is not None
    assert summer is not None
    assert (winter.utcoffset(), summer.utcoffset()) == (timedelta(hours=1), timedelta(hours=2))


def test_a_name_of_another_form_says_nothing(tmp_path):
    pattern = file_name_pattern("{agent_id}_{call_id}")
    assert load_metadata(tmp_path / "plain.wav", pattern=pattern) == CallMetadata(call_id="plain")


def test_a_name_with_an_impossible_time_is_a_fault(tmp_path):
    pattern = file_name_pattern("{started_at:%Y%m%d%z}_{call_id}")
    with pytest.raises(MetadataError) as caught:
        load_metadata(tmp_path / "20261399+0800_x.wav", pattern=pattern)
    assert "20261399+0800" in str(caught.value)


@pytest.mark.parametrize(
    ("template", "zone", "key"),
    [
        ("{agent}_{call_id}", None, "metadata.pattern_key"),
        ("{agent_id:%Y}_{call_id}", None, "metadata.pattern_key"),
        ("{call_id}_{call_id}", None, "metadata.pattern_twice"),
        ("{call_id", None, "metadata.pattern_braces"),
        ("call_id}", None, "metadata.pattern_braces"),
        ("{started_at:%Q}", "Asia/Shanghai", "metadata.pattern_time"),
        ("{started_at:%Y%m%d}", None, "metadata.pattern_zone"),
        ("{call_id}", "Asia/Nowhere", "metadata.time_zone"),
        ("{call_id}", "../etc/passwd", "metadata.time_zone"),
    ],
)
def test_a_wrong_pattern_is_an_error_of_the_configuration(template, zone, key):
    with pytest.raises(ConfigurationError) as caught:
        file_name_pattern(template, time_zone=zone)
    assert caught.value.key == key
    assert template in caught.value.text("es") or str(zone) in caught.value.text("es")

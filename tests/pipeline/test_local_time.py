from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.errors import ConfigurationError
from pipeline.local_time import day_begins, offsets_s, zone_named

MADRID = ZoneInfo("Europe/Madrid")


def test_a_day_begins_at_its_own_midnight() -> None:
    shanghai = zone_named("Asia/Shanghai")
    begun = datetime(2026, 11, 19, 16, tzinfo=UTC)
    assert day_begins(date(2026, 11, 20), shanghai) == begun
    assert day_begins(date(2026, 7, 1), MADRID) == datetime(2026, 6, 30, 22, tzinfo=UTC)


def test_the_clock_is_moved_at_the_second_of_the_law() -> None:
    """In 2026 summer time in the European Union is from 29 March to 25 October, 01:00 UTC."""
    found = offsets_s(MADRID, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))
    assert found == [
        (datetime(2026, 1, 1, tzinfo=UTC), 3600),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), 7200),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), 3600),
    ]


def test_a_zone_without_summer_time_has_one_offset() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert offsets_s(zone, moment, moment) == [(moment, 28_800)]


def test_an_unknown_zone_is_refused_and_the_machines_is_known() -> None:
    assert zone_named("machine") is None
    with pytest.raises(ConfigurationError):
        zone_named("Europe/Nowhere")

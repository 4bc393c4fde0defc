"""Days, weeks and months, as people name them."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.errors import UsageError
from reports.period import day_of, last_complete, month_of, range_of, week_of


def test_a_week_is_named_by_its_number_or_by_one_of_its_days():
    # 2026-11-20 is a Friday of ISO week 47, which began on Monday the 16th
    for text in ("2026-W47", "2026-11-20", "2026-11-16", "2026-11-22"):
        week = week_of(text)
        assert (week.first, week.last, week.name) == (
            date(2026, 11, 16), date(2026, 11, 22), "2026-W47",
        )  # fmt: skip


def test_the_week_of_new_year_has_the_year_of_its_thursday():
    assert week_of("2027-01-01").name == "2026-W53"


@pytest.mark.parametrize(("text", "last"), [("2026-02", 28), ("2028-02", 29), ("2026-12", 31)])
def test_a_month_ends_on_its_last_day(text: str, last: int):
    assert month_of(text).last.day == last
    assert month_of(text).name == text


def test_before_a_month_is_the_month_before_whatever_its_length():
    before = month_of("2026-03").before
    assert (before.first, before.last) == (date(2026, 2, 1), date(2026, 2, 28))


def test_before_other_days_are_as_many_days():
    assert range_of("2026-11-05", "2026-11-07").before.name == "2026-11-02_2026-11-04"
    assert day_of("2026-11-01").before.name == "2026-10-31"


def test_what_is_complete_ended_before_today():
    monday = date(2026, 11, 23)
    assert last_complete("day", monday).name == "2026-11-22"
    assert last_complete("week", monday).name == "2026-W47"
    assert last_complete("week", date(2026, 11, 22)).name == "2026-W46"  # Sunday is not over
    assert last_complete("month", date(2026, 12, 1)).name == "2026-11"
    assert last_complete("month", date(2026, 11, 30)).name == "2026-10"


def test_weeks_may_begin_on_another_day():
    # weeks from Saturday: the last one that was over on Monday the 23rd ended on Friday the 20th
    week = last_complete("week", date(2026, 11, 23), week_begins=5)
    assert (week.first, week.last) == (date(2026, 11, 14), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("read", "text", "key"),
    [
        (day_of, "20.11.2026", "reports.bad_day"),
        (day_of, "2026-02-30", "reports.bad_day"),
        (day_of, "0001-01-01", "reports.bad_day"),
        (week_of, "2026-W60", "reports.bad_week"),
        (week_of, "0000-W01", "reports.bad_week"),
        (month_of, "2026-13", "reports.bad_month"),
        (month_of, "November", "reports.bad_day"),
    ],
)
def test_what_is_no_date_is_told_with_how_to_write_it(read: object, text: str, key: str):
    assert callable(read)
    with pytest.raises(UsageError) as told:
        read(text)
    assert told.value.key == key
    assert text in told.value.text("zh")


def test_a_range_that_is_turned_round_or_endless_is_refused():
    for first, last, key in (
        ("2026-11-02", "2026-11-01", "reports.turned_range"),
        ("2024-01-01", "2026-01-01", "reports.long_range"),
    ):
        with pytest.raises(UsageError) as told:
            range_of(first, last)
        assert told.value.key == key

"""Times as they are spoken. Every moment was looked up by hand in the calendar of November 2026:
Wednesday is the 25th, the month ends on Monday the 30th; the office is open 9 to 18, Monday to
Friday.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from pipeline.office_hours import OfficeHours
from pipeline.spoken_time import due_at
from pipeline.spoken_time_en import times_en
from pipeline.spoken_time_es import times_es
from pipeline.spoken_time_zh import read_number, times_zh

NOW = datetime(2026, 11, 25, 10, 20, tzinfo=timezone(timedelta(hours=8)))  # Wednesday
HOURS = OfficeHours()

CHINESE = [
    ("半小时后给您回电话", "半小时后", "11-25 10:50"),
    ("一个半小时内", "一个半小时内", "11-25 11:50"),
    ("两个小时之后", "两个小时之后", "11-25 12:20"),
    ("30分钟", "30分钟", "11-25 10:50"),
    ("一刻钟", "一刻钟", "11-25 10:35"),
    ("24小时内", "24小时内", "11-26 10:20"),
    ("三天内", "三天内", "11-28 18:00"),
    ("一两天", "一两天", "11-27 18:00"),
    ("三到五个工作日", "三到五个工作日", "12-02 18:00"),  # 26, 27, 30, 1, 2
    ("一周之内", "一周之内", "12-02 18:00"),
    ("半个月", "半个月", "12-10 18:00"),
    ("一个月之内", "一个月之内", "12-25 18:00"),
    ("周五之前", "周五之前", "11-27 18:00"),
    ("礼拜三", "礼拜三", "12-02 18:00"),  # said on a Wednesday: the next one
    ("本周五", "本周五", "11-27 18:00"),
    ("下周一上午", "下周一上午", "11-30 12:00"),
    ("下下周三", "下下周三", "12-09 18:00"),
    ("周末", "周末", "11-29 18:00"),
    ("本周内", "本周内", "11-27 18:00"),
    ("下周", "下周", "12-04 18:00"),
    ("月底前", "月底前", "11-30 18:00"),
    ("下个月", "下个月", "12-31 18:00"),
    ("最晚明天上午", "明天上午", "11-26 12:00"),
    ("明天上午十点前", "明天上午十点前", "11-26 10:00"),
    ("后天下午", "后天下午", "11-27 18:00"),
    ("今晚八点", "今晚八点", "11-25 20:00"),
    ("下午四点半", "下午四点半", "11-25 16:30"),
    ("四点一刻", "四点一刻", "11-25 16:15"),  # in the afternoon: at 4:15 nobody works
    ("九点", "九点", "11-26 09:00"),  # has passed today
    ("中午十二点", "中午十二点", "11-25 12:00"),
    ("16:30之前", "16:30之前", "11-25 16:30"),
    ("25号", "25号", "11-25 18:00"),
    ("三号", "三号", "12-03 18:00"),
    ("十二月一号下午三点", "十二月一号下午三点", "12-01 15:00"),
    ("下班前", "下班前", "11-25 18:00"),
]
SPANISH = [
    ("le llamo en media hora", "en media hora", "11-25 10:50"),
    ("en una hora y media", "en una hora y media", "11-25 11:50"),
    ("en un par de horas", "en un par de horas", "11-25 12:20"),
    ("en quince minutos", "en quince minutos", "11-25 10:35"),
    ("en dos o tres días", "en dos o tres días", "11-28 18:00"),
    ("en tres días hábiles", "en tres días hábiles", "11-30 18:00"),
    ("mañana por la tarde", "mañana por la tarde", "11-26 18:00"),
    ("mañana a las diez de la mañana", "mañana a las diez de la mañana", "11-26 10:00"),
    ("pasado mañana", "pasado mañana", "11-27 18:00"),
    ("antes del viernes", "del viernes", "11-27 18:00"),
    ("el próximo lunes", "el próximo lunes", "11-30 18:00"),
    ("la semana que viene", "la semana que viene", "12-04 18:00"),
    ("esta tarde a las cinco", "esta tarde a las cinco", "11-25 17:00"),
    ("a las seis menos cuarto", "a las seis menos cuarto", "11-25 17:45"),
    ("a las 16:30", "a las 16:30", "11-25 16:30"),
    ("al mediodía", "al mediodía", "11-25 13:00"),
    ("el 30 de noviembre", "el 30 de noviembre", "11-30 18:00"),
    ("antes de fin de mes", "de fin de mes", "11-30 18:00"),
]
ENGLISH = [
    ("in half an hour", "in half an hour", "11-25 10:50"),
    ("within two hours", "within two hours", "11-25 12:20"),
    ("by Friday", "by Friday", "11-27 18:00"),
    ("next Monday", "next Monday", "11-30 18:00"),
    ("tomorrow afternoon", "tomorrow afternoon", "11-26 18:00"),
    ("before Friday at 3 pm", "before Friday at 3 pm", "11-27 15:00"),
    ("in 3 business days", "in 3 business days", "11-30 18:00"),
    ("by the end of the month", "the end of the month", "11-30 18:00"),
]
CASES = [
    *((times_zh, *case) for case in CHINESE),
    *((times_es, *case) for case in SPANISH),
    *((times_en, *case) for case in ENGLISH),
]


@pytest.mark.parametrize(("times", "text", "shown", "due"), CASES, ids=[c[1] for c in CASES])
def test_a_spoken_time_ends_when_a_person_says_it_does(times, text, shown, due):
    (spoken,) = times(text)
    assert spoken.text == shown
    assert text[spoken.first : spoken.last] == shown
    assert f"{due_at(spoken, NOW, HOURS):%m-%d %H:%M}" == due


@pytest.mark.parametrize(
    ("times", "text"),
    [
        (times_zh, "什么时候方便"),
        (times_zh, "我有一点事"),
        (times_zh, "请稍等一下"),
        (times_zh, "第一天上课"),
        (times_es, "buenas tardes"),
        (times_es, "las cuatro personas"),
        (times_es, "de la mañana"),
        (times_en, "good morning"),
        (times_en, "at one point I may call"),
    ],
)
def test_what_is_no_time_is_none(times, text):
    assert list(times(text)) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("二十四", 24),
        ("一百零五", 105),
        ("48", 48),
        ("两", 2),
    ],
)
def test_numbers_are_read(text, number):
    assert read_number(text) == number


def test_the_moment_keeps_the_calls_own_clock():
    (spoken,) = times_zh("下午四点半")
    found = due_at(spoken, NOW.astimezone(timezone(timedelta(hours=-5))), HOURS)
    # 10:20 in Shanghai is 21:20 of the day before in New York; half past four is the next day's
    assert found is None or found.utcoffset() == timedelta(hours=-5)


def test_working_days_leave_out_weekends_and_holidays():
    (spoken,) = times_zh("两个工作日内")
    hours = OfficeHours(holidays=frozenset({date(2026, 11, 26)}), closes=time(17, 30))
    # 27 and, after the weekend, 30
    assert f"{due_at(spoken, NOW, hours):%m-%d %H:%M}" == "11-30 17:30"


def test_a_day_ends_at_midnight_when_the_office_has_closed():
    (spoken,) = times_zh("今天")
    late = datetime(2026, 11, 25, 19, 0, tzinfo=UTC)
    assert f"{due_at(spoken, late, HOURS):%m-%d %H:%M}" == "11-25 23:59"


def test_half_an_hour_runs_on_over_closing_time():
    (spoken,) = times_zh("半小时后")
    late = datetime(2026, 11, 25, 17, 50, tzinfo=UTC)
    assert due_at(spoken, late, HOURS) == datetime(2026, 11, 25, 18, 20, tzinfo=UTC)


@pytest.mark.parametrize("text", ["31号", "二月三十号", "今天上午八点"])
def test_a_moment_that_is_not_there_or_has_passed_is_none_or_later(text):
    """30 February is none; eight this morning has passed; the next 31st is in December."""
    (spoken,) = times_zh(text)
    expected = datetime(2026, 12, 31, 18, 0, tzinfo=NOW.tzinfo) if text == "31号" else None
    assert due_at(spoken, NOW, HOURS) == expected

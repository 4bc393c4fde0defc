"""Times as they are spoken in Mandarin: 半小时后, 周五之前, 明天下午四点半, 三个工作日内."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from pipeline.office_hours import Part
from pipeline.spoken_time import Period, SpokenTime

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_N: Final = r"(?:\d+|[零〇一二两三四五六七八九十百]+)"
_RANGE: Final = rf"(?:{_N}\s*(?:到|至|-|~|—)\s*)?{_N}"  # 三到五: the later end holds
_WEEK: Final = r"(?:周|星期|礼拜)"
_PART: Final = r"(?:早上|早晨|上午|中午|下午|傍晚|晚上|今晚|明晚|明早|今早)"
_WITHIN: Final = r"(?:以内|之内|内|之后|以后|后|左右|之前|以前|前)?"
_CLOCK: Final = (
    rf"(?P<hour>{_N})(?:点|:|：|时(?!候|间))(?:(?P<half>半)|(?P<quarter>[一三])刻|钟|整"
    rf"|(?P<minute>{_N})分?)?"
)
_LASTING: Final = re.compile(
    rf"(?:(?P<half>半)个?(?P<half_unit>小时|钟头|天|个月|月)"
    rf"|(?P<count>{_RANGE})个?(?P<and_half>半)?(?P<unit>分钟|刻钟|小时|钟头|工作日|天|日(?=[内以之后])"
    rf"|{_WEEK}|月)(?P<unit_half>半)?)(?:的时间)?{_WITHIN}"
)
_DAY: Final = (
    rf"(?P<day>今天|今日|当天|今晚|今早|明天|明日|明早|明晚|大后天|后天)"
    rf"|(?P<which>下下|下|这|本)?个?{_WEEK}(?P<weekday>[一二三四五六日天1-6])"
    rf"|(?:(?P<month>{_N})月(?:份)?)?(?P<date>{_N})[号日](?!内)"
    rf"|(?P<period>(?:下下|下|这|本)?个?(?:{_WEEK}(?:末|内|之内)?|月底|月末|月内|月)|月底|月末|周末)"
)
_POINT: Final = re.compile(
    rf"(?:(?:{_DAY})(?:的)?)?\s*(?P<part>{_PART})?\s*(?:{_CLOCK})?(?P<close>下班)?\s*{_WITHIN}"
)
_DAYS: Final = {
    **dict.fromkeys(("今天", "今日", "当天", "今晚", "今早"), 0),
    **dict.fromkeys(("明天", "明日", "明早", "明晚"), 1),
    "后天": 2,
    "大后天": 3,
}
_PARTS: Final = {
    **dict.fromkeys(("早上", "早晨", "上午", "明早", "今早"), Part.MORNING),
    "中午": Part.NOON,
    "下午": Part.AFTERNOON,
    **dict.fromkeys(("傍晚", "晚上", "今晚", "明晚"), Part.EVENING),
}
_MINUTES: Final = {"分钟": 1, "刻钟": 15, "小时": 60, "钟头": 60}
_WEEKDAYS: Final = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6} | {
    str(n + 1): n for n in range(6)
}  # fmt: skip
_LATER: Final = {"下下": 2, "下": 1}


def read_number(text: str) -> int:
    """A number as it is spoken or written; 一两 and 两三 are their last. 0 for no number."""
    if text.isdigit():
        return int(text)
    total = current = 0
    for letter in text:
        if letter in _DIGITS:
            current = _DIGITS[letter]
        elif letter == "十":
            total, current = total + (current or 1) * 10, 0
        elif letter == "百":
            total, current = total + (current or 1) * 100, 0
    return total + current


def times_zh(text: str) -> Iterator[SpokenTime]:
    """The times of a turn, in the order in which they stand, the longest reading of each."""
    at = 0
    while at < len(text):
        found = None if text[at - 1 : at] == "第" else _at(text, at)  # 第一天 is no length
        if found is None:
            at += 1
            continue
        yield found
        at = found.last


def _at(text: str, at: int) -> SpokenTime | None:
    lasting = _LASTING.match(text, at)
    if lasting is not None and (found := _lasting(lasting)) is not None:
        return found
    point = _POINT.match(text, at)
    return None if point is None or point.end() == at else _point(point)


def _lasting(match: re.Match[str]) -> SpokenTime | None:
    place: dict[str, Any] = {
        "first": match.start(),
        "last": match.end(),
        "text": match.group(),
    }
    if match["half"]:
        unit = match["half_unit"]
        if unit in _MINUTES:
            return SpokenTime(**_lasts(place, timedelta(minutes=30)))
        return SpokenTime(**place, days=1 if unit == "天" else 15)
    count = read_number(re.split(r"到|至|-|~|—", match["count"])[-1].strip())
    unit, half = match["unit"], bool(match["and_half"] or match["unit_half"])
    if not count:
        return None
    if unit in _MINUTES:
        minutes = count * _MINUTES[unit] + (_MINUTES[unit] // 2 if half else 0)
        return SpokenTime(**_lasts(place, timedelta(minutes=minutes)))
    if unit == "工作日":
        return SpokenTime(**place, working_days=count)
    if unit == "月":
        if "个" not in match.group():
            return None  # 十一月 is a date
        return SpokenTime(**place, months=count)
    if unit in ("周", "星期", "礼拜"):
        return SpokenTime(**place, days=7 * count)
    return SpokenTime(**place, days=count)


def _lasts(place: dict[str, Any], lasting: timedelta) -> dict[str, Any]:
    return {**place, "lasting": lasting}


def _point(match: re.Match[str]) -> SpokenTime | None:
    day, part = match["day"], match["part"]
    close = bool(match["close"])
    named = day or match["weekday"] or match["date"] or match["period"]
    if not (named or match["hour"] or part or close):
        return None
    if match["date"] and not match["month"] and not match.group().strip():
        return None
    spoken: dict[str, Any] = {
        "first": match.start(),
        "last": match.end(),
        "text": match.group(),
        "days": _DAYS.get(day) if day else None,
        "part": _PARTS.get(part or day or ""),
    }
    if match["weekday"]:
        which = match["which"]
        spoken["weekday"] = _WEEKDAYS[match["weekday"]]
        spoken["week"] = _LATER.get(which, 0) if which else None
    if match["date"]:
        month = read_number(match["month"]) if match["month"] else None
        spoken["month_day"] = (month, read_number(match["date"]))
    if match["period"]:
        spoken["period"], spoken["later"] = _period(match["period"])
    if match["hour"]:
        spoken["clock"] = _clock(match)
    if part is None and not named and match["hour"] and not _is_clock(match):
        return None
    return SpokenTime(**spoken)


def _period(text: str) -> tuple[Period, int]:
    later = next((n for word, n in _LATER.items() if text.startswith(word)), 0)
    if "月" in text:
        return Period.MONTH, later
    return (Period.WEEKEND if text.endswith("末") else Period.WEEK), later


def _clock(match: re.Match[str]) -> tuple[int, int]:
    minute = read_number(match["minute"]) if match["minute"] else 0
    if match["half"]:
        minute = 30
    elif match["quarter"]:
        minute = 15 * _DIGITS[match["quarter"]]
    return read_number(match["hour"]), minute


def _is_clock(match: re.Match[str]) -> bool:
    """Not 一点 of 一点时间, 有一点: an hour alone needs something that makes it one."""
    rest = match.group()[len(match["hour"]) :].strip()
    return match["hour"] != "一" or len(rest) > 1

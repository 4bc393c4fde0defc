"""Times as they are spoken in English: in half an hour, by Friday, tomorrow afternoon at 4:30."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from pipeline.office_hours import Part
from pipeline.spoken_time import Period, SpokenTime

_WORDS: Final = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
_NUMBERS: Final = {word: n for n, word in enumerate(_WORDS, start=1)} | {
    "a": 1,
    "an": 1,
    "a couple of": 2,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "twenty-four": 24,
    "forty-eight": 48,
}
_N: Final = r"(?:\d+|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_WEEKDAYS: Final = {
    name: n
    for n, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )
}
_MONTHS: Final = {
    name: n
    for n, name in enumerate(
        (
            *("january", "february", "march", "april", "may", "june", "july", "august"),
            *("september", "october", "november", "december"),
        ),
        start=1,
    )
}
_DAYS: Final = {"today": 0, "tonight": 0, "tomorrow": 1, "the day after tomorrow": 2}
_PARTS: Final = {
    "morning": Part.MORNING,
    "noon": Part.NOON,
    "midday": Part.NOON,
    "afternoon": Part.AFTERNOON,
    "evening": Part.EVENING,
    "tonight": Part.EVENING,
    "am": Part.MORNING,
    "pm": Part.AFTERNOON,
}
_LASTING: Final = re.compile(
    rf"\b(?:in|within|after)\s+(?:the next\s+)?(?:(?P<half>half an hour)"
    rf"|(?:{_N}\s+(?:or|to)\s+)?(?P<count>{_N})\s+(?P<working>(?:business|working)\s+)?"
    rf"(?P<unit>minute|hour|day|week|month)s?(?P<and_half>\s+and a half)?)\b"
)
_POINT: Final = re.compile(
    rf"\b(?:(?P<day>the day after tomorrow|today|tonight|tomorrow)"
    rf"|(?:(?:on|by|before|until)\s+)?(?P<next>next\s+|this\s+)?(?P<weekday>{'|'.join(_WEEKDAYS)})\b"
    rf"|(?:on|by|before)\s+(?P<month>{'|'.join(_MONTHS)})\s+(?P<date>\d+)(?:st|nd|rd|th)?"
    r"|(?P<period>(?:the end of (?:the|this|next)|next|this)\s+(?:week|month)|(?:this|the) weekend"
    r"|month-end))?"
    r"(?:\s*(?:in the|this|at)?\s*(?P<part>morning|noon|midday|afternoon|evening))?"
    rf"(?:\s*(?:at|by|before)\s+(?P<hour>{_N})(?!\s+(?:point|time))(?::(?P<minute>\d\d))?(?:\s*(?P<half>am|pm|a\.m\.|p\.m\.))?"
    r"(?:\s+in the (?P<late>morning|afternoon|evening))?)?(?:\s*(?P<close>close of business))?\b"
)


def times_en(text: str) -> Iterator[SpokenTime]:
    """The times of a turn, in the order in which they stand, the longest reading of each."""
    lower, at = text.lower(), 0
    while at < len(lower):
        inside = at > 0 and lower[at - 1].isalnum()
        found = None if inside or lower[at] == " " else _at(lower, text, at)
        if found is None:
            at += 1
            continue
        yield found
        at = found.last


def _at(lower: str, text: str, at: int) -> SpokenTime | None:
    lasting = _LASTING.match(lower, at)
    if lasting is not None:
        return _lasting(lasting, text)
    point = _POINT.match(lower, at)
    return None if point is None or not point.group().strip() else _point(point, text)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS.get(text, 0)


def _place(match: re.Match[str], text: str) -> dict[str, Any]:
    return {"first": match.start(), "last": match.end(), "text": text[match.start() : match.end()]}


def _lasting(match: re.Match[str], text: str) -> SpokenTime:
    place = _place(match, text)
    if match["half"]:
        return SpokenTime(**place, lasting=timedelta(minutes=30))
    count, unit = _number(match["count"]), match["unit"]
    if unit in ("minute", "hour"):
        half = 30 if match["and_half"] else 0
        minutes = count * (60 if unit == "hour" else 1) + half
        return SpokenTime(**place, lasting=timedelta(minutes=minutes))
    if unit == "month":
        return SpokenTime(**place, months=count)
    if match["working"]:
        return SpokenTime(**place, working_days=count)
    return SpokenTime(**place, days=count * (7 if unit == "week" else 1))


def _point(match: re.Match[str], text: str) -> SpokenTime | None:
    part = match["late"] or (match["half"] or "").replace(".", "") or match["part"]
    named = match["day"] or match["weekday"] or match["month"] or match["period"]
    if not (named or match["hour"] or match["close"] or match["part"]):
        return None
    if match["part"] and not named and not match.group().startswith(("this", "in the", "at")):
        return None
    if match["day"] == "tonight":
        part = part or "tonight"
    spoken: dict[str, Any] = {**_place(match, text), "part": _PARTS.get(part or "")}
    if match["day"]:
        spoken["days"] = _DAYS[match["day"]]
    if match["weekday"]:
        spoken["weekday"] = _WEEKDAYS[match["weekday"]]
        spoken["week"] = 1 if (match["next"] or "").startswith("next") else None
    if match["month"]:
        spoken["month_day"] = (_MONTHS[match["month"]], int(match["date"]))
    if match["period"]:
        later = int("next" in match["period"])
        month = "month" in match["period"]
        weekend = "weekend" in match["period"]
        week = Period.WEEKEND if weekend else Period.WEEK
        spoken["period"], spoken["later"] = (Period.MONTH if month else week), later
    if match["hour"]:
        spoken["clock"] = (_number(match["hour"]), int(match["minute"] or 0))
    return SpokenTime(**spoken)

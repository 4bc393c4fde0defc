"""The days that a report is about: by the calls' own clocks, first and last included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from pipeline.errors import UsageError

Span = Literal["day", "week", "month", "range"]
_LONGEST_DAYS: Final = 366
_WEEK: Final = re.compile(r"(\d{4})-W(\d{2})")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_YEARS: Final = range(1990, 2200)


@dataclass(frozen=True, slots=True)
class Period:
    """Days in a row."""

    first: date
    last: date
    span: Span = "range"

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def name(self) -> str:
        """As it is written and as files are named: 2026-11-20, 2026-W47, 2026-11."""
        match self.span:
            case "day":
                return self.first.isoformat()
            case "week":
                year, week, _ = self.first.isocalendar()
                return f"{year}-W{week:02d}"
            case "month":
                return f"{self.first:%Y-%m}"
        return f"{self.first.isoformat()}_{self.last.isoformat()}"

    @property
    def before(self) -> Period:
        """The days before it: as many, or the month before a month."""
        last = self.first - timedelta(days=1)
        if self.span == "month":
            return Period(last.replace(day=1), last, "month")
        return Period(last - timedelta(days=self.days - 1), last, self.span)


def day_of(text: str) -> Period:
    """One day. Raises: UsageError."""
    day = _date(text)
    return Period(day, day, "day")


def week_of(text: str) -> Period:
    """A week from Monday to Sunday, as 2026-W47 or by one of its days. Raises: UsageError."""
    found = _WEEK.fullmatch(text)
    try:
        if found:
            first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            _check_year(first, text)
        else:
            day = _date(text)
            first = day - timedelta(days=day.weekday())
    except (ValueError, OverflowError) as error:
        raise UsageError("reports.bad_week", value=text) from error
    return Period(first, first + timedelta(days=6), "week")


def month_of(text: str) -> Period:
    """A month, as 2026-11 or by one of its days. Raises: UsageError."""
    found = _MONTH.fullmatch(text)
    try:
        first = date(int(found[1]), int(found[2]), 1) if found else _date(text).replace(day=1)
        _check_year(first, text)
    except ValueError as error:
        raise UsageError("reports.bad_month", value=text) from error
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Period(first, following - timedelta(days=1), "month")


def range_of(first: str, last: str) -> Period:
    """From one day to another, both included. Raises: UsageError."""
    begin, end = _date(first), _date(last)
    if end < begin:
        raise UsageError("reports.turned_range", first=first, last=last)
    period = Period(begin, end, "day" if begin == end else "range")
    if period.days > _LONGEST_DAYS:
        raise UsageError("reports.long_range", days=period.days, most=_LONGEST_DAYS)
    return period


def last_complete(span: Span, today: date, *, week_begins: int = 0) -> Period:
    """The last day, week or month that was over when `today` began.

    Args:
        week_begins: weekday, Monday is 0.
    """
    yesterday = today - timedelta(days=1)
    match span:
        case "week":
            last = yesterday - timedelta(days=(yesterday.weekday() - week_begins + 1) % 7)
            first = last - timedelta(days=6)
            return Period(first, last, "week" if week_begins == 0 else "range")
        case "month":
            last = today.replace(day=1) - timedelta(days=1)
            return Period(last.replace(day=1), last, "month")
    return Period(yesterday, yesterday, "day")


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("reports.bad_day", value=text) from error
    _check_year(day, text)
    return day


def _check_year(day: date, text: str) -> None:
    if day.year not in _YEARS:
        raise UsageError("reports.bad_day", value=text)

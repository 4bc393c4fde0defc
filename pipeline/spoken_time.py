"""A time as it was spoken, and the moment at which it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from pipeline.office_hours import OfficeHours, Part, add_months, end_of_month, end_of_week


class Period(StrEnum):
    """A stretch that has an end."""

    WEEK = "week"
    WEEKEND = "weekend"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class SpokenTime:
    """What an expression says; what it leaves open is None. `first`, `last`: characters, `last`
    excluded.

    Either a length of time from now (`lasting`, `working_days`, `months`), or a day (`days` from
    today, `weekday`, `month_day`, `period`), with a part of it or a clock time, or a clock time
    alone.
    """

    first: int
    last: int
    text: str
    lasting: timedelta | None = None  # minutes and hours, to the minute
    working_days: int | None = None
    months: int | None = None
    days: int | None = None  # from today; also of "in three days"
    weekday: int | None = None  # 0 = Monday
    week: int | None = None  # 0 this, 1 next; None: the next such day
    month_day: tuple[int | None, int] | None = None  # month, or None for the next such day; day
    period: Period | None = None
    later: int = 0  # periods after this one
    part: Part | None = None
    clock: tuple[int, int] | None = None  # hour as spoken, minute
    whole_day: bool = False  # an hour of 24, not of 12


def due_at(spoken: SpokenTime, at: datetime, hours: OfficeHours) -> datetime | None:
    """The last moment at which a promise of that time is kept.

    Where an expression leaves room, the later reading holds, because an agent must not be blamed
    for the machine's: "before Friday" ends with Friday, "tomorrow" at closing time, "in the
    morning" at noon. Minutes and hours run on over closing time.

    Args:
        at: when it was said, with offset; the moment has the same.
    Returns: None for a date that does not exist, or that lies more than a year ahead.
    """
    if spoken.lasting is not None:
        return at + spoken.lasting
    day = _day(spoken, at.date(), hours)
    if day is None:
        return None
    if day < at.date() or (day - at.date()).days > 366:
        return None
    if spoken.clock is not None:
        named = _names_day(spoken)
        return _clock(spoken, day, at=at, hours=hours, named=named)
    if spoken.part is not None:
        end = hours.end_of(spoken.part, day, spoken=at)
        return end if end > at else hours.closing(day, spoken=at)
    return hours.closing(day, spoken=at)


def _names_day(spoken: SpokenTime) -> bool:
    parts = (spoken.days, spoken.weekday, spoken.month_day, spoken.period)
    return any(part is not None for part in parts)


def _day(spoken: SpokenTime, today: date, hours: OfficeHours) -> date | None:
    """The day on which it ends; today if none is named."""
    if spoken.working_days is not None:
        return hours.after_working_days(today, spoken.working_days)
    if spoken.months is not None:
        return add_months(today, spoken.months)
    if spoken.days is not None:
        return today + timedelta(days=spoken.days)
    if spoken.weekday is not None:
        return _weekday(today, spoken.weekday, spoken.week)
    if spoken.month_day is not None:
        return _month_day(today, *spoken.month_day)
    if spoken.period is not None:
        return _end_of_period(today, spoken.period, spoken.later, hours)
    return today


def _weekday(today: date, weekday: int, week: int | None) -> date:
    """That day of this or a later week, or the next one after today."""
    if week is not None:
        return today - timedelta(days=today.weekday()) + timedelta(days=7 * week + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _month_day(today: date, month: int | None, day: int) -> date | None:
    """That date of this year, or of the next if it has passed."""
    later = range(13) if month is None else (0, 12)
    first = today.replace(day=1) if month is None else _first_of(today, month)
    for months in later:
        base = None if first is None else add_months(first, months)
        if base is None or day < 1 or day > end_of_month(base).day:
            continue
        found = base.replace(day=day)
        if found >= today:
            return found
    return None


def _first_of(today: date, month: int) -> date | None:
    return date(today.year, month, 1) if 1 <= month <= 12 else None


def _end_of_period(today: date, period: Period, later: int, hours: OfficeHours) -> date:
    if period is Period.MONTH:
        return end_of_month(today, months=later)
    sunday = end_of_week(today) + timedelta(days=7 * later)
    if period is Period.WEEKEND:
        return sunday
    first = max(today, sunday - timedelta(days=6))
    return hours.last_working_day(first, sunday)


def _clock(
    spoken: SpokenTime, day: date, *, at: datetime, hours: OfficeHours, named: bool
) -> datetime | None:
    """The clock time on that day; without a day, the next such time from now on."""
    hour, minute = spoken.clock or (0, 0)
    if minute > 59 or hour > 24:
        return None
    choices = [h for h in _readings(hour, spoken, hours) if h < 24]
    if hour == 24:
        return datetime.combine(day, time(23, 59), at.tzinfo)
    moments = [datetime.combine(day, time(h, minute), at.tzinfo) for h in choices]
    later = [m for m in moments if m > at]
    if later:
        return later[0]
    if named or spoken.part is not None:
        return None  # a time of a day that has passed
    return datetime.combine(day + timedelta(days=1), time(choices[0], minute), at.tzinfo)


def _readings(hour: int, spoken: SpokenTime, hours: OfficeHours) -> tuple[int, ...]:
    """The hours of 24 that may be meant, the likelier first."""
    if spoken.whole_day or hour > 12:
        return (hour,)
    match spoken.part:
        case Part.MORNING:
            return (hour,)
        case Part.NOON:
            return (hour,) if hour >= 11 else (hour + 12,)
        case Part.AFTERNOON | Part.EVENING:
            return (12,) if hour == 12 else (hour + 12,)
    both = (hour, hour + 12) if hour < 12 else (12,)
    inside = [h for h in both if hours.opens.hour <= h <= hours.closes.hour]
    return tuple(inside) or both

"""When the organisation is at work: what "tomorrow", "in three working days" and "before closing"
end at.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final


class Part(StrEnum):
    """A part of the day, as people speak of it."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"


_NOON_ENDS: Final = time(13)
_EVENING_ENDS: Final = time(21)
_LATE_EVENING: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Opening hours and working days; times are the call's own clock."""

    opens: time = time(9)
    closes: time = time(18)
    working_days: frozenset[int] = frozenset(range(5))  # 0 = Monday
    holidays: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        return day.weekday() in self.working_days and day not in self.holidays

    def closing(self, day: date, *, spoken: datetime) -> datetime:
        """The last moment of a day in which something can be done; midnight if the office had
        closed when it was said.
        """
        end = datetime.combine(day, self.closes, spoken.tzinfo)
        if end > spoken:
            return end
        return datetime.combine(day, time(23, 59), spoken.tzinfo)

    def end_of(self, part: Part, day: date, *, spoken: datetime) -> datetime:
        """The last moment of a part of a day."""
        ends = {Part.MORNING: time(12), Part.NOON: _NOON_ENDS, Part.EVENING: _EVENING_ENDS}
        if part is Part.AFTERNOON:
            return self.closing(day, spoken=spoken)
        if part is Part.EVENING and self.closes >= _EVENING_ENDS:
            return datetime.combine(day, self.closes, spoken.tzinfo) + _LATE_EVENING
        return datetime.combine(day, ends[part], spoken.tzinfo)

    def after_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`.

        Raises: ValueError if no day of the week is a working day.
        """
        if not self.working_days:
            raise ValueError("no working days")
        while count > 0:
            day += timedelta(days=1)
            count -= self.works(day)
        return day

    def last_working_day(self, first: date, last: date) -> date:
        """The last working day from `first` to `last`; `last` if there is none."""
        day = last
        while day >= first:
            if self.works(day):
                return day
            day -= timedelta(days=1)
        return last


def end_of_week(day: date) -> date:
    """Sunday of the day's week."""
    return day + timedelta(days=6 - day.weekday())


def end_of_month(day: date, *, months: int = 0) -> date:
    """The last day of the month, or of one that lies `months` later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    last = end_of_month(day, months=months)
    return last.replace(day=min(day.day, last.day))

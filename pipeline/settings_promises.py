"""Settings of promises: when the organisation works, and what keeps a promise."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Final

from pipeline.errors import ConfigurationError
from pipeline.office_hours import OfficeHours
from pipeline.promise import PromiseRules

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class PromiseSettings:
    """Opening hours and what counts as a call-back; clock times are those of the calls."""

    opens: str = "09:00"
    closes: str = "18:00"
    working_days: tuple[str, ...] = _DAYS[:5]  # mon, tue, wed, thu, fri, sat, sun
    holidays: tuple[str, ...] = ()  # YYYY-MM-DD
    grace_minutes: float = field(default=15.0, metadata={"least": 0.0})
    any_contact: bool = False  # True: a call from the customer keeps a promise too

    @property
    def hours(self) -> OfficeHours:
        """The opening hours. Raises: ConfigurationError naming the value that is none."""
        return OfficeHours(
            opens=_time("opens", self.opens),
            closes=_time("closes", self.closes),
            working_days=frozenset(_weekday(name) for name in self.working_days),
            holidays=frozenset(_date(text) for text in self.holidays),
        )

    @property
    def rules(self) -> PromiseRules:
        """How promises are settled."""
        return PromiseRules(timedelta(minutes=self.grace_minutes), self.any_contact)


def _time(key: str, text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError("promises.bad_time", name=key, value=text) from error


def _weekday(text: str) -> int:
    try:
        return _DAYS.index(text.lower())
    except ValueError as error:
        known = ", ".join(_DAYS)
        raise ConfigurationError("promises.bad_weekday", value=text, known=known) from error


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError("promises.bad_date", value=text) from error

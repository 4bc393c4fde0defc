"""The organisation's clock: days and hours as its people count them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.errors import ConfigurationError

MACHINE_ZONE: Final = "machine"  # the name of the machine's own zone
_STEP: Final = timedelta(days=1)  # no clock is moved twice within one


def zone_named(name: str) -> tzinfo | None:
    """The zone of an IANA name; None, which is what `astimezone` takes, for the machine's own.

    Raises: ConfigurationError if there is none of that name.
    """
    if name == MACHINE_ZONE:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigurationError("schedule.time_zone", value=name) from error


def day_begins(day: date, zone: tzinfo | None) -> datetime:
    """The first moment of a day by the clock of a zone, with offset."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(zone)


def offsets_s(zone: tzinfo | None, first: datetime, last: datetime) -> list[tuple[datetime, int]]:
    """By how many seconds a zone's clock is ahead of UTC, from which moment on.

    Args:
        first, last: with offset; what lies between them is covered.
    Returns: ascending; the first is `first` itself.
    """
    found = [(first, _offset_s(first, zone))]
    moment = first
    while moment < last:
        after = min(moment + _STEP, last)
        if _offset_s(after, zone) != found[-1][1]:
            found.append((_change(moment, after, zone), _offset_s(after, zone)))
        moment = after
    return found


def _change(before: datetime, after: datetime, zone: tzinfo | None) -> datetime:
    """The second at which the clock is moved."""
    old = _offset_s(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if _offset_s(middle, zone) == old else (before, middle)
    return after


def _offset_s(moment: datetime, zone: tzinfo | None) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0

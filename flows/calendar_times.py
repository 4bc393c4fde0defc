"""When nights are due and when they end, in the organisation's own time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from pipeline.errors import ConfigurationError

_MOST = 1000  # due times of one look back


def check_cron(cron: str, time_zone: str | None) -> None:
    """Whether a schedule can be understood.

    Raises: ConfigurationError that names the setting.
    """
    zone_of(time_zone)
    try:
        next(CronSim(cron, datetime(2026, 1, 1)))  # any moment will do
    except (CronSimError, StopIteration) as error:
        raise ConfigurationError("schedule.cron", value=cron) from error


def zone_of(name: str | None) -> ZoneInfo | None:
    """The time zone of a name; None for the machine's own.

    Raises: ConfigurationError if there is none of that name.
    """
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigurationError("schedule.time_zone", value=name) from error


def due_times(
    cron: str, *, after: datetime, until: datetime, time_zone: str | None
) -> Iterator[datetime]:
    """When nights were due: after one moment, up to and with another; both with offset.

    A time that the clocks skip is due when they have leapt, one that comes twice is due once, as
    Debian's cron has it.
    """
    zone = zone_of(time_zone)
    moments = CronSim(cron, after.astimezone(zone))
    for _ in range(_MOST):
        due = next(moments, None)
        if due is None or due > until:
            return
        yield due


def ends_at(stop_at: str | None, now: datetime, *, time_zone: str | None) -> datetime | None:
    """The first moment after `now` at which a clock on the wall shows `stop_at`.

    Args:
        stop_at: as `HH:MM`; None: a night may last.
        now: with offset.
    Raises: ConfigurationError if it is no time of day.
    """
    if stop_at is None:
        return None
    try:
        wall = time.fromisoformat(stop_at)
    except ValueError as error:
        raise ConfigurationError("schedule.stop_at", value=stop_at) from error
    here = now.astimezone(zone_of(time_zone))
    end = here.replace(hour=wall.hour, minute=wall.minute, second=0, microsecond=0)
    if end <= here:
        end += timedelta(days=1)  # on the wall: a day may have 23 or 25 hours
    return end

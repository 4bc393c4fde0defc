"""Nights that were due and did not take place.

What the watch has seen is in DATA/nights/watch.json, so that a watch that was down itself tells of
what it missed. It rests on the nights' own reports, not on who was to begin them.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from flows.calendar_times import due_times
from flows.night_folder import write_whole

_SEEN = "watch.json"


def missed(
    nights: Path, *, cron: str, time_zone: str | None, grace: timedelta, now: datetime
) -> tuple[datetime, ...]:
    """The nights that were due before `now - grace`, not told before, and not begun by then.

    The first look takes note of the time and tells of nothing. A clock that was set back makes no
    night be told twice.

    Args:
        nights: DATA/nights.
        now: with offset.
    Raises: TingjianError if the folder cannot be written.
    """
    until = now - grace
    since = _seen(nights)
    if since is None:  # what was due before there was a watch is nobody's loss
        _remember(nights, now)
        return ()
    if until <= since:
        return ()
    begun = _begun(nights)
    due = tuple(due_times(cron, after=since, until=until, time_zone=time_zone))
    lost = tuple(
        moment for moment in due if not any(moment <= night <= moment + grace for night in begun)
    )
    _remember(nights, until)
    return lost


def _seen(nights: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads((nights / _SEEN).read_text("utf-8"))["until"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(nights: Path, until: datetime) -> None:
    nights.mkdir(parents=True, exist_ok=True)
    write_whole(nights / _SEEN, json.dumps({"until": until.isoformat()}))


def _begun(nights: Path) -> list[datetime]:
    """When nights began; a run that went on with an earlier night also counts when it ended."""
    found = []
    for path in nights.glob("*.json"):
        try:
            document = json.loads(path.read_text("utf-8"))
            found.append(datetime.fromisoformat(document["started_at"]))
            if document.get("resumed"):
                ended = datetime.fromisoformat(document["finished_at"])
                found.append(ended - timedelta(seconds=document["wall_s"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found

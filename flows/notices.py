"""Notices of a night, to wherever Apprise can send: Feishu, DingTalk, WeCom, mail, a web hook.

A notice has figures and the name of the night, nothing that names a person or a call: it leaves the
organisation's own machines.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigurationError
from pipeline.messages import Language, say

_log = logging.getLogger("tingjian.notices")


@dataclass(frozen=True, slots=True)
class Notice:
    """A subject in one sentence, and what stands below it."""

    title: str
    body: str
    bad: bool  # somebody has to look


def of_result(document: Mapping[str, Any], language: Language) -> Notice:
    """What a night did, from its report."""
    finished = datetime.fromisoformat(document["finished_at"])
    started = datetime.fromisoformat(document["started_at"])
    values = {
        "night": document["night_id"],
        "calls": document["calls"],
        "hours": document["audio_s"] / 3600,
        "failed": document["failed"],
        "left": document.get("left", 0),
        "finished": finished.strftime("%H:%M"),
        "lasted_min": (finished - started).total_seconds() / 60,
    }
    bad = bool(values["failed"] or values["left"])
    lines = [say("schedule.result_body", language, **values)]
    if values["failed"]:
        lines.append(say("schedule.failed_how", language, **values))
    if values["left"]:
        lines.append(say("schedule.left_how", language, **values))
    return Notice(say("schedule.result", language, **values), "\n".join(lines), bad)


def of_breakdown(exit_code: int, attempts: int, language: Language) -> Notice:
    """A night that did not come to its end."""
    values = {"code": exit_code, "attempts": attempts}
    return Notice(
        say("schedule.broke", language, **values),
        say("schedule.broke_how", language, **values),
        bad=True,
    )


def of_reports(
    made: Sequence[str], failed: Sequence[tuple[str, str]], language: Language
) -> Notice:
    """Which reports a night made, by the names of their files, and which it could not make."""
    values = {"made": len(made), "failed": len(failed)}
    lines = [*made, *(f"{name}: {reason}" for name, reason in failed)]
    return Notice(say("reports.notice", language, **values), "\n".join(lines), bool(failed))


def of_missed(due: datetime, language: Language) -> Notice:
    """A night that was due and did not take place."""
    values = {"due": due.strftime("%Y-%m-%d %H:%M %Z")}
    return Notice(
        say("schedule.missed", language, **values),
        say("schedule.missed_how", language, **values),
        bad=True,
    )


def check_addresses(addresses: Sequence[str]) -> None:
    """Whether notices can be sent to these addresses.

    Raises: ConfigurationError that names the first one's kind; never the rest, which is a secret.
    """
    import apprise

    for number, address in enumerate(addresses, start=1):
        if apprise.Apprise.instantiate(address, suppress_exceptions=True) is None:
            kind = address.partition("://")[0][:20]
            raise ConfigurationError("schedule.address", number=number, kind=kind)


def send(notice: Notice, addresses: Sequence[str], *, attached: Sequence[Path] = ()) -> bool:
    """Send to every address. Returns: False if one of them did not take it; that is no error.

    Args:
        attached: files that go along where the address can take them.
    """
    import apprise

    kind = apprise.NotifyType.WARNING if notice.bad else apprise.NotifyType.SUCCESS
    reached = True
    for number, address in enumerate(addresses, start=1):
        one = apprise.Apprise()
        one.add(address)
        files = [str(path) for path in attached] or None
        if not one.notify(title=notice.title, body=notice.body, notify_type=kind, attach=files):
            _log.warning("notice not taken by address %d", number)
            reached = False
    return reached

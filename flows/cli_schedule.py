"""`tingjian schedule`: nights by the clock."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from flows.shared_options import command, consoles, settings_of
from flows.told import invocation_of, option
from pipeline.errors import UsageError
from pipeline.messages import say


@command("schedule", help="cli.schedule_help")
@click.argument("inbox", required=False, metavar="[INBOX]")
@option("--check", is_flag=True, help="cli.option_check")
@option("--test-notice", is_flag=True, help="cli.option_test_notice")
@click.pass_context
def _schedule(
    context: click.Context,
    inbox: str | None,
    *,
    check: bool,
    test_notice: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from flows import notices, schedule
    from flows.calendar_times import check_cron, ends_at

    language = invocation_of(context).language
    settings = settings_of(config, data)
    due = settings.schedule
    check_cron(due.cron, due.time_zone)
    now = datetime.now().astimezone()
    ends_at(settings.night.stop_at, now, time_zone=due.time_zone)
    notices.check_addresses(due.notify)
    folder = settings.folders.data.absolute()
    out, err = consoles()
    if test_notice:
        told = say("schedule.test", language)
        reached = notices.send(notices.Notice(told, told, bad=False), due.notify)
        return 0 if reached and due.notify else 1
    if check:
        lost = schedule.look(settings, data=folder, now=now, send=schedule.sender(due.notify))
        out.print(say("schedule.checked", language, count=lost), soft_wrap=True)
        return 3 if lost else 0
    inbox = inbox or due.inbox
    if inbox is None:
        raise UsageError("schedule.no_inbox")
    values = {"cron": due.cron, "zone": due.time_zone or now.tzname(), "inbox": inbox}
    told = say("schedule.serving", language, **values)
    schedule.serve(
        inbox if "://" in inbox else str(Path(inbox).absolute()),
        data=folder,
        config=config.absolute() if config else None,
        settings=settings,
        on_ready=lambda: err.print(told, soft_wrap=True, markup=False),
    )
    return 0


COMMAND = _schedule

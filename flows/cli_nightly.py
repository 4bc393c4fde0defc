"""`tingjian nightly`: a folder of recordings into the warehouse."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import click

from flows.shared_options import (
    command,
    consoles,
    json_option,
    print_json,
    quiet_output,
    settings_of,
)
from flows.told import invocation_of, option
from pipeline.errors import UsageError


@command("nightly", help="cli.nightly_help")
@click.argument("inbox", metavar="INBOX")
@option("--date", metavar="D", help="cli.option_date")
@option("--resume", is_flag=True, help="cli.option_resume")
@json_option
@click.pass_context
def _nightly(
    context: click.Context,
    inbox: str,
    *,
    date: str | None,
    resume: bool,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from flows.nightly import run_nightly
    from flows.summary_text import print_summary

    language = invocation_of(context).language
    settings = settings_of(config, data)
    settings = replace(settings, night=replace(settings.night, language=language))
    out, err = consoles()
    with quiet_output():
        summary = run_nightly(
            inbox,
            data=settings.folders.data,
            settings=settings,
            date=_day(date),
            resume=resume,
            console=err,
        )
    if as_json:
        print_json(summary.document())
    else:
        print_summary(summary, console=out, language=language)
    return summary.exit_code


def _day(date: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(date) if date else None
    except ValueError as error:
        raise UsageError("cli.bad_date", value=date) from error


COMMAND = _nightly

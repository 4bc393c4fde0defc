"""`tingjian warehouse check` and `erase`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from flows.shared_options import command, consoles, json_option, print_json, settings_of
from flows.told import invocation_of, option
from pipeline.errors import UsageError
from pipeline.messages import say


@command("check", help="upkeep.check_help")
@json_option
@click.pass_context
def _check(context: click.Context, *, as_json: bool, data: Path | None, config: Path | None) -> int:
    from dataclasses import asdict

    from warehouse.checking import check_warehouse
    from warehouse.connection import open_warehouse

    language = invocation_of(context).language
    with open_warehouse(settings_of(config, data).folders.data, read_only=True) as warehouse:
        found = check_warehouse(warehouse)
    if as_json:
        print_json({**asdict(found), "whole": found.whole})
        return 0 if found.whole else 1
    out, _ = consoles()
    if found.whole:
        rows = sum(table.scanned for table in found.tables)
        out.print(say("upkeep.whole", language, tables=len(found.tables), rows=rows))
        return 0
    for table in found.tables:
        if table.catalogued != table.scanned:
            out.print(say("upkeep.differs", language, **asdict(table)))
    for what in found.unreadable:
        out.print(say("upkeep.unreadable", language, what=what), markup=False)
    for name, count in found.faults:
        out.print(say("upkeep.fault", language, name=name, count=count))
    return 1


@command("erase", help="upkeep.erase_help")
@option("--customer", metavar="REF", help="upkeep.option_customer")
@option("--agent", metavar="ID", help="upkeep.option_agent")
@option("--before", metavar="D", help="upkeep.option_before")
@option("--yes", is_flag=True, help="upkeep.option_yes")
@json_option
@click.pass_context
def _erase(
    context: click.Context,
    *,
    customer: str | None,
    agent: str | None,
    before: str | None,
    yes: bool,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from dataclasses import asdict

    from warehouse.decisions.store import open_decisions
    from warehouse.erasure.erase import erase
    from warehouse.erasure.subject import Subject

    day = _day(before)
    chosen = [
        *([Subject("customer", customer)] if customer else []),
        *([Subject("agent", agent)] if agent else []),
        *([Subject("before", day)] if day else []),
    ]
    if len(chosen) != 1:
        raise UsageError("upkeep.one_subject")
    if not yes:
        raise UsageError("upkeep.confirm")
    settings = settings_of(config, data)
    folder = settings.folders.data
    engine = open_decisions(folder)
    done = erase(folder, engine, chosen[0], by=None, promises=settings.promises)
    if as_json:
        print_json(asdict(done))
        return 0 if done.complete else 1
    out, _ = consoles()
    language = invocation_of(context).language
    values = {
        "calls": done.calls,
        "rows": sum(done.rows.values()),
        "decisions": sum(done.decisions.values()),
        "files": done.files,
        "path": folder / "erasures" / f"{done.number}.json",
        "what": "\n".join(done.remains),
    }
    key = "upkeep.erased" if done.complete else "upkeep.remains"
    out.print(say(key, language, **values), soft_wrap=True, markup=False)
    if done.kept_audit_entries:
        out.print(say("upkeep.audit_kept", language, count=done.kept_audit_entries))
    return 0 if done.complete else 1


def _day(text: str | None) -> str | None:
    try:
        return dt.date.fromisoformat(text).isoformat() if text else None
    except ValueError as error:
        raise UsageError("cli.bad_date", value=text) from error


CHECK, ERASE = _check, _erase

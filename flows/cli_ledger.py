"""`tingjian ledger`: a month's points, and what people decide about them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.shared_options import command, consoles, json_option, print_json, settings_of
from flows.told import group, invocation_of, option
from pipeline.errors import UsageError
from pipeline.messages import say

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from pipeline.incident import Incident
    from pipeline.settings import Settings

_month = click.argument("month", metavar="YYYY-MM")
_by = option("--by", metavar="LOGIN", required=True, help="ledger.option_by")
_reason = option("--reason", metavar="TEXT", default="", help="ledger.option_reason")
_keys = click.argument("keys", nargs=-1, metavar="KEY…")
_all = option("--all", "take_all", is_flag=True, help="ledger.option_all")


def _open(config: Path | None, data: Path | None) -> tuple[Settings, Engine]:
    from warehouse.decisions.store import open_decisions

    settings = settings_of(config, data)
    return settings, open_decisions(settings.folders.data)


def _checked(month: str) -> str:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise UsageError("ledger.bad_month", value=month)
    return month


def _pending(settings: Settings, engine: Engine, month: str) -> tuple[Incident, ...]:
    """What waits: of calls, where there is a warehouse, and of files."""
    from warehouse.connection import open_warehouse
    from warehouse.decisions.known_verdicts import known_verdicts
    from warehouse.decisions.ledger import pending
    from warehouse.lake import catalogue_of
    from warehouse.ledger_proposals import incidents_of_calls

    data = settings.folders.data
    proposed: tuple[Incident, ...] = ()
    if catalogue_of(data / "warehouse").exists():
        with open_warehouse(data, read_only=True) as warehouse:
            proposed = incidents_of_calls(
                warehouse, month, settings.ledger, verdicts=known_verdicts(engine)
            )
    return pending(engine, month, proposed)


@command("show", help="ledger.show_help")
@_month
@json_option
@click.pass_context
def _show(
    context: click.Context,
    month: str,
    *,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from flows.show_ledger import document_of, show_ledger
    from warehouse.decisions.closed_months import closed_months
    from warehouse.decisions.ledger_reading import entries_of, statements

    settings, engine = _open(config, data)
    month = _checked(month)
    rules = settings.ledger.rules
    closed = month in closed_months(engine)
    waiting = () if closed else _pending(settings, engine, month)
    found = statements(engine, month, rules)
    if as_json:
        print_json(document_of(month, found, waiting, entries_of(engine, month), closed=closed))
        return 0
    out, _ = consoles()
    language = invocation_of(context).language
    show_ledger(month, found, waiting, rules=rules, language=language, console=out, closed=closed)
    return 0


@command("post", help="ledger.post_help")
@_month
@_keys
@_by
@_all
@option("--points", metavar="N", help="ledger.option_points")
@_reason
@click.pass_context
def _post(
    context: click.Context,
    month: str,
    keys: tuple[str, ...],
    *,
    by: str,
    take_all: bool,
    points: str | None,
    reason: str,
    data: Path | None,
    config: Path | None,
) -> int:
    from warehouse.decisions.accounts import find_account
    from warehouse.decisions.ledger import post

    settings, engine = _open(config, data)
    account = find_account(engine, by)
    chosen = _chosen(settings, engine, _checked(month), keys, take_all=take_all)
    for incident in chosen:
        post(engine, incident, by=account, points=_exact(points), reason=reason)
    return _said(context, "posted", count=len(chosen))


@command("dismiss", help="ledger.dismiss_help")
@_month
@_keys
@_by
@_all
@_reason
@click.pass_context
def _dismiss(
    context: click.Context,
    month: str,
    keys: tuple[str, ...],
    *,
    by: str,
    take_all: bool,
    reason: str,
    data: Path | None,
    config: Path | None,
) -> int:
    from warehouse.decisions.accounts import find_account
    from warehouse.decisions.ledger import dismiss

    settings, engine = _open(config, data)
    account = find_account(engine, by)
    chosen = _chosen(settings, engine, _checked(month), keys, take_all=take_all)
    for incident in chosen:
        dismiss(engine, incident, by=account, reason=reason)
    return _said(context, "dismissed", count=len(chosen))


@command("reverse", help="ledger.reverse_help")
@click.argument("number", type=int, metavar="NUMBER")
@_by
@_reason
@click.pass_context
def _reverse(
    context: click.Context,
    number: int,
    *,
    by: str,
    reason: str,
    data: Path | None,
    config: Path | None,
) -> int:
    from warehouse.decisions.accounts import find_account
    from warehouse.decisions.ledger_reversal import reverse

    settings, engine = _open(config, data)
    account = find_account(engine, by)
    reverse(engine, number, by=account, reason=reason, rules=settings.ledger.rules)
    return _said(context, "reversed", number=number)


@command("import", help="ledger.import_help")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@_by
@click.pass_context
def _import(
    context: click.Context, file: Path, *, by: str, data: Path | None, config: Path | None
) -> int:
    from pipeline.incident_table import read_incidents
    from warehouse.decisions.accounts import find_account
    from warehouse.decisions.ledger import add_imported

    _, engine = _open(config, data)
    account = find_account(engine, by)
    incidents = read_incidents(file)
    count = add_imported(engine, incidents, by=account)
    return _said(context, "imported", count=count, rows=len(incidents))


@command("close-month", help="ledger.close_help")
@_month
@_by
@click.pass_context
def _close(
    context: click.Context, month: str, *, by: str, data: Path | None, config: Path | None
) -> int:
    from warehouse.decisions.accounts import find_account
    from warehouse.decisions.ledger import close_month
    from warehouse.decisions.ledger_reading import statements

    settings, engine = _open(config, data)
    account = find_account(engine, by)
    rules = settings.ledger.rules
    digest = close_month(engine, _checked(month), by=account, rules=rules)
    agents = len(statements(engine, month, rules))
    return _said(context, "month_closed", month=month, agents=agents, sha256=digest[:12])


def _chosen(
    settings: Settings, engine: Engine, month: str, keys: tuple[str, ...], *, take_all: bool
) -> list[Incident]:
    if not keys and not take_all:
        raise UsageError("ledger.nothing_chosen")
    waiting = {incident.key: incident for incident in _pending(settings, engine, month)}
    if take_all:
        return list(waiting.values())
    if missing := next((key for key in keys if key not in waiting), None):
        raise UsageError("ledger.no_incident", month=month, incident=missing)
    return [waiting[key] for key in keys]


def _exact(points: str | None) -> Decimal | None:
    try:
        return Decimal(points) if points else None
    except InvalidOperation as error:
        raise UsageError("ledger.bad_points", value=points) from error


def _said(context: click.Context, name: str, **values: object) -> int:
    out, _ = consoles()
    out.print(say(f"ledger.{name}", invocation_of(context).language, **values))
    return 0


COMMAND = group("ledger", _show, _post, _dismiss, _reverse, _import, _close)
COMMAND.help = "ledger.ledger_help"

"""`tingjian account`: who may sign in to the console, and whether the audit log is whole."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.shared_options import command, consoles, settings_of
from flows.told import group, invocation_of, option
from pipeline.messages import say

if TYPE_CHECKING:
    from sqlalchemy import Engine


def _decisions(config: Path | None, data: Path | None) -> Engine:
    from warehouse.decisions.store import open_decisions

    return open_decisions(settings_of(config, data).folders.data)


@command("add", help="cli.account_add_help")
@click.argument("login", metavar="LOGIN")
@option("--role", metavar="ROLE", required=True, help="cli.option_role")
@option("--name", metavar="NAME", help="cli.option_name")
@option("--agent", metavar="ID", help="cli.option_agent")
@click.pass_context
def _add(
    context: click.Context,
    login: str,
    *,
    role: str,
    name: str | None,
    agent: str | None,
    data: Path | None,
    config: Path | None,
) -> int:
    from typing import cast

    from warehouse.decisions.accounts import RoleName, create_account

    language = invocation_of(context).language
    password = secrets.token_urlsafe(12)
    create_account(
        _decisions(config, data),
        login=login,
        name=name or login,
        role=cast("RoleName", role),
        password=password,
        language=language,
        agent_id=agent,
    )
    out, _ = consoles()
    out.print(say("console.account_made", language, login=login, role=role))
    out.print(say("console.account_password", language, password=password))
    return 0


@command("password", help="cli.account_password_help")
@click.argument("login", metavar="LOGIN")
@click.pass_context
def _password(context: click.Context, login: str, *, data: Path | None, config: Path | None) -> int:
    from warehouse.decisions.accounts import set_password

    password = secrets.token_urlsafe(12)
    set_password(_decisions(config, data), login=login, password=password)
    out, _ = consoles()
    out.print(say("console.account_password", invocation_of(context).language, password=password))
    return 0


@command("close", help="cli.account_close_help")
@click.argument("login", metavar="LOGIN")
@click.pass_context
def _close(context: click.Context, login: str, *, data: Path | None, config: Path | None) -> int:
    from warehouse.decisions.accounts import find_account, set_active

    engine = _decisions(config, data)
    set_active(engine, find_account(engine, login).account_id, active=False, by=None)
    return 0


@command("list", help="cli.account_list_help")
@click.pass_context
def _list(context: click.Context, *, data: Path | None, config: Path | None) -> int:
    from warehouse.decisions.accounts import accounts

    out, _ = consoles()
    for each in accounts(_decisions(config, data)):
        out.print(f"{each.login}\t{each.role}\t{each.name}")
    return 0


@command("audit", help="cli.audit_help")
@click.pass_context
def _audit(context: click.Context, *, data: Path | None, config: Path | None) -> int:
    from warehouse.decisions.audit import BrokenChain, verify

    language = invocation_of(context).language
    found = verify(_decisions(config, data))
    out, _ = consoles()
    if isinstance(found, BrokenChain):
        out.print(say(f"console.audit_{found.fault}", language, entry=found.entry_no))
        return 1
    out.print(say("console.audit_sound", language, entries=found))
    return 0


COMMAND = group("account", _add, _password, _close, _list, _audit)

"""`tingjian warehouse`: schema, export to one file, tidying up."""

from __future__ import annotations

from pathlib import Path

import click

from flows.cli_dictionary import DICTIONARY
from flows.cli_upkeep import CHECK, ERASE
from flows.shared_options import command, consoles, json_option, print_json, settings_of
from flows.told import group, invocation_of, option
from pipeline.messages import say


@command("migrate", help="cli.warehouse_migrate_help")
@click.pass_context
def _migrate(context: click.Context, *, data: Path | None, config: Path | None) -> int:
    from warehouse.connection import open_warehouse
    from warehouse.migration import migrate

    invocation = invocation_of(context)
    folder = settings_of(config, data).folders.data
    with open_warehouse(folder, any_schema=True) as warehouse:
        applied = migrate(warehouse)
    key = "cli.migrated" if applied else "cli.migrated_before"
    out, _ = consoles()
    out.print(say(key, invocation.language, steps=", ".join(applied), data=folder))
    return 0


@command("export", help="cli.warehouse_export_help")
@click.argument("out", type=click.Path(path_type=Path), metavar="OUT.duckdb")
@option("--force", is_flag=True, help="cli.option_force")
@json_option
@click.pass_context
def _export(
    context: click.Context,
    out: Path,
    *,
    force: bool,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from warehouse.connection import open_warehouse
    from warehouse.export import export

    invocation = invocation_of(context)
    folder = settings_of(config, data).folders.data
    with open_warehouse(folder, read_only=True) as warehouse:
        tables = export(warehouse, out, force=force)
    if as_json:
        print_json({"path": str(out), "rows": {table.name: table.rows for table in tables}})
        return 0
    console, _ = consoles()
    rows = ", ".join(f"{table.name} {table.rows}" for table in tables)
    console.print(say("cli.exported", invocation.language, path=out, rows=rows), soft_wrap=True)
    return 0


@command("maintain", help="cli.warehouse_maintain_help")
@json_option
@click.pass_context
def _maintain(
    context: click.Context, *, as_json: bool, data: Path | None, config: Path | None
) -> int:
    from dataclasses import asdict

    from warehouse.connection import open_warehouse
    from warehouse.facts import follow_results
    from warehouse.maintenance import maintain

    invocation = invocation_of(context)
    settings = settings_of(config, data)
    folder = settings.folders.data
    open_warehouse(folder, read_only=True).close()  # one that is not there is not made
    with open_warehouse(folder) as warehouse:
        follow_results(warehouse, settings.promises, zone=settings.schedule.zone)
        done = asdict(maintain(warehouse))
    if as_json:
        print_json(done)
        return 0
    console, _ = consoles()
    console.print(say("cli.maintained", invocation.language, **done), soft_wrap=True)
    return 0


COMMAND = group("warehouse", _migrate, _export, _maintain, CHECK, ERASE, DICTIONARY)

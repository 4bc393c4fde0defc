"""`tingjian doctor`: what is missing on this machine, and the remedy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.shared_options import (
    command,
    consoles,
    json_option,
    models_folder,
    print_json,
    settings_of,
)
from flows.told import invocation_of, option
from pipeline.messages import Language, say

if TYPE_CHECKING:
    from flows.doctor import Check

_STYLES = {"good": "green", "missing": "red", "optional": "yellow"}


@command("doctor", help="cli.doctor_help")
@json_option
@option("--measure", "anew", is_flag=True, help="cli.option_measure")
@click.pass_context
def _doctor(
    context: click.Context, *, as_json: bool, anew: bool, data: Path | None, config: Path | None
) -> int:
    from rich.table import Table
    from rich.text import Text

    from flows.doctor import examine, layout

    invocation = invocation_of(context)
    settings = settings_of(config, data)
    checks = examine(data=settings.folders.data, models=models_folder(settings))
    if not any(check.state == "missing" and check.name == "model" for check in checks):
        checks = (*checks, layout(settings, data=settings.folders.data, anew=anew))
    told = [(check, _text(check, invocation.language)) for check in checks]
    if as_json:
        print_json([{"name": c.name, "state": c.state, "text": text} for c, text in told])
    else:
        grid = Table.grid(padding=(0, 2))
        for check, text in told:
            mark = say(f"doctor.state_{check.state}", invocation.language)
            grid.add_row(Text(mark, _STYLES[check.state]), Text(text, overflow="fold"))
        consoles()[0].print(grid)
    return _code(checks)


def _text(check: Check, language: Language) -> str:
    return check.error.text(language) if check.error else say(check.key, language, **check.values)


def _code(checks: tuple[Check, ...]) -> int:
    """5 if only models are missing, 1 if anything else is."""
    missing = {check.name for check in checks if check.state == "missing"}
    if not missing:
        return 0
    return 5 if missing == {"model"} else 1


COMMAND = _doctor

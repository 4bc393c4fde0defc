"""`tingjian models`: what there is, fetch it, check it."""

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
from flows.told import group, invocation_of, option
from pipeline.messages import Language, say

if TYPE_CHECKING:
    from models.download import PullProgress
    from models.registry import Model

_MB = 1_000_000


@command("list", help="cli.models_list_help")
@json_option
@click.pass_context
def _list(context: click.Context, *, as_json: bool, data: Path | None, config: Path | None) -> int:
    from rich.table import Table

    from models.registry import load_registry

    language = invocation_of(context).language
    folder = models_folder(settings_of(config, data))
    rows = [_row(model, folder) for model in load_registry().models]
    if as_json:
        print_json({"folder": str(folder), "models": rows})
        return 0
    table = Table(title=say("cli.models_title", language, folder=folder), title_justify="left")
    for column in ("name", "task", "languages", "licence", "size", "here", "source"):
        table.add_column(say(f"cli.models_{column}", language), overflow="fold")
    for row in rows:
        table.add_row(
            str(row["name"]),
            str(row["task"]),
            " ".join(str(code) for code in row["languages"]) or "–",  # type: ignore[attr-defined]
            str(row["licence"]),
            f"{row['size_mb']} MB" if row["size_mb"] else "–",
            say("cli.models_present" if row["here"] else "cli.models_absent", language),
            str(row["source"]),
        )
    consoles()[0].print(table)
    return 0


def _row(model: Model, folder: Path) -> dict[str, object]:
    place = folder / model.folder_name
    files = [place / file.path for file in model.files]
    here = all(path.is_file() for path in files) if files else place.is_dir()
    return {
        "name": model.name,
        "task": model.task,
        "languages": list(model.languages),
        "licence": model.licence,
        "size_mb": round(model.size_bytes / _MB),
        "here": here,
        "source": model.hub or " + ".join(model.packages),
        "sha256": {file.path: file.sha256 for file in model.files},
    }


@command("pull", help="cli.models_pull_help")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@option("--hub", is_flag=True, help="cli.option_hub")
@click.pass_context
def _pull(
    context: click.Context,
    names: tuple[str, ...],
    *,
    hub: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from models.download import pull
    from models.registry import load_registry

    invocation = invocation_of(context)
    folder = models_folder(settings_of(config, data))
    out, err = consoles()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(progress: PullProgress) -> None:
            told = say(f"cli.pull_{progress.stage}", invocation.language, item=progress.item)
            total = progress.total_bytes or None
            bar.update(task, description=told, completed=progress.done_bytes, total=total)

        report = pull(load_registry(), folder, names=names or None, progress=show, allow_hub=hub)
    for name in report.pulled:
        out.print(say("cli.pulled", invocation.language, name=name))
    for name in report.already:
        out.print(say("cli.pulled_before", invocation.language, name=name))
    out.print(say("cli.models_folder", invocation.language, folder=folder))
    return 0


@command("verify", help="cli.models_verify_help")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@json_option
@click.pass_context
def _verify(
    context: click.Context,
    names: tuple[str, ...],
    *,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from models.installed import verify
    from models.registry import load_registry

    folder = models_folder(settings_of(config, data))
    states = verify(load_registry(), folder, names=names or None)
    if as_json:
        print_json(
            [
                {
                    "model": state.model,
                    "path": str(state.path),
                    "state": state.state,
                    "expected_sha256": state.expected_sha256,
                    "found_sha256": state.found_sha256,
                }
                for state in states
            ]
        )
    else:
        _show_states([(s.state, f"{s.model}: {s.path}") for s in states], context)
    found = {state.state for state in states}
    return 1 if "wrong" in found else 5 if "missing" in found else 0


def _show_states(states: list[tuple[str, str]], context: click.Context) -> None:
    language: Language = invocation_of(context).language
    out, err = consoles()
    for state, file in states:
        out.print(f"{file}: {say(f'cli.file_{state}', language)}", soft_wrap=True, markup=False)
    if any(state != "present" for state, _ in states):
        err.print(say("cli.models_repair", language))


COMMAND = group("models", _list, _pull, _verify)

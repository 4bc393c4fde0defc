"""Options that several commands share, and the settings that they lead to."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.told import ToldCommand, ToldOption, option, rim_options

if TYPE_CHECKING:  # heavy at run time
    from rich.console import Console

    from pipeline.settings import Settings

_FILE = click.Path(path_type=Path)
_CONFIG = Path("tingjian.toml")  # in the working folder, if it is there


def command(name: str, *, help: str) -> Callable[[Callable[..., int]], ToldCommand]:
    """A command, which gives an exit code; takes `--data`, `--config`, `--language`, `--debug`."""

    def decorate(function: Callable[..., int]) -> ToldCommand:
        made = click.command(
            name,
            cls=ToldCommand,
            help=help,
            options_metavar="[--…]",
            context_settings={"allow_extra_args": True},  # refused by ToldCommand
        )(function)
        made.params += [*_settings_options(), *rim_options()]
        return made

    return decorate


def _settings_options() -> list[click.Parameter]:
    return [
        ToldOption(
            ["--data"], type=_FILE, envvar="TINGJIAN_DATA", metavar="DIR", help="cli.option_data"
        ),
        ToldOption(
            ["--config"],
            type=_FILE,
            envvar="TINGJIAN_CONFIG",
            metavar="FILE",
            help="cli.option_config",
        ),
    ]


json_option = option("--json", "as_json", is_flag=True, help="cli.option_json")
phrasebook_option = option("--phrasebook", type=_FILE, metavar="DIR", help="cli.option_phrasebook")


def settings_of(config: Path | None, data: Path | None, phrasebook: Path | None = None) -> Settings:
    """The settings of file and environment, over which the command line's go.

    Raises: ConfigurationError with every fault.
    """
    from pipeline.settings import load_settings

    if config is None and _CONFIG.is_file():
        config = _CONFIG
    settings = load_settings(config, environment=os.environ)
    if data is not None:
        settings = replace(settings, folders=replace(settings.folders, data=data))
    if phrasebook is not None:
        settings = replace(settings, judging=replace(settings.judging, phrasebooks=phrasebook))
    return settings


def built_in_phrasebooks() -> Path:
    """The folder of the phrasebooks that ship with the product."""
    import phrasebooks

    return Path(next(iter(phrasebooks.__path__)))


def phrasebooks_folder(settings: Settings) -> Path:
    """The folder of the phrasebooks that hold: the settings', else those released from the desk
    into the data folder, else the built-in.
    """
    if settings.judging.phrasebooks is not None:
        return settings.judging.phrasebooks
    released = own_phrasebooks(settings)
    return released if released.is_dir() else built_in_phrasebooks()


def own_phrasebooks(settings: Settings) -> Path:
    """Where the desk releases to, if the settings name no folder."""
    return settings.folders.data / "phrasebooks"


def models_folder(settings: Settings) -> Path:
    """Where the models live."""
    from models.installed import models_dir

    return models_dir(settings.folders.models)


def consoles() -> tuple[Console, Console]:
    """For results and for everything else: standard output and standard error.

    Without a terminal or `COLUMNS` lines have 120 columns, so that tables stay tables in a pipe.
    """
    from rich.console import Console

    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else 120
    return Console(width=width, highlight=False), Console(stderr=True, highlight=False)


def print_json(document: object) -> None:
    """One JSON document on standard output, in UTF-8 whatever the locale."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))


@contextlib.contextmanager
def quiet_output() -> Iterator[None]:
    """What libraries print goes to standard error: standard output holds the result alone."""
    with contextlib.redirect_stdout(sys.stderr):
        yield

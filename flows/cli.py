"""The command `tingjian`: what it is called with, and how its failures are told."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from flows.told import Invocation, ToldGroup, ToldOption, group, read_invocation, tell_usage_error
from pipeline.errors import TingjianError
from pipeline.messages import say

# Name of each command and where it is; light modules, which import what is heavy when they run.
_COMMANDS = {
    "inspect": "flows.cli_inspect",
    "nightly": "flows.cli_nightly",
    "rescore": "flows.cli_rescore",
    "promises": "flows.cli_promises",
    "ledger": "flows.cli_ledger",
    "phrasebook": "flows.cli_phrasebook",
    "models": "flows.cli_models",
    "warehouse": "flows.cli_warehouse",
    "serve": "flows.cli_serve",
    "schedule": "flows.cli_schedule",
    "account": "flows.cli_account",
    "worth": "flows.cli_worth",
    "report": "flows.cli_report",
    "sample": "flows.cli_sample",
    "voiceprint": "flows.cli_voiceprint",
    "doctor": "flows.cli_doctor",
}


def main() -> None:
    """Entry of the console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line.

    Returns: the exit code: 0 done, 1 failure, 2 usage, 3 finished but some calls failed,
        4 configuration or phrasebook invalid, 5 model missing.
    """
    invocation = read_invocation(list(arguments))
    try:
        code = root().main(
            list(arguments), prog_name="tingjian", standalone_mode=False, obj=invocation
        )
    except BrokenPipeError:
        # the reader left; nothing is wrong, and nothing more can be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (Exception, KeyboardInterrupt) as error:
        return _tell(error, invocation)
    return code if isinstance(code, int) else 0


def root() -> ToldGroup:
    """The whole command with all that belongs to it."""
    version = ToldOption(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        help="cli.option_version",
        callback=_show_version,
    )
    made = group("root", options=[version])
    for name, module in _COMMANDS.items():
        made.add_command(importlib.import_module(module).COMMAND, name)
    return made


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"tingjian {importlib.metadata.version('tingjian')}")
        context.exit()


def _tell(error: BaseException, invocation: Invocation) -> int:
    """Say on standard error what went wrong; the exit code that belongs to it."""
    if invocation.debug:
        traceback.print_exception(error)
    language = invocation.language
    match error:
        case TingjianError():
            told, code = error.text(language), error.exit_code
        case click.exceptions.NoArgsIsHelpError():
            told, code = error.ctx.get_help(), 2
        case click.UsageError():
            told, code = tell_usage_error(error, language), 2
        case KeyboardInterrupt() | click.Abort():
            told, code = say("cli.interrupted", language), 1
        case _:
            values = {"kind": type(error).__name__, "what": error, "log": _write_down(error)}
            told, code = say("cli.unforeseen", language, **values), 1
    click.echo(told, err=True)
    return code


def _write_down(error: BaseException) -> Path:
    """Keep the traceback of an unforeseen error in a file; its path."""
    import platformdirs

    told = "".join(traceback.format_exception(error))
    entry = f"{datetime.now(UTC).isoformat(timespec='seconds')} pid {os.getpid()}\n{told}\n"
    for folder in (platformdirs.user_log_path("tingjian"), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / "tingjian-errors.log"
            with path.open("a", encoding="utf-8") as log:
                log.write(entry)
        except OSError:
            continue
        return path
    return Path(os.devnull)


if __name__ == "__main__":
    main()

"""Commands whose help and faults of usage are told in the reader's language.

click's own words are English; here every `help` is the key of a message, and what click says itself
(headings, its errors) has a message too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import click
from click.exceptions import NoSuchCommand

from pipeline.errors import UsageError
from pipeline.messages import LANGUAGES, Language, language_of_locale, say

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Invocation:
    """What holds for one call of the command line, whichever command it is."""

    language: Language
    debug: bool = False  # show the traceback of what nobody foresaw


def invocation_of(context: click.Context) -> Invocation:
    """The root's invocation; English if a command is used without the root."""
    found = context.find_root().obj
    return found if isinstance(found, Invocation) else Invocation("en")


def read_invocation(arguments: list[str]) -> Invocation:
    """Language and debugging from the bare arguments, before click has looked at them: its help and
    errors need them already.

    `--language` wins over `TINGJIAN_LANGUAGE` and the locale; an unknown value is left for click to
    refuse.
    """
    language = language_of_locale()
    for number, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--language":
            value = value or next(iter(arguments[number + 1 :]), "")
            language = next((known for known in LANGUAGES if known == value), language)
    return Invocation(language, debug="--debug" in arguments)


class ToldOption(click.Option):
    """An option whose `help` is a message's key."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        if record is None or not self.help:
            return record
        return record[0], say(self.help, invocation_of(ctx).language)


class _Told(click.Command):
    """What commands and groups share; `help` is a message's key, its first line the summary."""

    def summary(self, language: Language) -> str:
        return say(self.help, language).splitlines()[0] if self.help else ""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        if self._help_option is None:
            self._help_option = ToldOption(
                ["--help", "-h"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                help="cli.option_help",
                callback=_show_help,
            )
        return self._help_option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        language = invocation_of(ctx).language
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=say("cli.usage", language) + " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.help:
            formatter.write_paragraph()
            with formatter.indentation():
                for line in say(self.help, invocation_of(ctx).language).strip().splitlines():
                    formatter.write_text(line)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        records = [param.get_help_record(ctx) for param in options]
        with formatter.section(say("cli.options", invocation_of(ctx).language)):
            formatter.write_dl([record for record in records if record is not None])


class ToldCommand(_Told):
    """A command; what stands after its last argument is refused in the reader's language."""

    def invoke(self, ctx: click.Context) -> Any:
        if ctx.args:
            raise UsageError("cli.extra_argument", arguments=" ".join(ctx.args))
        return super().invoke(ctx)


class ToldGroup(_Told, click.Group):
    """A command with commands of its own."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _Told.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        language = invocation_of(ctx).language
        with formatter.section(say("cli.commands", language)):
            formatter.write_dl(
                [
                    (name, command.summary(language))
                    for name, command in self.commands.items()
                    if isinstance(command, _Told)
                ]
            )

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order in which they are given


def _show_help(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(context.get_help(), color=context.color)
        context.exit()


def rim_options() -> list[click.Parameter]:
    """Language and debugging, which every group and command takes.

    Their values are read from the bare arguments before (`read_invocation`).
    """
    return [
        ToldOption(
            ["--language"],
            type=click.Choice(LANGUAGES),
            expose_value=False,
            help="cli.option_language",
        ),
        ToldOption(["--debug"], is_flag=True, expose_value=False, help="cli.option_debug"),
    ]


def group(
    name: str, *commands: click.Command, options: Sequence[click.Parameter] = ()
) -> ToldGroup:
    """A group that only holds commands; its help is the message `cli.NAME_help`."""
    made = ToldGroup(
        name,
        help=f"cli.{name}_help",
        params=[*options, *rim_options()],
        options_metavar="[--…]",
        subcommand_metavar="…",
    )
    for command in commands:
        made.add_command(command)
    return made


def option(*names: str, **settings: Any) -> Callable[[_Function], _Function]:
    """As `click.option`; `help` is a message's key."""
    return click.option(*names, cls=ToldOption, **settings)


def tell_usage_error(error: click.UsageError, language: Language) -> str:
    """What was wrong with the command line, and where its help is."""
    told = _usage_message(error, language)
    path = error.ctx.command_path if error.ctx else "tingjian"
    return f"{told}\n{say('cli.see_help', language, command=path)}"


def _usage_message(error: click.UsageError, language: Language) -> str:
    name = _parameter(error)
    match error:
        case click.NoSuchOption():
            near = ", ".join(error.possibilities or ())
            key = "cli.no_such_option_near" if near else "cli.no_such_option"
            return say(key, language, option=error.option_name, near=near)
        case NoSuchCommand():
            holder = error.ctx.command if error.ctx else None
            known = ", ".join(holder.commands) if isinstance(holder, click.Group) else ""
            return say("cli.no_such_command", language, command=error.command_name, known=known)
        case click.MissingParameter():
            return say("cli.missing_parameter", language, name=name)
        case click.BadOptionUsage():
            return say("cli.bad_option", language, option=error.option_name)
        case click.BadParameter(param=click.Option(type=click.Choice() as kind)):
            choices = ", ".join(str(choice) for choice in kind.choices)
            return say("cli.bad_choice", language, name=name, choices=choices)
        case click.BadParameter():
            return say("cli.bad_parameter", language, name=name, message=error.message)
    return say("cli.bad_usage", language, message=error.message)


def _parameter(error: click.UsageError) -> str:
    param = getattr(error, "param", None)
    if isinstance(param, click.Option):
        return " / ".join(param.opts)
    return param.make_metavar(error.ctx) if isinstance(param, click.Argument) and error.ctx else ""

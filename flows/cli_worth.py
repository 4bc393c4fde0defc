"""`tingjian worth`: how far each rule can be trusted, from people's verdicts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.shared_options import (
    command,
    consoles,
    json_option,
    phrasebooks_folder,
    print_json,
    settings_of,
)
from flows.told import invocation_of, option
from pipeline.messages import Language, say

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.intervals import Interval
    from pipeline.rule_worth import RuleWorth
    from pipeline.settings import Settings

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@command("worth", help="cli.worth_help")
@option("--since", type=_DAY, metavar="DATE", help="cli.option_calls_since")
@option("--until", type=_DAY, metavar="DATE", help="cli.option_calls_until")
@json_option
@click.pass_context
def _worth(
    context: click.Context,
    *,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from warehouse.connection import open_warehouse
    from warehouse.decisions.rule_counts import Period, weigh_rules
    from warehouse.decisions.store import open_decisions

    settings = settings_of(config, data)
    titles = _titles(settings)
    with open_warehouse(settings.folders.data, read_only=True) as warehouse:
        found = weigh_rules(
            open_decisions(settings.folders.data),
            warehouse,
            rules=titles,
            settings=settings.review,
            period=Period(_utc(since), _utc(until)),
        )
    if as_json:
        print_json({"rules": [asdict(worth) for worth in found]})
        return 0
    language = invocation_of(context).language
    out, _ = consoles()
    if not found:
        out.print(say("worth.nothing", language))
        return 0
    out.print(_table(found, titles, language))
    out.print(say("worth.how", language, least=round(100 * settings.review.precision_least)))
    return 0


def _utc(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day else None


def _titles(settings: Settings) -> dict[str, str]:
    """Titles of the rules that can be a fault, by id."""
    from pipeline.phrasebook import load_phrasebook
    from pipeline.rules import Kind

    folder = phrasebooks_folder(settings)
    languages: tuple[Language, ...] = ("zh", "es")
    books = [load_phrasebook(folder, language=each) for each in languages]
    return {r.id: r.title for book in books for r in book.rules if r.kind is not Kind.CREDIT}


def _table(found: tuple[RuleWorth, ...], titles: dict[str, str], language: Language) -> Table:
    from rich.table import Table

    table = Table(box=None)
    table.add_column(say("worth.rule", language))
    for key in ("flags", "judged", "precision", "recall"):
        table.add_column(say(f"worth.{key}", language), justify="right")
    table.add_column(say("worth.advice", language))
    for worth in found:
        table.add_row(
            f"{titles[worth.rule_id]} · {worth.rule_id}",
            str(worth.flags),
            str(worth.judged),
            _percent(worth.precision),
            _percent(worth.recall),
            say(f"worth.advice_{worth.advice}", language),
        )
    return table


def _percent(interval: Interval | None) -> str:
    if interval is None:
        return "—"
    return f"{interval.value:.0%} ({interval.low:.0%}–{interval.high:.0%})"


COMMAND = _worth

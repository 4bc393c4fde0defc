"""`tingjian report`: quality reports, agents' sheets and the records that the norms name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from flows.shared_options import command, consoles, phrasebooks_folder, settings_of
from flows.told import invocation_of, option
from pipeline.errors import UsageError
from pipeline.messages import Language, say
from reports.kinds import Form, Kind

if TYPE_CHECKING:
    from reports.period import Period, Span

_SPANS: Final[dict[Kind, Span]] = {  # what a kind is about when no days are named
    Kind.DAILY: "day",
    Kind.WEEKLY: "week",
    Kind.MONTHLY: "month",
    Kind.AGENT: "month",
    Kind.CALLBACKS: "day",
    Kind.COMPLAINTS: "day",
    Kind.SUMMARY: "month",
}


@command("report", help="cli.report_help")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]), metavar="KIND")
@option("--from", "first", metavar="DATE", help="reports.option_from")
@option("--to", "last", metavar="DATE", help="reports.option_to")
@option("--day", metavar="DATE", help="reports.option_day")
@option("--week", metavar="WEEK", help="reports.option_week")
@option("--month", metavar="MONTH", help="reports.option_month")
@option("--agent", metavar="ID", help="reports.option_agent")
@option(
    "--format", "form", type=click.Choice([form.value for form in Form]),
    help="reports.option_format",
)  # fmt: skip
@option("--out", type=click.Path(path_type=Path), metavar="PATH", help="reports.option_out")
@click.pass_context
def _report(
    context: click.Context,
    *,
    kind: str,
    first: str | None,
    last: str | None,
    day: str | None,
    week: str | None,
    month: str | None,
    agent: str | None,
    form: str | None,
    out: Path | None,
    data: Path | None,
    config: Path | None,
) -> int:
    from pipeline.phrasebook import load_books
    from reports.making import make
    from reports.order import Order, Source
    from reports.writing import form_of, store, write_report
    from warehouse.connection import open_warehouse
    from warehouse.decisions.store import open_decisions

    language = invocation_of(context).language
    wanted, asked = Kind(kind), {"day": day, "week": week, "month": month}
    period = _period(wanted, asked, first, last, language)
    path = out or Path(f"{wanted}-{period.name}.{form or Form.PDF}")
    settings = settings_of(config, data)
    order = Order(
        kind=wanted,
        period=period,
        language=language,
        form=form_of(path, form),
        agent_id=agent,
        fonts=settings.reports.fonts,
    )
    with open_warehouse(settings.folders.data, read_only=True) as warehouse:
        source = Source(
            warehouse,
            open_decisions(settings.folders.data),
            load_books(phrasebooks_folder(settings)),
            settings.promises,
            settings.ledger.rules,
        )
        made = make(order, source)
    store(write_report(made, order), path)
    console, _ = consoles()
    told = say("reports.written", language, path=path, title=made.title, subtitle=made.subtitle)
    console.print(told, soft_wrap=True, markup=False)
    return 0


def _period(
    kind: Kind,
    asked: dict[str, str | None],
    first: str | None,
    last: str | None,
    language: Language,
) -> Period:
    """The days that the options name; without any the last that are over.

    Raises: UsageError if they name several, none that can be read, or none that fit the kind.
    """
    from reports.period import day_of, last_complete, month_of, range_of, week_of

    named = {span: text for span, text in asked.items() if text is not None}
    if len(named) + (first is not None or last is not None) > 1:
        raise UsageError("reports.two_periods")
    span = _SPANS[kind]
    if first is not None or last is not None:
        if first is None or last is None:
            raise UsageError("reports.half_range")
        return range_of(first, last)
    if not named:
        return last_complete(span, dt.datetime.now().astimezone().date())
    ((wanted, text),) = named.items()
    if kind in (Kind.DAILY, Kind.WEEKLY, Kind.MONTHLY) and wanted != span:
        values = {"kind": say(f"reports.kind_{kind}", language), "option": span}
        raise UsageError(
            "reports.wrong_period", span=say(f"reports.the_{span}", language), **values
        )
    readers = {"day": day_of, "week": week_of, "month": month_of}
    return readers[wanted](text)


COMMAND = _report

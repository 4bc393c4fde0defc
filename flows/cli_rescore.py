"""`tingjian rescore`: stored calls under another phrasebook, tried or kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import click

from flows.shared_options import (
    built_in_phrasebooks,
    command,
    consoles,
    json_option,
    print_json,
    settings_of,
)
from flows.told import invocation_of, option
from pipeline.errors import PhrasebookError, UsageError
from pipeline.messages import say


@command("rescore", help="rescore.help")
@option(
    "--phrasebook", type=click.Path(path_type=Path), metavar="DIR", help="rescore.option_phrasebook"
)
@option("--weights", type=click.Path(path_type=Path), metavar="FILE", help="rescore.option_weights")
@option("--since", metavar="D", help="rescore.option_since")
@option("--until", metavar="D", help="rescore.option_until")
@option("--preview", "wants_preview", is_flag=True, help="rescore.option_preview")
@option("--apply", "wants_apply", is_flag=True, help="rescore.option_apply")
@option(
    "--processes",
    type=click.IntRange(1, 64),
    default=2,
    metavar="N",
    help="rescore.option_processes",
)
@json_option
@click.pass_context
def _rescore(
    context: click.Context,
    *,
    phrasebook: Path | None,
    weights: Path | None,
    since: str | None,
    until: str | None,
    wants_preview: bool,
    wants_apply: bool,
    processes: int,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from flows.show_rescoring import document_of, show_rescoring
    from pipeline.code_version import code_version
    from pipeline.phrasebook import load_books
    from pipeline.probability import read_weights, weights_mark
    from pipeline.rules import Phrasebook
    from warehouse.connection import open_warehouse
    from warehouse.decisions.closed_months import closed_months
    from warehouse.decisions.known_verdicts import known_verdicts
    from warehouse.decisions.store import open_decisions
    from warehouse.rescoring.apply import apply_rescoring
    from warehouse.rescoring.ledger_effect import LedgerEffect, ledger_effects
    from warehouse.rescoring.plan import Rescoring
    from warehouse.rescoring.preview import preview_rescoring

    if phrasebook is None and weights is None:
        raise UsageError("rescore.no_phrasebook")
    if wants_preview and wants_apply:
        raise UsageError("rescore.both")
    settings = settings_of(config, data)
    books = load_books(phrasebook or settings.judging.phrasebooks or built_in_phrasebooks())
    model = read_weights(weights) if weights else None
    first, last = day_of(since), day_of(until)
    folder = settings.folders.data
    open_warehouse(folder, read_only=True).close()  # one that is not there is told before all else

    def installed() -> Iterable[Phrasebook]:
        try:
            return load_books(settings.judging.phrasebooks or built_in_phrasebooks()).values()
        except PhrasebookError:
            return ()  # they only save work

    decisions = open_decisions(folder)
    rescore = apply_rescoring if wants_apply else preview_rescoring
    asked = Rescoring(
        books,
        code_version() + (weights_mark(model) if model else ""),
        installed=installed,
        verdicts=known_verdicts(decisions),
        closed_months=closed_months(decisions),
        processes=processes,
        since=first,
        until=last,
        weights=model,
    )
    found = rescore(folder, asked)
    ledger: tuple[LedgerEffect, ...] = ()
    if not wants_apply:
        ledger = ledger_effects(
            folder, decisions, found.findings, settings.ledger, verdicts=asked.verdicts
        )
    if as_json:
        print_json(document_of(found, books, ledger=ledger, applied=wants_apply, weights=model))
        return 0
    out, _ = consoles()
    language = invocation_of(context).language
    if model:
        out.print(say("rescore.weights", language, provenance=model.provenance), soft_wrap=True)
    show_rescoring(found, language, ledger=ledger, console=out, applied=wants_apply)
    return 0


def day_of(text: str | None) -> dt.date | None:
    """A day as people write it. Raises: UsageError."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError("cli.bad_date", value=text) from error


COMMAND = _rescore

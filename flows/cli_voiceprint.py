"""`tingjian voiceprint`: which agents agree that their voice is learnt, and what is known of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.shared_options import command, consoles, json_option, print_json, settings_of
from flows.told import group, invocation_of, option
from pipeline.messages import Language, say

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from pipeline.voiceprints import Voiceprint
    from warehouse.decisions.voices import Consent

_by_option = option("--by", metavar="NAME", help="cli.option_by")


@command("consent", help="cli.voiceprint_consent_help")
@click.argument("agent", metavar="AGENT")
@_by_option
@click.pass_context
def _consent(
    context: click.Context, agent: str, *, by: str | None, data: Path | None, config: Path | None
) -> int:
    from warehouse.decisions.voices import give_consent

    give_consent(_decisions(config, data), agent, by=_who(by))
    _tell(context, "voiceprint.consented", agent=agent)
    return 0


@command("withdraw", help="cli.voiceprint_withdraw_help")
@click.argument("agent", metavar="AGENT")
@_by_option
@click.pass_context
def _withdraw(
    context: click.Context, agent: str, *, by: str | None, data: Path | None, config: Path | None
) -> int:
    from warehouse.decisions.voices import withdraw_consent

    erased = withdraw_consent(_decisions(config, data), agent, by=_who(by))
    _tell(context, "voiceprint.withdrawn", agent=agent, samples=erased)
    return 0


@command("erase", help="cli.voiceprint_erase_help")
@click.argument("agent", metavar="[AGENT]", required=False)
@option("--all", "everybody", is_flag=True, help="cli.option_everybody")
@_by_option
@click.pass_context
def _erase(
    context: click.Context,
    agent: str | None,
    *,
    everybody: bool,
    by: str | None,
    data: Path | None,
    config: Path | None,
) -> int:
    from pipeline.errors import UsageError
    from warehouse.decisions.voices import erase_voices

    if everybody == (agent is not None):
        raise UsageError("voiceprint.whose")
    erased = erase_voices(_decisions(config, data), agent, by=_who(by))
    _tell(context, "voiceprint.erased", samples=erased)
    return 0


@command("list", help="cli.voiceprint_list_help")
@json_option
@click.pass_context
def _list(context: click.Context, *, as_json: bool, data: Path | None, config: Path | None) -> int:
    from flows.voice_learning import voiceprints_of
    from warehouse.decisions.voices import consents, read_samples

    engine = _decisions(config, data)
    samples = read_samples(engine)
    known = {
        (agent_id, model): voiceprint
        for model in sorted({sample.model for sample in samples})
        for agent_id, voiceprint in voiceprints_of(samples, model=model).items()
    }
    rows = [
        (consent, [v for (agent, _), v in known.items() if agent == consent.agent_id])
        for _, consent in sorted(consents(engine).items())
    ]
    if as_json:
        print_json([_document(consent, prints) for consent, prints in rows])
    elif rows:
        _show(rows, invocation_of(context).language)
    else:
        _tell(context, "voiceprint.nobody")
    return 0


def _show(rows: list[tuple[Consent, list[Voiceprint]]], language: Language) -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    from pipeline.voiceprints import is_usable

    table = Table(box=SIMPLE, show_edge=False, pad_edge=False)
    for key in ("agent", "consent", "since", "by", "calls", "speech", "share", "state"):
        table.add_column(say(f"voiceprint.column_{key}", language))
    for consent, prints in rows:
        given = say(f"voiceprint.{'given' if consent.given else 'not_given'}", language)
        since = consent.at.astimezone().strftime("%Y-%m-%d %H:%M")
        said = (consent.agent_id, given, since, consent.by)
        for known in prints:
            state = "usable" if is_usable(known, model=known.model) else "not_usable"
            table.add_row(
                *said,
                str(known.calls),
                f"{known.speech_s:.0f}",
                f"{100 * known.share:.0f} %",
                f"{say(f'voiceprint.{state}', language)} {known.sha256[:12]}",
            )
        if not prints:
            table.add_row(*said, "0", "–", "–", "–")
    consoles()[0].print(table)


def _document(consent: Consent, prints: list[Voiceprint]) -> dict[str, object]:
    from pipeline.voiceprints import is_usable

    return {
        "agent_id": consent.agent_id,
        "consent": consent.given,
        "at": consent.at.isoformat(),
        "by": consent.by,
        "voiceprints": [
            {
                "sha256": known.sha256,
                "model": known.model,
                "calls": known.calls,
                "speech_s": round(known.speech_s, 3),
                "share": round(known.share, 4),
                "usable": is_usable(known, model=known.model),
            }
            for known in prints
        ],
    }


def _decisions(config: Path | None, data: Path | None) -> Engine:
    from warehouse.decisions.store import open_decisions

    return open_decisions(settings_of(config, data).folders.data)


def _who(by: str | None) -> str:
    """Who writes it down: the name given, else the account of the operating system."""
    import getpass

    return by or getpass.getuser()


def _tell(context: click.Context, key: str, **values: object) -> None:
    consoles()[0].print(say(key, invocation_of(context).language, **values))


COMMAND = group("voiceprint", _consent, _withdraw, _erase, _list)

"""What another phrasebook changes, on the terminal and as a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table

from pipeline.messages import Language, say
from pipeline.probability import EvidenceWeights
from pipeline.rules import Phrasebook
from warehouse.rescoring.changes import FindingChange, Found
from warehouse.rescoring.ledger_effect import LedgerEffect
from warehouse.rescoring.preview import AgentEffect, Preview, RuleEffect

_ROWS_MAX = 30  # of a table on the terminal; the document has all


def show_rescoring(
    preview: Preview,
    language: Language,
    *,
    ledger: Sequence[LedgerEffect] = (),
    console: Console,
    applied: bool,
) -> None:
    """Print what changed for a person."""
    head = "rescore.head_apply" if applied else "rescore.head_preview"
    counts = {name: getattr(preview, name) for name in ("calls", "judged", "same", "closed")}
    console.print(
        say(head, language, **counts, elapsed_s=round(preview.elapsed_s, 1)), soft_wrap=True
    )
    for part in _parts(preview, language):
        console.print(part)
    if ledger:
        console.print(_ledger(ledger, language))


def _parts(preview: Preview, language: Language) -> Iterator[RenderableType]:
    moving = {change.rule_id for change in preview.findings}
    effects = [rule for rule in preview.rules if rule.rule_id in moving]
    if not effects and not preview.agents:
        yield say("rescore.nothing", language)
    if effects:
        yield _rules(effects, language)
        yield _examples(effects, language)
    if quiet := len(preview.rules) - len(effects):
        yield say("rescore.more_rules", language, count=quiet)
    if preview.agents:
        yield _agents(preview.agents, language)
    if preview.audio_needs:
        first = preview.audio_needs[0]
        calls = len({need.call_id for need in preview.audio_needs})
        values = {"places": len(preview.audio_needs), "calls": calls, "call": first.call_id}
        yield say("rescore.audio_needed", language, **values, second=round(first.start, 1))


def _table(title: str, columns: Iterable[str], language: Language) -> Table:
    table = Table(title=say(f"rescore.{title}", language), title_justify="left")
    for column in columns:
        table.add_column(say(f"rescore.column_{column}", language), overflow="fold")
    return table


def _rules(effects: Iterable[RuleEffect], language: Language) -> Table:
    columns = ("rule", "kind", "flags", "added", "removed", "unsure", "precision")
    table = _table("rules", columns, language)
    for rule in list(effects)[:_ROWS_MAX]:
        counts = rule.counts
        table.add_row(
            f"{rule.rule_id} {rule.title}",
            say(f"rescore.kind_{rule.kind}", language),
            f"{counts.flags_before} → {counts.flags_after}",
            f"+{rule.added}",
            f"-{rule.removed}",
            f"{counts.unsure_before} → {counts.unsure_after}",
            f"{_precision(rule.precision_before, counts.true_before, counts.false_before)} → "
            f"{_precision(rule.precision_after, counts.true_after, counts.false_after)}",
        )
    return table


def _precision(share: float | None, true: int, false: int) -> str:
    return "–" if share is None else f"{share:.2f} ({true}/{true + false})"


def _examples(effects: Iterable[RuleEffect], language: Language) -> Table:
    table = _table("examples", ("rule", "kind", "place", "quote"), language)
    for rule in list(effects)[:_ROWS_MAX]:
        for sign, changes in (("+", rule.examples_added), ("-", rule.examples_removed)):
            for change in changes:
                found = change.after if sign == "+" else change.before
                if found is not None:
                    table.add_row(rule.rule_id, sign, _place(change, found), found.quote or "")
    return table


def _place(change: FindingChange, found: Found) -> str:
    return change.call_id if found.start is None else f"{change.call_id} {found.start:.1f}"


def _agents(effects: tuple[AgentEffect, ...], language: Language) -> Table:
    table = _table("agents", ("agent", "calls", "mean", "passed"), language)
    for agent in effects[:_ROWS_MAX]:
        sums = agent.sums
        table.add_row(
            agent.agent_id or say("rescore.no_agent", language),
            f"{sums.calls} ({sums.changed})",
            f"{agent.mean_before} → {agent.mean_after}",
            f"{sums.passed_before} → {sums.passed_after}",
        )
    return table


def _ledger(effects: Sequence[LedgerEffect], language: Language) -> Table:
    table = _table("ledger", ("agent", "month", "added", "removed", "if_confirmed"), language)
    for effect in effects[:_ROWS_MAX]:
        table.add_row(
            effect.agent_id,
            effect.month,
            f"+{len(effect.added)}",
            f"-{len(effect.removed)}",
            f"{effect.before.points} → {effect.after.points}",
        )
    return table


def document_of(
    preview: Preview,
    books: Mapping[Language, Phrasebook],
    *,
    ledger: Sequence[LedgerEffect] = (),
    applied: bool,
    weights: EvidenceWeights | None = None,
) -> dict[str, object]:
    """The same for programs; points are exact, written as text."""
    return {
        "applied": applied,
        "phrasebooks": [
            {"language": b.language, "id": b.id, "version": b.version, "sha256": b.sha256}
            for b in books.values()
            if b.rules
        ],
        "weights": asdict(weights) if weights else None,
        "calls": preview.calls,
        "judged": preview.judged,
        "same": preview.same,
        "closed": preview.closed,
        "elapsed_s": preview.elapsed_s,
        "rules": [_rule(rule) for rule in preview.rules],
        "agents": [_agent(agent) for agent in preview.agents],
        "ledger": [
            {
                "agent_id": effect.agent_id,
                "month": effect.month,
                "added": [incident.key for incident in effect.added],
                "removed": [incident.key for incident in effect.removed],
                "points_before": str(effect.before.points),
                "points_after": str(effect.after.points),
            }
            for effect in ledger
        ],
        "findings": [_plain(asdict(change)) for change in preview.findings],
        "audio_needed": [asdict(need) for need in preview.audio_needs],
    }


def _rule(rule: RuleEffect) -> dict[str, object]:
    return {
        **_plain(asdict(rule)),
        "precision_before": rule.precision_before,
        "precision_after": rule.precision_after,
    }


def _agent(agent: AgentEffect) -> dict[str, object]:
    means = {"mean_before": str(agent.mean_before), "mean_after": str(agent.mean_after)}
    return {"agent_id": agent.agent_id, **_plain(asdict(agent.sums)), **means}


def _plain(value: Any) -> Any:
    """Values that JSON has; points as text, so that none is rounded."""
    match value:
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case Decimal():
            return f"{value:f}"
        case _:
            return value

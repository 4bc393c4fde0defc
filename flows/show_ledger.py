"""A month of the ledger, on the terminal and as a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.table import Table

from pipeline.incident import Incident, price_incidents
from pipeline.ledger import LedgerRules, Statement
from pipeline.messages import Language, say
from warehouse.decisions.ledger_reading import Entry


def show_ledger(
    month: str,
    statements: Mapping[str, Statement],
    waiting: Iterable[Incident],
    *,
    rules: LedgerRules,
    language: Language,
    console: Console,
    closed: bool,
) -> None:
    """Print each agent's month and what waits for a decision."""
    waiting = tuple(waiting)
    if not statements and not waiting:
        console.print(say("ledger.nothing", language, month=month))
        return
    title = say("ledger.title_closed" if closed else "ledger.title", language, month=month)
    table = _table(title, ("agent", "points", "level", "lines"), language)
    for agent, statement in sorted(statements.items()):
        lines = ", ".join(
            f"{say(f'ledger.item_{x.item}', language)} ×{x.times} -{x.points}"
            for x in statement.lines
        )
        level = say(f"ledger.level_{statement.level}", language)
        table.add_row(agent, str(statement.points), level, lines)
    console.print(table)
    if waiting:
        console.print(_waiting(waiting, statements, rules=rules, language=language))


def _table(title: str, columns: Iterable[str], language: Language) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(say(f"ledger.column_{column}", language), overflow="fold")
    return table


def _waiting(
    waiting: Iterable[Incident],
    statements: Mapping[str, Statement],
    *,
    rules: LedgerRules,
    language: Language,
) -> Table:
    """Each with what it would cost."""
    title = say("ledger.pending_title", language)
    table = _table(title, ("key", "agent", "day", "item", "effect", "cause"), language)
    for proposal in price_incidents(waiting, statements, rules=rules):
        incident, cost = proposal.incident, proposal.cost
        table.add_row(
            incident.key,
            incident.agent_id,
            incident.day.isoformat(),
            say(f"ledger.item_{incident.item}", language),
            "0.5–1" if cost is None else str(cost),
            _cause(incident),
        )
    return table


def _cause(incident: Incident) -> str:
    cause = incident.cause
    if incident.call_id is None:
        return f"{cause.get('file', '')}:{cause.get('row', '')} {cause.get('note', '')}".strip()
    start = cause.get("start")
    second = f" {start:.1f}" if isinstance(start, float) else ""
    return f"{incident.call_id}{second} {cause.get('rule_id')} {cause.get('quote') or ''}".strip()


def document_of(
    month: str,
    statements: Mapping[str, Statement],
    waiting: Iterable[Incident],
    entries: Iterable[Entry],
    *,
    closed: bool,
) -> dict[str, object]:
    """The same for programs; points are exact, written as text."""
    return {
        "month": month,
        "closed": closed,
        "agents": [
            {
                "agent_id": agent,
                "points": str(s.points),
                "level": str(s.level),
                "streak": s.streak,
                "deductions": [
                    {"item": str(x.item), "times": x.times, "points": str(x.points)}
                    for x in s.lines
                ],
            }
            for agent, s in sorted(statements.items())
        ],
        "pending": [
            {
                "key": i.key,
                "agent_id": i.agent_id,
                "item": str(i.item),
                "day": i.day.isoformat(),
                "quantity": i.quantity,
                "points": None if i.points is None else str(i.points),
                "call_id": i.call_id,
                "cause": dict(i.cause),
            }
            for i in waiting
        ],
        "entries": [
            {
                "entry_no": e.entry_no,
                "kind": e.kind,
                "key": e.key,
                "agent_id": e.agent_id,
                "item": str(e.item),
                "day": e.day.isoformat(),
                "call_id": e.call_id,
                "reason": e.reason,
                "at": e.at.isoformat(timespec="seconds"),
                "undoes": e.undoes,
            }
            for e in entries
        ],
    }

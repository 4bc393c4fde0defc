"""Something that may cost points, before a person has confirmed it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pipeline.ledger import Item, LedgerRules, Statement, effect_of


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that happened; the same thing has the same `key` whenever it is found."""

    key: str
    agent_id: str
    item: Item
    day: date
    quantity: int = 1
    points: Decimal | None = None  # where a person decides them
    call_id: str | None = None
    cause: Mapping[str, object] = field(default_factory=dict)

    @property
    def month(self) -> str:
        """The month that it belongs to: "2026-11"."""
        return f"{self.day:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """An incident that waits for a person, with what it would cost."""

    incident: Incident
    cost: Decimal | None  # None: a person decides it


def price_incidents(
    waiting: Iterable[Incident], statements: Mapping[str, Statement], *, rules: LedgerRules
) -> tuple[Proposal, ...]:
    """What each incident would cost, were it and those of the same item before it posted.

    Args:
        statements: of the month as it stands, by agent.
    """
    stand: Counter[tuple[str, Item]] = Counter()
    for agent, statement in statements.items():
        stand.update({(agent, line.item): line.times for line in statement.lines})
    found = []
    for incident in waiting:
        own = (incident.agent_id, incident.item)
        cost = incident.points
        if incident.item is not Item.UNFINISHED:
            cost = effect_of(incident.item, stand[own], rules=rules, quantity=incident.quantity)
        stand[own] += incident.quantity
        found.append(Proposal(incident, cost))
    return tuple(found)


def key_of(*parts: object) -> str:
    """The key of an incident with these parts: SHA-256, the first 16 hexadecimal digits."""
    text = json.dumps([str(part) for part in parts], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def month_after(month: str) -> str:
    """The month after "2026-12" is "2027-01"."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
    return f"{year:04}-{number + 1:02}"


def months_before(month: str, count: int) -> tuple[str, ...]:
    """So many months before, the latest first."""
    last = int(month[:4]) * 12 + int(month[5:]) - 1
    return tuple(f"{n // 12:04}-{n % 12 + 1:02}" for n in range(last - 1, last - 1 - count, -1))

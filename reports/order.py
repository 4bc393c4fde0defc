"""What is ordered, and what it is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from pipeline.errors import TingjianError
from pipeline.ledger import LedgerRules
from pipeline.messages import Language
from pipeline.rules import Phrasebook
from pipeline.settings_ledger import LedgerSettings
from pipeline.settings_promises import PromiseSettings
from reports.kinds import Form, Kind
from reports.period import Period
from warehouse.lake import Warehouse
from warehouse.questions.calls import known_days


@dataclass(frozen=True, slots=True)
class Order:
    """Which report is wanted."""

    kind: Kind
    period: Period
    language: Language
    form: Form = Form.PDF
    agent_id: str | None = None  # only this agent's calls
    released_only: bool = False  # only calls whose review was submitted: what agents get
    fonts: Path | None = None  # folder; None: the console's


@dataclass(frozen=True, slots=True)
class Source:
    """What reports are made from."""

    warehouse: Warehouse
    decisions: Engine
    books: Mapping[Language, Phrasebook]
    promises: PromiseSettings = field(default_factory=PromiseSettings)
    ledger: LedgerRules = field(default_factory=lambda: LedgerSettings().rules)

    @property
    def titles(self) -> dict[str, str]:
        """Of all rules."""
        return {rule.id: rule.title for book in self.books.values() for rule in book.rules}


def nothing(order: Order, source: Source) -> TingjianError:
    """Why a report has nothing to say, and what to do."""
    known = known_days(source.warehouse)
    if known.first_day is None:
        return TingjianError("reports.no_calls_at_all")
    if order.agent_id is not None:
        values = {"agent": order.agent_id, "period": order.period.name}
        return TingjianError("reports.no_such_agent", **values)
    days = {"first": known.first_day.isoformat(), "last": str(known.last_day)}
    return TingjianError("reports.no_calls", period=order.period.name, **days)

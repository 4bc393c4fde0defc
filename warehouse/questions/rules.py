"""How the rules came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from warehouse.lake import Warehouse
from warehouse.questions.scope import RuleGroup, Scope, ask


@dataclass(frozen=True, slots=True)
class RuleOutcomes:
    """One rule in one group."""

    key: str | None  # as CallGroup.key
    rule_id: str
    calls: int  # that the rule judged
    flags: int
    violated: int
    met: int
    missed: int
    clear: int
    not_applicable: int
    not_assessable: int
    points: Decimal  # effect on the scores
    points_lost: Decimal  # by faults; at least 0

    @property
    def compliance(self) -> float | None:
        """Share of the calls in which a required thing was done; None where none required it."""
        wanted = self.met + self.missed
        return self.met / wanted if wanted else None


def rules_by(
    warehouse: Warehouse, scope: Scope, by: RuleGroup = "all", *, rules: Sequence[str] = ()
) -> tuple[RuleOutcomes, ...]:
    """The outcomes of each rule in each group; within a group, the most points lost first.

    Args:
        rules: only these; all if empty.
    """
    values = {**scope.values(), "by": by, "rules": list(rules)}
    if by == "agent" or scope.agent_id is not None:
        return tuple(RuleOutcomes(*row) for row in ask(warehouse, "rules_by", values))
    del values["agent_id"]
    return tuple(RuleOutcomes(*row) for row in ask(warehouse, "team_rules_by", values))

"""What became of promises."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.lake import Warehouse
from warehouse.questions.scope import RuleGroup, Scope, ask


@dataclass(frozen=True, slots=True)
class PromiseGroup:
    """The promises of one group, as they stood when the facts were last made."""

    key: str | None
    name: str | None
    made: int
    undated: int  # without a time
    kept: int
    late: int
    broken: int
    still_open: int
    unverifiable: int

    @property
    def kept_share(self) -> float | None:
        """Kept in time, of those of which it is known: kept, late, broken; None without any."""
        known = self.kept + self.late + self.broken
        return self.kept / known if known else None


def promises_by(
    warehouse: Warehouse, scope: Scope, by: RuleGroup = "all"
) -> tuple[PromiseGroup, ...]:
    """What became of the promises of each group, by its key."""
    rows = ask(warehouse, "promises_by", {**scope.values(), "by": by})
    return tuple(PromiseGroup(*row) for row in rows)

"""Silence, and how surely words and roles were heard."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.lake import Warehouse
from warehouse.questions.scope import Group, Scope, ask


@dataclass(frozen=True, slots=True)
class SilenceGroup:
    """How long nobody speaks in the calls of one group."""

    key: str | None
    name: str | None
    calls: int
    duration_mean_s: float
    silence_mean_s: float
    silence_share: float | None  # of the calls' length, 0-1
    longest_median_s: float | None  # of the longest silence of each call
    longest_ninth_s: float | None  # nine of ten calls have none longer


@dataclass(frozen=True, slots=True)
class RecognitionGroup:
    """How surely the calls of one group were heard."""

    key: str | None
    name: str | None
    calls: int
    words: int
    words_uncertain: int  # with a probability below 0.5
    role_certainty: float | None  # mean probability of the roles by time, 0-1
    role_unknown_share: float | None  # of the speech, by time
    rules_judged: int
    rules_not_assessable: int

    @property
    def uncertain_share(self) -> float | None:
        """Of the words; None without words."""
        return self.words_uncertain / self.words if self.words else None

    @property
    def not_assessable_share(self) -> float | None:
        """Of the rules that concern a call; None without any."""
        return self.rules_not_assessable / self.rules_judged if self.rules_judged else None


def silence_by(warehouse: Warehouse, scope: Scope, by: Group = "all") -> tuple[SilenceGroup, ...]:
    """Silence of each group, by its key."""
    rows = ask(warehouse, "silence_by", {**scope.values(), "by": by})
    return tuple(SilenceGroup(*row) for row in rows)


def recognition_by(
    warehouse: Warehouse, scope: Scope, by: Group = "all"
) -> tuple[RecognitionGroup, ...]:
    """Recognition in each group, by its key."""
    rows = ask(warehouse, "recognition_by", {**scope.values(), "by": by})
    return tuple(RecognitionGroup(*row) for row in rows)

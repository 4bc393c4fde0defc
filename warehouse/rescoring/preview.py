"""What a changed phrasebook would do to stored calls, told without storing anything."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

from pipeline.rejudging import AudioNeed
from warehouse.connection import open_warehouse
from warehouse.rescoring.changes import AgentSums, Changes, FindingChange, RuleCounts
from warehouse.rescoring.plan import Plan, Rescoring, make_plan
from warehouse.rescoring.run import Progress, judge_plan

_EXAMPLES: Final = 5  # of each kind, for each rule
_LEAST_SURE: Final = 0.5


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """A rule whose findings change: how often it came out how, with examples to listen to."""

    rule_id: str
    title: str
    kind: Literal["added", "removed", "changed"]
    counts: RuleCounts
    added: int  # faults and credits that were none before
    removed: int
    examples_added: tuple[FindingChange, ...]  # the surest first
    examples_removed: tuple[FindingChange, ...]

    @property
    def moved(self) -> bool:
        """Whether any fault or credit comes or goes, or flags are counted otherwise."""
        before, after = self.counts.flags_before, self.counts.flags_after
        return bool(self.added or self.removed or before != after)

    @property
    def precision_before(self) -> float | None:
        """Share of the flags with a verdict that people confirmed, 0-1; None without any."""
        return _share(self.counts.true_before, self.counts.false_before)

    @property
    def precision_after(self) -> float | None:
        """The same of the flags that there would be."""
        return _share(self.counts.true_after, self.counts.false_after)


@dataclass(frozen=True, slots=True)
class AgentEffect:
    """How an agent's scores change."""

    agent_id: str | None
    sums: AgentSums

    @property
    def mean_before(self) -> Decimal:
        """Mean points of the agent's calls, to the hundredth."""
        return (self.sums.points_before / self.sums.calls).quantize(Decimal("0.01"))

    @property
    def mean_after(self) -> Decimal:
        """The same under the other phrasebook."""
        return (self.sums.points_after / self.sums.calls).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class Preview:
    """All that judging stored calls by another phrasebook would change."""

    calls: int  # that were looked at
    judged: int  # under the other phrasebook
    same: int  # judged by it already
    closed: int  # of closed months: they stay as they are
    rules: tuple[RuleEffect, ...]  # most changes first; those that change nothing come last
    agents: tuple[AgentEffect, ...]  # only those with a changed score, the greatest change first
    findings: tuple[FindingChange, ...]  # all that change, by rule and call
    audio_needs: tuple[AudioNeed, ...]
    elapsed_s: float


def preview_rescoring(
    data_dir: Path, asked: Rescoring, *, progress: Progress | None = None
) -> Preview:
    """What judging the stored calls anew would change. Nothing is stored, no sound is read.

    Args:
        progress: told how many calls are judged, of how many; what it raises ends the preview.
    Returns: everything sorted, so that the same calls and books give the same preview but for
        `elapsed_s`.
    Raises: WarehouseError if the warehouse is not there or cannot be read.
    """
    began = time.monotonic()
    with open_warehouse(data_dir, read_only=True) as warehouse:
        plan = make_plan(warehouse, asked)
    changes = Changes()
    for _, portion in judge_plan(data_dir, plan, asked, progress=progress):
        changes.add(portion.changes)
    return preview_of(plan, changes, elapsed_s=time.monotonic() - began)


def preview_of(plan: Plan, changes: Changes, *, elapsed_s: float) -> Preview:
    """The changes in the order in which people read them."""
    findings = sorted(changes.findings, key=lambda c: (c.rule_id, c.call_id))
    return Preview(
        calls=plan.calls,
        judged=changes.calls,
        same=plan.same,
        closed=plan.closed,
        rules=_rules(plan, changes, findings),
        agents=_agents(changes),
        findings=tuple(findings),
        audio_needs=tuple(sorted(changes.audio_needs, key=lambda n: (n.call_id, n.start))),
        elapsed_s=round(elapsed_s, 3),
    )


def _rules(
    plan: Plan, changes: Changes, findings: Iterable[FindingChange]
) -> tuple[RuleEffect, ...]:
    titles = {r.id: r.title for c in plan.changes for r in c.book.rules}
    added = frozenset(i for c in plan.changes for i in c.rules.added)
    by_rule: dict[str, list[FindingChange]] = defaultdict(list)
    for change in findings:
        by_rule[change.rule_id].append(change)
    found = []
    for rule_id, counts in changes.rules.items():
        new = [c for c in by_rule[rule_id] if c.added]
        gone = [c for c in by_rule[rule_id] if c.removed]
        kind: Literal["added", "removed", "changed"] = "changed"
        if rule_id not in titles:
            kind = "removed"
        elif rule_id in added:
            kind = "added"
        found.append(
            RuleEffect(
                rule_id=rule_id,
                title=titles.get(rule_id, rule_id),
                kind=kind,
                counts=counts,
                added=len(new),
                removed=len(gone),
                examples_added=tuple(sorted(new, key=_unsure_last)[:_EXAMPLES]),
                examples_removed=tuple(sorted(gone, key=_unsure_last)[:_EXAMPLES]),
            )
        )
    return tuple(sorted(found, key=lambda r: (-(r.added + r.removed), r.rule_id)))


def _unsure_last(change: FindingChange) -> tuple[float, str]:
    found = change.after if change.added else change.before
    return (-(found.probability if found else _LEAST_SURE), change.call_id)


def _agents(changes: Changes) -> tuple[AgentEffect, ...]:
    found = [AgentEffect(agent, sums) for agent, sums in changes.agents.items() if sums.changed]

    def order(effect: AgentEffect) -> tuple[Decimal, str]:
        return -abs(effect.mean_after - effect.mean_before), effect.agent_id or ""

    return tuple(sorted(found, key=order))


def _share(true: int, false: int) -> float | None:
    return true / (true + false) if true + false else None

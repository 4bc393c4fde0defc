"""Counting findings against the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.judged_calls import JudgedCall, Tags
from benchmarks.reliability import Pair
from pipeline.finding import Finding, Outcome

DECIDED = (Outcome.VIOLATED, Outcome.MET, Outcome.MISSED)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one kind of finding."""

    right: int
    false: int
    lost: int
    doubtful: int = 0  # of the lost ones, those called not assessable

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.lost) if self.right + self.lost else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def row(self, name: str) -> str:
        """One line of a report."""
        counts = f"TP {self.right:5} FP {self.false:4} FN {self.lost:4} (doubt {self.doubtful:3})"
        return f"{name:32} {counts}  P {self.precision:.3f} R {self.recall:.3f} F1 {self.f1:.3f}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A call and what was found."""

    call: JudgedCall
    findings: tuple[Finding, ...]
    forbidding: frozenset[str]  # the rules that forbid something

    @property
    def found(self) -> Tags:
        """What the findings report, as rule and outcome."""
        return frozenset(
            (f.rule_id, f.outcome.value) for f in self.findings if f.outcome in DECIDED
        )

    @property
    def doubtful(self) -> frozenset[str]:
        """The rules that could not be assessed."""
        return frozenset(f.rule_id for f in self.findings if f.outcome is Outcome.NOT_ASSESSABLE)


def tally(
    judged: Iterable[Judged], outcomes: Sequence[str], *, rules: frozenset[str] | None = None
) -> Tally:
    """Count findings of some outcomes against the truth; what is arguable counts neither way.

    Args:
        rules: those that count; all where none are given.
    """
    counts: Counter[str] = Counter()
    for one in judged:
        must, may, found = (
            {t for t in tags if t[1] in outcomes and (rules is None or t[0] in rules)}
            for tags in (one.call.must, one.call.may, one.found)
        )
        counts["right"] += len(found & must)
        counts["false"] += len(found - must - may)
        counts["lost"] += len(must - found)
        counts["doubtful"] += sum(t[0] in one.doubtful for t in must - found)
    return Tally(counts["right"], counts["false"], counts["lost"], counts["doubtful"])


def probabilities(
    judged: Iterable[Judged], outcome: str, *, rules: frozenset[str] | None = None
) -> list[Pair]:
    """The probability of each finding with evidence that something was done, and whether it was.

    Of findings reported with `outcome` (violated or met), and of those of rules of that kind left
    to a person; what is arguable is left out, and so are rules that the truth does not know.
    """
    return [
        (f.probability, (f.rule_id, outcome) in one.call.must)
        for one in judged
        for f in one.findings
        if f.evidence
        and (f.outcome == outcome or (f.outcome is Outcome.NOT_ASSESSABLE and _heard(f)))
        and (outcome == "violated") == (f.rule_id in one.forbidding)
        and (f.rule_id, outcome) not in one.call.may
        and (rules is None or f.rule_id in rules)
    ]


def _heard(finding: Finding) -> bool:
    """Whether a doubtful finding shows words, not a stretch in which they were not found."""
    return all(e.quote for e in finding.evidence)

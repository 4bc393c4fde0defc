"""What another phrasebook changes, as plain values: by finding, by rule, by agent."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal

from pipeline.finding import Finding, Outcome
from pipeline.rejudging import AudioNeed
from pipeline.review import Verdict


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in brief, with the place of its first evidence; seconds from the call's start."""

    outcome: Outcome
    probability: float
    points: Decimal
    start: float | None = None
    end: float | None = None
    quote: str | None = None  # personal data
    finding_no: int | None = None  # in the stored judgement

    @property
    def flagged(self) -> bool:
        """Whether it is a fault: a forbidden thing done, or a required one missed at a cost."""
        return self.outcome is Outcome.VIOLATED or (
            self.outcome is Outcome.MISSED and self.points < 0
        )

    @property
    def noted(self) -> bool:
        """Whether it is a fault or a credit: what a list of findings shows."""
        return self.flagged or self.outcome is Outcome.MET


def found_of(finding: Finding) -> Found:
    """A finding in brief."""
    first = finding.evidence[0] if finding.evidence else None
    return Found(
        finding.outcome,
        finding.probability,
        finding.points,
        first.start if first else None,
        first.end if first else None,
        first.quote if first else None,
    )


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A rule that says something else of a call than before; None where it said, or says, nothing.

    `verdict`: what people said of the finding before.
    """

    call_id: str
    agent_id: str | None
    rule_id: str
    before: Found | None
    after: Found | None
    verdict: Verdict | None = None

    @property
    def added(self) -> bool:
        """A fault or a credit that was none before."""
        noted = self.before is not None and self.before.noted
        return not noted and self.after is not None and self.after.noted

    @property
    def removed(self) -> bool:
        """A fault or a credit that is none any more."""
        noted = self.after is not None and self.after.noted
        return not noted and self.before is not None and self.before.noted


@dataclass(slots=True)
class RuleCounts:
    """How often a rule came out how, before and after; calls."""

    flags_before: int = 0
    flags_after: int = 0
    met_before: int = 0
    met_after: int = 0
    unsure_before: int = 0
    unsure_after: int = 0
    true_before: int = 0  # flags that people confirmed
    false_before: int = 0  # flags that people called false
    true_after: int = 0
    false_after: int = 0

    def add(self, other: RuleCounts) -> None:
        """Count the other's calls too."""
        for each in fields(RuleCounts):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def count(self, before: Found | None, after: Found | None, verdict: Verdict | None) -> None:
        """Count one call."""
        self.flags_before += before is not None and before.flagged
        self.flags_after += after is not None and after.flagged
        self.met_before += before is not None and before.outcome is Outcome.MET
        self.met_after += after is not None and after.outcome is Outcome.MET
        self.unsure_before += before is not None and before.outcome is Outcome.NOT_ASSESSABLE
        self.unsure_after += after is not None and after.outcome is Outcome.NOT_ASSESSABLE
        if before is None or verdict not in (Verdict.CONFIRMED, Verdict.FALSE):
            return
        guilty = before.flagged == (verdict is Verdict.CONFIRMED)
        if before.flagged:
            self.true_before += guilty
            self.false_before += not guilty
        if after is not None and after.flagged and (not before.flagged or _meet(before, after)):
            self.true_after += guilty
            self.false_after += not guilty


def _meet(one: Found, other: Found) -> bool:
    """Whether two findings rest on the same seconds; a verdict on one says nothing of others."""
    if one.start is None or other.start is None or one.end is None or other.end is None:
        return True
    return one.start <= other.end and other.start <= one.end


@dataclass(slots=True)
class AgentSums:
    """Scores of an agent's calls, before and after; exact points."""

    calls: int = 0
    changed: int = 0  # calls whose score is another
    points_before: Decimal = Decimal(0)
    points_after: Decimal = Decimal(0)
    passed_before: int = 0
    passed_after: int = 0

    def add(self, other: AgentSums) -> None:
        """Add the other's calls too."""
        self.calls += other.calls
        self.changed += other.changed
        self.points_before += other.points_before
        self.points_after += other.points_after
        self.passed_before += other.passed_before
        self.passed_after += other.passed_after


@dataclass(slots=True)
class Changes:
    """All that changes in some calls."""

    calls: int = 0
    findings: list[FindingChange] = field(default_factory=list)
    rules: dict[str, RuleCounts] = field(default_factory=dict)
    agents: dict[str | None, AgentSums] = field(default_factory=dict)
    audio_needs: list[AudioNeed] = field(default_factory=list)

    def add(self, other: Changes) -> None:
        """Add what changes in other calls."""
        self.calls += other.calls
        self.findings += other.findings
        self.audio_needs += other.audio_needs
        for rule_id, counts in other.rules.items():
            self.rules.setdefault(rule_id, RuleCounts()).add(counts)
        for agent_id, sums in other.agents.items():
            self.agents.setdefault(agent_id, AgentSums()).add(sums)

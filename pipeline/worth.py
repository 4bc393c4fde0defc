"""What a person's look at a call is worth, so that the queue begins with the best."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipeline.finding import Finding, Outcome

_GRAVITY: Final = {
    "critical_compliance": 5.0,
    "critical_customer": 5.0,
    "critical_business": 5.0,
    "minor": 1.0,
}
_UNKNOWN_GRAVITY: Final = 1.0
SAMPLED_SHARE: Final = 0.05  # of the calls without a flag, so that what was missed can be estimated
_SAMPLED_WORTH: Final = 0.5  # below any flag


@dataclass(frozen=True, slots=True)
class Flag:
    """A finding that people are to look at: a fault, or one of a rule that is always looked at."""

    finding_no: int
    rule_id: str
    probability: float
    severity: str
    start_s: float | None  # of its first evidence


def flags_of(findings: Iterable[Finding]) -> tuple[Flag, ...]:
    """The flags of one judgement that people are to look at, in the order of its findings.

    A rule with the policy "always" is looked at also where it could not be judged, one with "never"
    not even where it is violated.
    """
    return tuple(
        Flag(
            number,
            finding.rule_id,
            finding.probability,
            finding.severity,
            finding.evidence[0].start if finding.evidence else None,
        )
        for number, finding in enumerate(findings)
        if (is_flag(finding) and finding.review != "never")
        or (finding.outcome is Outcome.NOT_ASSESSABLE and finding.review == "always")
    )


def is_flag(finding: Finding) -> bool:
    """Whether a finding is a fault: a forbidden thing done, or a required one missed."""
    missed = finding.outcome is Outcome.MISSED and finding.points < 0
    return finding.outcome is Outcome.VIOLATED or missed


def worth_of(flags: Iterable[Flag], *, sampled: bool) -> float:
    """How much a look is worth: gravity of each flag, the more the less certain it is.

    A certain flag counts its gravity once; one that could as well be false counts twice, since
    there a person's verdict changes most. 0 for a call that nobody needs to look at.
    """
    worth = sum(
        _GRAVITY.get(flag.severity, _UNKNOWN_GRAVITY)
        * (1 + 4 * flag.probability * (1 - flag.probability))
        for flag in flags
    )
    return round(worth, 4) if worth else (_SAMPLED_WORTH if sampled else 0.0)


def is_sampled(call_id: str, *, share: float = SAMPLED_SHARE) -> bool:
    """Whether a call belongs to the random share; by its name alone, so that nobody can choose.

    Args:
        share: probability that a call belongs to it, 0-1.
    """
    digest = hashlib.sha256(f"sample:{call_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64

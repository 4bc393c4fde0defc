"""What people's verdicts make of the findings of a machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from pipeline.finding import Finding, Outcome
from pipeline.rules import Kind, Phrasebook, Rule


class Verdict(StrEnum):
    """What a person says of a finding."""

    CONFIRMED = "confirmed"  # 属实: as the machine says
    FALSE = "false"  # 误判: the machine is wrong
    DOUBTFUL = "doubtful"  # 存疑: not even a person can tell


_NOTHING = Decimal(0)


def apply_verdicts(
    findings: Sequence[Finding],
    *,
    verdicts: Mapping[int, Verdict],
    added: Iterable[Finding] = (),
    phrasebook: Phrasebook,
) -> tuple[Finding, ...]:
    """The findings as people see them; what `score` makes of them is the reviewed score.

    A confirmed finding stays, a false one becomes its opposite, a doubtful one not assessable,
    which is never a fault.

    Args:
        findings: of one judgement, as the machine made them.
        verdicts: by place in `findings`; places without one stay.
        added: what people found and the machine did not, after the machine's.
        phrasebook: which judged; a finding of a rule that it does not hold only loses its points.
    """
    rules = {rule.id: rule for rule in phrasebook.rules}
    reviewed = (
        _apply(finding, verdicts.get(number), rules.get(finding.rule_id))
        for number, finding in enumerate(findings)
    )
    return (*reviewed, *added)


def _apply(finding: Finding, verdict: Verdict | None, rule: Rule | None) -> Finding:
    match verdict:
        case Verdict.FALSE:
            return _reverse(finding, rule)
        case Verdict.DOUBTFUL:
            return replace(finding, outcome=Outcome.NOT_ASSESSABLE, points=_NOTHING)
        case _:
            return finding


def _reverse(finding: Finding, rule: Rule | None) -> Finding:
    """The finding if the machine was wrong: what was found is not there, what was missed is."""
    match finding.outcome:
        case Outcome.VIOLATED:
            return replace(finding, outcome=Outcome.CLEAR, points=_NOTHING)
        case Outcome.MISSED:
            return replace(finding, outcome=Outcome.MET, points=_NOTHING)
        case Outcome.MET:
            lost = rule.points if rule is not None and rule.kind is Kind.REQUIRED else _NOTHING
            return replace(finding, outcome=Outcome.MISSED, points=lost)
        case _:
            return replace(finding, points=_NOTHING)


def find_by_person(rule: Rule) -> Finding:
    """What a person found and the machine did not, without its evidence.

    A forbidden thing was done, a required one is missing, a credit was earned.
    """
    outcomes = {Kind.CREDIT: Outcome.MET, Kind.REQUIRED: Outcome.MISSED}
    return Finding(
        rule_id=rule.id,
        outcome=outcomes.get(rule.kind, Outcome.VIOLATED),
        probability=1.0,
        points=rule.points,
        severity=rule.severity,
        evidence=(),
        suggestion=rule.suggestion,
        source=str(rule.sources[0]) if rule.sources else None,
        review=rule.review,
    )

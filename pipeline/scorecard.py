"""The sum of a call's findings, in exact decimals."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from pipeline.finding import Finding, Outcome, Scorecard
from pipeline.rules import Kind, Phrasebook, Rule


def score(findings: Iterable[Finding], *, phrasebook: Phrasebook) -> Scorecard:
    """Points of a call out of what could be judged of it.

    The call starts with the phrasebook's `start_points`. Each fault takes its points; credits
    give theirs, together at most `most_credit`, and never beyond what is possible. A rule that
    is not assessable counts neither way: what it could have cost is taken from the possible
    points as well as from the reached ones. A violated fatal rule leaves nothing. Passed: at
    least `pass_mark` percent of the possible points, and some points possible.
    """
    rules = {rule.id: rule for rule in phrasebook.rules}
    possible = phrasebook.start_points
    faults = credits = Decimal(0)
    fatal = False
    for finding in findings:
        rule = rules.get(finding.rule_id)
        if rule is None:
            continue
        if finding.outcome is Outcome.NOT_ASSESSABLE:
            possible -= _at_stake(rule)
        elif finding.points < 0:
            faults -= finding.points
        elif finding.points > 0:
            credits += finding.points
        fatal |= rule.fatal and finding.outcome in (Outcome.VIOLATED, Outcome.MISSED)
    possible = max(Decimal(0), possible)
    reached = possible - faults + min(credits, phrasebook.most_credit)
    points = Decimal(0) if fatal else max(Decimal(0), min(possible, reached))
    passed = possible > 0 and points * 100 >= phrasebook.pass_mark * possible
    return Scorecard(_plain(points), _plain(possible), passed)


def _at_stake(rule: Rule) -> Decimal:
    """What the rule could have cost; a credit could not have cost anything."""
    return Decimal(0) if rule.kind is Kind.CREDIT else -rule.points


def _plain(value: Decimal) -> Decimal:
    """The value rounded to hundredths, half up, as it is shown and stored."""
    return value.quantize(Decimal("0.01"))

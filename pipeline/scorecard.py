"""The sum of a call's findings, in exact decimals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.finding import Finding, Outcome, Scorecard
from pipeline.rules import Kind, Phrasebook, Rule


@dataclass(frozen=True, slots=True)
class Tally:
    """What findings add up to, in exact points; the tallies of two sets of findings add up too."""

    at_stake: Decimal = Decimal(0)  # what rules that are not assessable could have cost
    faults: Decimal = Decimal(0)  # without sign
    credits: Decimal = Decimal(0)
    fatal: bool = False

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.at_stake + other.at_stake,
            self.faults + other.faults,
            self.credits + other.credits,
            self.fatal or other.fatal,
        )


def score(findings: Iterable[Finding], *, phrasebook: Phrasebook) -> Scorecard:
    """Points of a call out of what could be judged of it.

    The call starts with the phrasebook's `start_points`. Each fault takes its points; credits
    give theirs, together at most `most_credit`, and never beyond what is possible. A rule that
    is not assessable counts neither way: what it could have cost is taken from the possible
    points as well as from the reached ones. A violated fatal rule leaves nothing. Passed: at
    least `pass_mark` percent of the possible points, and some points possible.
    """
    return card_of(tally(findings, phrasebook=phrasebook), phrasebook=phrasebook)


def tally(findings: Iterable[Finding], *, phrasebook: Phrasebook) -> Tally:
    """The findings added up; those of rules that the phrasebook does not hold do not count."""
    rules = {rule.id: rule for rule in phrasebook.rules}
    stake = faults = credits = Decimal(0)
    fatal = False
    for finding in findings:
        rule = rules.get(finding.rule_id)
        if rule is None:
            continue
        if finding.outcome is Outcome.NOT_ASSESSABLE:
            stake += at_stake(rule)
        elif finding.points < 0:
            faults -= finding.points
        elif finding.points > 0:
            credits += finding.points
        fatal |= rule.fatal and finding.outcome in (Outcome.VIOLATED, Outcome.MISSED)
    return Tally(stake, faults, credits, fatal)


def card_of(found: Tally, *, phrasebook: Phrasebook) -> Scorecard:
    """The score that a tally of all of a call's findings makes; see `score`."""
    possible = max(Decimal(0), phrasebook.start_points - found.at_stake)
    reached = possible - found.faults + min(found.credits, phrasebook.most_credit)
    points = Decimal(0) if found.fatal else max(Decimal(0), min(possible, reached))
    passed = possible > 0 and points * 100 >= phrasebook.pass_mark * possible
    return Scorecard(_plain(points), _plain(possible), passed)


def at_stake(rule: Rule) -> Decimal:
    """What the rule could have cost; a credit could not have cost anything."""
    return Decimal(0) if rule.kind is Kind.CREDIT else -rule.points


def _plain(value: Decimal) -> Decimal:
    """The value rounded to hundredths, half up, as it is shown and stored."""
    return value.quantize(Decimal("0.01"))

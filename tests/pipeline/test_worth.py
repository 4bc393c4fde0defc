from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.finding import Finding, Outcome
from pipeline.worth import Flag, flags_of, worth_of

VIOLATED = Finding("zh.T10.improper", Outcome.VIOLATED, 1.0, Decimal(-1), "minor", (), None, None)


def looked_at(*findings: Finding) -> list[int]:
    return [flag.finding_no for flag in flags_of(findings)]


def test_people_look_at_faults_and_not_at_credits_that_were_not_earned() -> None:
    missed = replace(VIOLATED, outcome=Outcome.MISSED)
    unearned = replace(missed, points=Decimal(0))
    clear = replace(VIOLATED, outcome=Outcome.CLEAR)
    assert looked_at(clear, VIOLATED, unearned, missed) == [1, 3]


def test_what_a_rule_always_wants_looked_at_is_so_even_where_it_could_not_be_judged() -> None:
    unsure = replace(VIOLATED, outcome=Outcome.NOT_ASSESSABLE, points=Decimal(0))
    assert looked_at(unsure, replace(unsure, review="always")) == [1]
    assert looked_at(replace(VIOLATED, outcome=Outcome.CLEAR, review="always")) == []


def test_a_rule_that_nobody_reviews_brings_no_call_into_the_queue() -> None:
    assert looked_at(replace(VIOLATED, review="never")) == []


@pytest.mark.parametrize(
    "severity", ["critical_customer", "critical_business", "critical_compliance"]
)
def test_every_critical_kind_weighs_five_times_a_minor_fault(severity: str) -> None:
    minor, critical = (Flag(0, "r", 1.0, s, None) for s in ("minor", severity))
    assert worth_of([critical], sampled=False) == 5 * worth_of([minor], sampled=False) == 5.0

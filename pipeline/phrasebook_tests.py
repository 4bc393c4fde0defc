"""Runs the tests that stand beside the rules in a phrasebook."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.call import CallMetadata
from pipeline.dialogue import build_transcript
from pipeline.finding import Finding, Outcome
from pipeline.judging import judge
from pipeline.rules import Phrasebook, Rule, RuleTest
from pipeline.talk import measure_talk


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test and what the rule said."""

    __test__ = False  # not a test case of pytest's

    rule: Rule
    number: int  # of the test within the rule, from 1
    test: RuleTest
    found: Finding

    @property
    def passed(self) -> bool:
        return self.found.outcome is self.test.expected


def run_phrasebook_tests(phrasebook: Phrasebook) -> tuple[TestResult, ...]:
    """Judge each test's dialogue with the whole phrasebook and keep what its rule said, in the
    phrasebook's order.
    """
    return tuple(
        TestResult(rule, number, test, judge_dialogue(test, phrasebook=phrasebook, rule_id=rule.id))
        for rule in phrasebook.rules
        for number, test in enumerate(rule.tests, start=1)
    )


def judge_dialogue(test: RuleTest, *, phrasebook: Phrasebook, rule_id: str) -> Finding:
    """What the rule says of a test's dialogue, spoken at an even rate."""
    transcript = build_transcript(test.lines, phrasebook.language)
    metadata = CallMetadata(
        call_id="test",
        language=phrasebook.language,
        purpose=test.purpose,
        direction=test.direction,
        team=test.team,
        answered_after_s=test.answered_after_s,
        hung_up_by=test.hung_up_by,
    )
    findings = judge(
        transcript, metadata=metadata, metrics=measure_talk(transcript), phrasebook=phrasebook
    )
    return next(f for f in findings if f.rule_id == rule_id)


def failed(results: tuple[TestResult, ...]) -> tuple[TestResult, ...]:
    """The tests whose rule said something else than expected."""
    return tuple(r for r in results if not r.passed)


__all__ = ["Outcome", "TestResult", "failed", "judge_dialogue", "run_phrasebook_tests"]

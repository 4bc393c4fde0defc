"""Whoever did not say it is not charged with it, and whoever said nothing earns nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from pipeline.call import CallMetadata, Role, Transcript
from pipeline.dialogue import Line, build_transcript
from pipeline.finding import Finding, Outcome
from pipeline.judging import judge
from pipeline.messages import Language
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Kind, Phrasebook, RuleTest
from pipeline.talk import measure_talk

PHRASEBOOKS = Path(__file__).parents[2] / "phrasebooks"
LANGUAGES: tuple[Language, ...] = ("zh", "es")
POLITE: dict[Language, tuple[str, str]] = {
    "zh": (
        "您好，这里是桔子树艺术教育，我是何老师，请问有什么可以帮到您？",
        "好的，谢谢您的来电，再见。",
    ),
    "es": (
        "Buenos días, le atiende Lucía, ¿en qué puedo ayudarle?",
        "De acuerdo, gracias por su llamada, que tenga un buen día.",
    ),
}


@cache
def book(language: Language) -> Phrasebook:
    return load_phrasebook(PHRASEBOOKS, language=language)


def judged(transcript: Transcript, language: Language) -> tuple[Finding, ...]:
    return judge(
        transcript,
        metadata=CallMetadata(call_id="test", language=language, direction="inbound"),
        metrics=measure_talk(transcript),
        phrasebook=book(language),
    )


def forbidden_dialogues(language: Language) -> list[tuple[str, RuleTest]]:
    """Of each rule against words, the dialogues that must be flagged because the agent says it."""
    return [
        (rule.id, test)
        for rule in book(language).rules
        if rule.kind is Kind.FORBIDDEN
        for test in rule.tests
        if test.expected is Outcome.VIOLATED
        # neither how it was said nor when, which is the agent's own
        and not any(line.pause_s < 0 or line.level_db is not None for line in test.lines)
    ]


def only_the_customer(test: RuleTest, language: Language) -> tuple[Line, ...]:
    """The same words in the same order, all the customer's, between an agent's polite ones."""
    first, last = POLITE[language]
    template = test.lines[0]
    agent = replace(template, role=Role.AGENT, pause_s=0.3, role_probability=1.0)
    said = [replace(line, role=Role.CUSTOMER) for line in test.lines if line.role is Role.AGENT]
    return (replace(agent, text=first), *said, replace(agent, text=last))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_agent_is_not_flagged_for_what_only_the_customer_says(language: Language) -> None:
    dialogues = forbidden_dialogues(language)
    assert len(dialogues) > (60 if language == "zh" else 10)
    flagged = [
        (rule_id, found.rule_id, [line.text for line in test.lines])
        for rule_id, test in dialogues
        for found in judged(build_transcript(only_the_customer(test, language), language), language)
        if found.outcome is Outcome.VIOLATED
    ]
    assert flagged == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_silence_earns_no_credit_and_meets_no_step(language: Language) -> None:
    nobody = Transcript(language, (), (), duration_s=120.0)
    outcomes = {found.outcome for found in judged(nobody, language)}
    assert Outcome.MET not in outcomes
    assert Outcome.VIOLATED not in outcomes

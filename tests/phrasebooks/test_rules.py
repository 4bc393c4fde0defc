"""The project's own phrasebooks: complete, tested, and true to the norms' words."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from pipeline.checks import LimitCheck
from pipeline.explanation import explain
from pipeline.finding import Outcome
from pipeline.messages import Language
from pipeline.patterns import plain_text
from pipeline.phrasebook import load_phrasebook
from pipeline.phrasebook_lint import check_phrasebook
from pipeline.phrasebook_tests import TestResult, failed, judge_dialogue, run_phrasebook_tests
from pipeline.rules import Kind, Phrasebook

PHRASEBOOKS = Path(__file__).parents[2] / "phrasebooks"
LANGUAGES: tuple[Language, ...] = ("zh", "es")

# Rule ids that reports, exports and other systems rely on.
PAIRS = [f"T{n:02d}" for n in range(1, 13)] + [f"I{n:02d}" for n in range(1, 7)]
CREDITS = (
    [f"P{n:02d}" for n in range(1, 4)]
    + [f"S{n:02d}" for n in range(1, 17)]
    + [f"R{n:02d}" for n in range(1, 7)]
    + [f"H{n:02d}" for n in range(1, 7)]
)
REQUIRED = [
    "opener.inbound",
    "opener.callback",
    "closing.thanks",
    "hold.announced",
    "hold.resumed",
    "complaint.apology",
    "absence.reason",
    "absence.leave_rule",
    "next_booking.offer",
]
FORBIDDEN = [
    "refusal.bare",
    "buck_passing",
    "promise.undated",
    "profanity",
    "argument",
    "interruption",
    "dead_air",
    "answer_delay",
    "speech_rate",
    "nin_ratio",
]


@cache
def book(language: Language) -> Phrasebook:
    return load_phrasebook(PHRASEBOOKS, language=language)


def kind_of(rule_id: str) -> Kind | None:
    rule = book("es" if rule_id.startswith("es.") else "zh").rule(rule_id)
    return rule.kind if rule else None


@pytest.mark.parametrize("number", PAIRS)
def test_each_scene_has_an_improper_and_a_polite_rule(number: str) -> None:
    assert kind_of(f"zh.{number}.improper") is Kind.FORBIDDEN
    assert kind_of(f"zh.{number}.polite") is Kind.CREDIT


@pytest.mark.parametrize("number", CREDITS)
def test_each_recommended_phrase_is_a_credit(number: str) -> None:
    assert kind_of(f"zh.{number}.credit") is Kind.CREDIT


@pytest.mark.parametrize("name", REQUIRED)
def test_each_step_is_required(name: str) -> None:
    assert kind_of(f"zh.{name}") is Kind.REQUIRED


@pytest.mark.parametrize("name", FORBIDDEN)
def test_each_fault_is_forbidden(name: str) -> None:
    assert kind_of(f"zh.{name}") is Kind.FORBIDDEN


def test_a_dated_promise_is_recognised() -> None:
    assert kind_of("zh.promise.dated") is Kind.CREDIT


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("opener.inbound", Kind.REQUIRED),
        ("closing.thanks", Kind.REQUIRED),
        ("hold.announced", Kind.REQUIRED),
        ("hold.resumed", Kind.REQUIRED),
        ("complaint.apology", Kind.REQUIRED),
        ("buck_passing", Kind.FORBIDDEN),
        ("exaggeration", Kind.FORBIDDEN),
        ("argument", Kind.FORBIDDEN),
        ("courtesy.credit", Kind.CREDIT),
    ],
)
def test_the_spanish_rules_exist(name: str, kind: Kind) -> None:
    assert kind_of(f"es.{name}") is kind


@cache
def results(language: Language) -> tuple[TestResult, ...]:
    return run_phrasebook_tests(book(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_test_beside_the_rules_passes(language: Language) -> None:
    wrong = failed(results(language))
    told = [f"{r.rule.id} {r.number}: {r.found.outcome}, not {r.test.expected}" for r in wrong]
    assert told == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_rule_of_words_judges_an_uncertain_speaker(language: Language) -> None:
    for result in results(language):
        spoken = {line.role for line in result.test.lines}
        if isinstance(result.rule.check, LimitCheck) or result.rule.role not in spoken:
            continue
        lines = tuple(replace(line, role_probability=0.6) for line in result.test.lines)
        found = judge_dialogue(
            replace(result.test, lines=lines), phrasebook=book(language), rule_id=result.rule.id
        )
        assert found.outcome in (Outcome.NOT_ASSESSABLE, Outcome.NOT_APPLICABLE), result.rule.id


@pytest.mark.parametrize("reader", ["zh", "es", "en"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_is_explained_in_the_reader_s_language(
    language: Language, reader: Language
) -> None:
    """Of every test beside the rules: the quotes, titles and norms stay, all else is told."""
    foreign = re.compile("[A-Za-z]{3,}" if reader == "zh" else "[\u4e00-\u9fff，。：；（）]")
    outcomes = set()
    for result in results(language):
        rule, found = result.rule, result.found
        told = explain(found, rule=rule, language=reader)
        outcomes.add((rule.kind, found.outcome))
        assert told.expected, rule.id
        assert told.certainty, (rule.id, found.outcome)
        assert told.heard, (rule.id, found.outcome)
        assert (found.suggestion or "") in told.alternative
        assert rule.sources[0].quote in told.norm
        titles = [rule.title, *(s.title for s in getattr(rule.check, "steps", ()))]
        quotes = [e.quote for e in found.evidence] + [plain_text(e.phrase) for e in found.evidence]
        for line in (told.expected, *told.heard, told.certainty):
            rest = line
            for own in sorted((*titles, *quotes), key=len, reverse=True):
                rest = rest.replace(own, "") if own else rest
            rest = re.sub(r"“[^”]*”|«[^»]*»|\"[^\"]*\"", "", rest)
            assert not foreign.search(rest), (rule.id, line)
    assert {kind for kind, _ in outcomes} == set(Kind)
    assert {outcome for _, outcome in outcomes} == set(Outcome)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_source_and_tests_that_hit_and_miss(language: Language) -> None:
    for rule in book(language).rules:
        assert rule.sources, rule.id
        assert len({t.expected for t in rule.tests}) >= 2, rule.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_quote_stands_in_its_norm(language: Language) -> None:
    folder = os.environ.get("TINGJIAN_NORMS")
    if folder is None:
        pytest.skip("TINGJIAN_NORMS does not name the folder of the norm documents")
    for rule in book(language).rules:
        for source in rule.sources:
            lines = (Path(folder) / source.file).read_text("utf-8").splitlines()
            assert source.quote in lines[source.line - 1], f"{rule.id}: {source}"


def test_the_check_before_a_release_finds_nothing() -> None:
    assert [fault.text("en") for fault in check_phrasebook(PHRASEBOOKS)] == []

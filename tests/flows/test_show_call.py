from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from rich.console import Console

from flows.show_call import clock, show_call
from pipeline.call import (
    CallMetadata,
    ModelVersions,
    Purpose,
    Recording,
    Role,
    TalkMetrics,
    Transcript,
    Turn,
    Word,
)
from pipeline.checks import PhraseCheck
from pipeline.finding import (
    Evidence,
    Finding,
    InspectedCall,
    Outcome,
    PhrasebookVersion,
    Scorecard,
)
from pipeline.messages import LANGUAGES, Language
from pipeline.patterns import Pattern, PhraseSet
from pipeline.rules import Kind, Phrasebook, Rule, Source

NO_PATTERNS: tuple[Pattern, ...] = ()
BOOK = Phrasebook(
    id="orange-tree",
    version="2026.1",
    title="规范",
    language="zh",
    sha256="b" * 64,
    rules=(
        Rule(
            "zh.T10.improper",
            "不清楚的问题",
            Kind.FORBIDDEN,
            PhraseCheck(PhraseSet(NO_PATTERNS)),
            sources=(Source("002.txt", 137, "我不知道"),),
        ),
        Rule("zh.closing.thanks", "结束语", Kind.REQUIRED, PhraseCheck(PhraseSet(NO_PATTERNS))),
    ),
)
WORDS = tuple(Word(c, 61.0 + n, 62.0 + n, 0.9) for n, c in enumerate("我不知道"))
CALL = InspectedCall(
    recording=Recording(
        path="in/c-1.wav",
        audio_sha256="a" * 64,
        duration_s=83.25,
        channels=2,
        sample_rate_hz=8000,
        codec="pcm_alaw",
        warnings=(("audio.truncated", {"declared_s": 90.0, "decoded_s": 83.25}),),
    ),
    metadata=CallMetadata("c-1", "zh", Purpose.CALLBACK, agent_id="A101", agent_name="李老师"),
    models=ModelVersions("asr@1", "seg@2", "emb@3"),
    phrasebook=PhrasebookVersion("orange-tree", "2026.1", "b" * 64),
    transcript=Transcript(
        language="zh",
        turns=(
            Turn(0, "channel-0", Role.AGENT, 0.75, 61.0, 65.0, "我不知道", WORDS),
            Turn(1, "channel-1", Role.CUSTOMER, 0.99, 66.0, 67.0, "好的"),
        ),
        spans=(),
        duration_s=83.25,
    ),
    metrics=TalkMetrics(4.0, 1.0, 70.0, 61.0, 0.0, None),
    findings=(
        Finding(
            rule_id="zh.T10.improper",
            outcome=Outcome.VIOLATED,
            probability=0.93,
            points=Decimal("-1.0"),
            severity="minor",
            evidence=(Evidence(0, 61.0, 65.0, "我不知道", "我不知道", 100.0, 100.0),),
            suggestion="我可以帮您询问一下",
            source="002.txt:137",
        ),
        Finding(
            rule_id="zh.closing.thanks",
            outcome=Outcome.NOT_ASSESSABLE,
            probability=0.5,
            points=Decimal(0),
            severity="minor",
            evidence=(),
            suggestion=None,
            source=None,
            reason="judging.unsure_role",
        ),
        Finding("zh.x", Outcome.CLEAR, 1.0, Decimal(0), "minor", (), None, None),
    ),
    scorecard=Scorecard(Decimal("99.00"), Decimal("100.00"), passed=True),
)


def _shown(call: InspectedCall, language: Language, *, book: Phrasebook = BOOK) -> str:
    """What a pipe would read."""
    console = Console(file=io.StringIO(), width=160, highlight=False)
    show_call(call, book, language, console=console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_moments_are_minutes_seconds_and_tenths() -> None:
    assert [clock(0.0), clock(9.96), clock(83.25), clock(3600.0)] == [
        "0:00.0",
        "0:10.0",
        "1:23.2",  # 832.5 tenths, half to even
        "60:00.0",
    ]


def test_a_finding_is_shown_with_all_it_rests_on() -> None:
    text = _shown(CALL, "en")
    rows = text.splitlines()
    head = next(n for n, line in enumerate(rows) if line.startswith("violated"))
    shown = "\n".join(rows[head : head + 6])
    for told in (
        "Should not happen: 不清楚的问题  −1 points  zh.T10.improper",
        '1:01.0: heard "我不知道", as in the phrasebook',
        "93 % sure: the very words of the phrasebook",
        "Better: 我可以帮您询问一下",
        'The norm\'s own words: "我不知道" (002.txt:137)',
    ):
        assert told in shown


def test_flagged_words_are_marked_in_the_transcript_without_any_colour() -> None:
    text = _shown(CALL, "zh")
    assert "[!我不知道!]" in text
    assert "\x1b" not in text


def test_an_uncertain_role_says_how_certain_it_is_and_a_certain_one_does_not() -> None:
    text = _shown(CALL, "en")
    assert "agent 75%" in text
    assert "99%" not in text


def test_what_could_not_be_judged_is_listed_with_its_reason() -> None:
    text = _shown(CALL, "zh")
    assert "无法判定（不计分，也不扣分）" in text
    assert "说话人不确定，无法判定。" in text


def test_warnings_of_the_recording_are_told() -> None:
    assert "90" in _shown(CALL, "es").split("Avisos de la grabación")[1]


def test_the_score_says_whether_it_is_enough() -> None:
    assert "99 / 100  合格" in _shown(CALL, "zh")
    failed = replace(CALL, scorecard=Scorecard(Decimal("70"), Decimal("100"), passed=False))
    assert "70 / 100  不合格" in _shown(failed, "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_missing_in_any_language(language: Language) -> None:
    assert "show." not in _shown(CALL, language)


def test_a_language_without_rules_is_only_transcribed() -> None:
    empty = replace(CALL, findings=())
    book = Phrasebook("none", "0", "", "en", "c" * 64, ())
    text = _shown(empty, "en", book=book)
    assert "No rules for this language" in text
    assert "Findings" not in text


def test_a_call_without_words_says_so() -> None:
    silent = replace(CALL, transcript=replace(CALL.transcript, turns=()), findings=())
    assert "(no words were heard)" in _shown(silent, "en")

"""A call that is said to be silent is one in which judging it finds nothing; every dialogue that
stands beside the rules as a test is looked at, also as it might be misheard.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

import phrasebooks
from pipeline.call import CallMetadata, Purpose, Role
from pipeline.dialogue import build_transcript
from pipeline.judging import judge
from pipeline.phrasebook import load_phrasebook
from pipeline.rule_digest import book_of_rules
from pipeline.rules import Line
from pipeline.talk import measure_talk
from pipeline.unsaid import BriefTurn, make_sieve

BOOKS = Path(next(iter(phrasebooks.__path__)))
ANNOUNCED = Line(Role.AGENT, "欢迎致电，您的通话将被录音")


@pytest.fixture(scope="module")
def book():
    return load_phrasebook(BOOKS, language="zh")


@pytest.fixture(scope="module")
def dialogues(book):
    """As they stand, with a recorded voice before them, and with doubtful words and speakers."""
    draw = random.Random(3)
    found = [test.lines for rule in book.rules for test in rule.tests]
    some = draw.sample(found, 120)
    announced = [(ANNOUNCED, *lines) for lines in some[:25]]
    doubtful = [tuple(doubt(line, draw) for line in lines) for lines in some[:60]]
    return [*some, *announced, *doubtful]


def doubt(line: Line, draw: random.Random) -> Line:
    text = "".join(c for c in line.text if draw.random() > 0.04)  # a character in 25 is lost
    return replace(
        line,
        text=text or line.text,
        role_probability=draw.choice((0.99, 0.75, 0.6)),
        word_probability=draw.choice((0.95, 0.5, 0.2)),
    )


def brief(transcript) -> tuple[BriefTurn, ...]:
    return tuple(
        BriefTurn(
            t.role, t.role_probability, t.text, min((w.probability for w in t.words), default=1.0)
        )
        for t in transcript.turns
    )


def rule_ids(book, *kinds: str) -> list[str]:
    return [r.id for r in book.rules if type(r.check).__name__ in kinds]


@pytest.mark.parametrize("which", ["buck_passing", "occasion", "steps", "sequence", "several"])
def test_a_silent_call_is_judged_as_by_the_rules_themselves(book, dialogues, which):
    draw = random.Random(which)
    able = [r.id for r in book.rules if make_sieve(book_of_rules(book, frozenset({r.id})))]
    chosen = {
        "buck_passing": {"zh.buck_passing"},
        "occasion": {r.id for r in book.rules if r.occasion and r.id in able},
        "steps": {draw.choice([i for i in rule_ids(book, "StepsCheck") if i in able])},
        "sequence": {*rule_ids(book, "SequenceCheck")},
        "several": {*draw.sample(able, 4)},
    }[which]
    judged = book_of_rules(book, frozenset(chosen))
    sieve = make_sieve(judged)
    assert sieve is not None
    transcripts = [build_transcript(lines, "zh") for lines in dialogues]
    silent = sieve.silent([brief(t) for t in transcripts])
    assert sum(silent) > len(silent) / 4  # it is worth the trouble
    for at, transcript in enumerate(transcripts):
        metadata = CallMetadata(f"c{at}", language="zh", purpose=draw.choice([None, *Purpose]))
        if silent[at]:
            assert sieve.findings(metadata) == judge(
                transcript,
                metadata=metadata,
                metrics=measure_talk(transcript),
                phrasebook=judged,
            )


def test_rules_that_tell_what_is_missing_or_measure_look_at_every_call(book):
    required = next(r.id for r in book.rules if r.kind.value == "required")
    measured = rule_ids(book, "LimitCheck", "HoldCheck")
    for rule_id in (required, *measured):
        assert make_sieve(book_of_rules(book, frozenset({rule_id}))) is None


def test_nothing_is_silent_where_nobody_or_somebody_unknown_speaks(book):
    sieve = make_sieve(book_of_rules(book, frozenset({"zh.buck_passing"})))
    asked = BriefTurn(Role.CUSTOMER, 0.99, "几点上课", 1.0)
    answered = BriefTurn(Role.AGENT, 0.99, "三点", 1.0)
    calls = [
        [asked, answered],
        [asked],
        [],
        [asked, replace(answered, role=Role.UNKNOWN)],
        [asked, replace(answered, least_p=0.1)],
        [asked, replace(answered, text="不归我们管")],
        [
            asked,
            replace(answered, text="不归", role_probability=0.9),
            replace(answered, text="我管"),
        ],
    ]
    assert sieve.silent(calls) == [True, False, False, False, False, False, False]

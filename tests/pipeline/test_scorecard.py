from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from phrasebook_examples import book_of

from pipeline.finding import Finding, Outcome
from pipeline.rules import Phrasebook
from pipeline.scorecard import score

RULES = """
[[rule]]
id = "a.forbidden"
title = "甲"
kind = "forbidden"
points = -2.5
phrases = '我不知道'
[[rule]]
id = "b.credit"
title = "乙"
kind = "credit"
points = 0.5
phrases = '麻烦您了'
[[rule]]
id = "c.fatal"
title = "丙"
kind = "forbidden"
points = -10
fatal = true
phrases = '他妈的'
"""


@pytest.fixture
def book(tmp_path: Path) -> Phrasebook:
    return book_of(tmp_path, RULES)


def finding(rule_id: str, outcome: Outcome, points: str = "0") -> Finding:
    return Finding(rule_id, outcome, 0.9, Decimal(points), "minor", (), None, None)


def test_a_call_without_findings_has_all_points(book: Phrasebook) -> None:
    card = score([], phrasebook=book)
    assert (card.points, card.points_possible, card.passed) == (Decimal(100), Decimal(100), True)


def test_faults_take_their_points_exactly(book: Phrasebook) -> None:
    card = score([finding("a.forbidden", Outcome.VIOLATED, "-2.5")], phrasebook=book)
    assert card.points == Decimal("97.50")


def test_credits_make_good_for_faults_but_never_exceed_what_is_possible(book: Phrasebook) -> None:
    fault = finding("a.forbidden", Outcome.VIOLATED, "-2.5")
    credit = finding("b.credit", Outcome.MET, "0.5")
    assert score([fault, credit], phrasebook=book).points == Decimal(98)
    assert score([credit], phrasebook=book).points == Decimal(100)


def test_what_cannot_be_assessed_counts_neither_way(book: Phrasebook) -> None:
    card = score([finding("a.forbidden", Outcome.NOT_ASSESSABLE)], phrasebook=book)
    assert (card.points, card.points_possible) == (Decimal("97.50"), Decimal("97.50"))
    credit = score([finding("b.credit", Outcome.NOT_ASSESSABLE)], phrasebook=book)
    assert credit.points_possible == Decimal(100)


def test_a_fatal_fault_leaves_nothing(book: Phrasebook) -> None:
    card = score([finding("c.fatal", Outcome.VIOLATED, "-10")], phrasebook=book)
    assert (card.points, card.passed) == (Decimal(0), False)


def test_the_pass_mark_is_a_share_of_what_is_possible(book: Phrasebook) -> None:
    strict = replace(book, pass_mark=Decimal(98))
    fault = finding("a.forbidden", Outcome.VIOLATED, "-2.5")
    assert not score([fault], phrasebook=strict).passed
    assert score([fault], phrasebook=book).passed


def test_credits_together_are_limited(book: Phrasebook) -> None:
    modest = replace(book, most_credit=Decimal("0.5"))
    fault = finding("a.forbidden", Outcome.VIOLATED, "-2.5")
    credit = finding("b.credit", Outcome.MET, "2")
    assert score([fault, credit], phrasebook=modest).points == Decimal(98)

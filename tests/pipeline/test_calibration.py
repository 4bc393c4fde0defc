"""Sessions dealt, answers understood, the report by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import phrasebooks
from pipeline.agreement.ratings import MACHINE
from pipeline.calibration import (
    CATEGORIES,
    Card,
    category_of,
    choices,
    choose_repeats,
    deal,
    machine_answer,
    points_of,
)
from pipeline.calibration_report import Answer, report_session
from pipeline.finding import Outcome
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Kind, Rule

BOOK = load_phrasebook(Path(next(iter(phrasebooks.__path__))), language="zh")
RULES = {rule.id: rule for rule in BOOK.rules}
T10, BUCK = RULES["zh.T10.improper"], RULES["zh.buck_passing"]


def _cards(calls: int, repeats: tuple[int, ...] = ()) -> tuple[Card, ...]:
    first = [Card(n, f"c{n}") for n in range(calls)]
    return (*first, *(Card(calls + k, f"c{of}", of) for k, of in enumerate(repeats)))


@given(st.integers(3, 12), st.integers(0, 4), st.integers(0, 500), st.sampled_from("abcd"))
def test_a_repeat_comes_later_and_never_at_once(
    calls: int, repeats: int, seed: int, rater: str
) -> None:
    cards = _cards(calls, choose_repeats(calls, repeats=min(repeats, 1), seed=seed))
    order = deal(cards, seed=seed, rater=rater)
    assert sorted(c.call_no for c in order) == list(range(len(cards)))
    place = {card.call_no: n for n, card in enumerate(order)}
    for card in cards:
        if card.repeat_of is not None:
            assert place[card.call_no] > place[card.repeat_of] + 1


def test_each_rater_hears_another_order_and_always_the_same() -> None:
    cards = _cards(8, (2,))
    orders = {rater: deal(cards, seed=5, rater=rater) for rater in "abcd"}
    assert len(set(orders.values())) == 4
    assert deal(cards, seed=5, rater="a") == orders["a"]


def test_a_single_call_can_come_twice() -> None:
    assert [c.call_no for c in deal(_cards(1, (0,)), seed=1, rater="a")] == [0, 1]


def test_answers_are_compared_as_faults_whatever_the_kind() -> None:
    assert choices(Kind.FORBIDDEN)[:2] == (Outcome.VIOLATED, Outcome.CLEAR)
    assert choices(Kind.REQUIRED)[:2] == (Outcome.MET, Outcome.MISSED)
    assert category_of(Outcome.MISSED) == category_of(Outcome.VIOLATED) == "fault"
    assert category_of(Outcome.MET) == category_of(Outcome.CLEAR) == "fine"
    assert {category_of(outcome) for outcome in Outcome} == set(CATEGORIES)
    assert machine_answer(Outcome.NOT_APPLICABLE, Kind.CREDIT) is Outcome.MISSED
    assert machine_answer(Outcome.NOT_APPLICABLE, Kind.FORBIDDEN) is Outcome.NOT_APPLICABLE


def test_points_follow_the_rule() -> None:
    assert points_of(Outcome.VIOLATED, T10) == T10.points
    assert points_of(Outcome.CLEAR, T10) == 0
    credit = next(rule for rule in BOOK.rules if rule.kind is Kind.CREDIT and rule.points)
    assert points_of(Outcome.MET, credit) == credit.points
    assert points_of(Outcome.MISSED, credit) == 0


def _said(rater: str, rule: Rule, *outcomes: Outcome | None) -> list[Answer]:
    return [Answer(rater, n, rule.id, o) for n, o in enumerate(outcomes) if o is not None]


V, C = Outcome.VIOLATED, Outcome.CLEAR


def test_the_report_of_a_session_by_hand() -> None:
    """Six calls, the first of them twice; Li, Wang and the machine; Wang leaves one call out."""
    cards = _cards(6, (0,))
    answers = [
        *_said("li", T10, V, V, C, C, V, C, C),  # call 0 again: now clear
        *_said("wang", T10, V, C, C, C, None, C, V),
        *_said(MACHINE, T10, V, V, C, C, V, C, V),
        *_said("li", BUCK, C, C, C, C, C, C, C),
        *_said("wang", BUCK, C, C, C, C, C, C, C),
        *_said(MACHINE, BUCK, C, C, C, C, C, C, C),
    ]
    report = report_session(cards, [T10, BUCK], answers, raters=["li", "wang"])
    t10, buck = report.items
    # pairs that agree: calls 0, 2, 3, 5: all; call 1: one of three; call 4: the only one
    assert t10.rule_id == T10.id
    assert t10.raw.value == pytest.approx((4 + 1 / 3 + 1) / 6)
    assert t10.split == (1,)
    assert buck.alpha.fault == "one_category"
    assert buck.ac1.value == pytest.approx(1.0)
    # over both items: Li and the machine agree on all 12, Wang differs from each once in 11
    li_machine = report.pairs["li", MACHINE]
    assert li_machine.value == pytest.approx(1.0)
    # kappa of Li and Wang: Li sees 2 faults in the 11 that both judged, Wang 1, together 1
    chance = (2 * 1 + 9 * 10) / 121
    assert report.pairs["li", "wang"].value == pytest.approx((10 / 11 - chance) / (1 - chance))
    # strictness of Wang: 1 fault in 11 against 2 in 11 of the others
    assert report.strict["wang"].value == pytest.approx(-1 / 11)
    steady = {s.rater: (s.same, s.pairs) for s in report.steady}
    assert steady == {"li": (1, 2), "wang": (2, 2)}
    assert report.missing == (("wang", 4, T10.id),)


def test_a_session_without_answers_is_a_report_without_numbers() -> None:
    report = report_session(_cards(3), [T10], [], raters=["li", "wang"])
    assert report.items[0].alpha.fault == "no_ratings"
    assert report.scores.fault == "no_ratings"
    assert len(report.missing) == 6

"""The ten-point ledger of 001:40–48, by hand."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from pipeline.ledger import (
    Item,
    LedgerRules,
    Level,
    Posting,
    deduction,
    effect_of,
    reversal_credit,
    state_month,
)

RULES = LedgerRules()


def costs(item, rules=RULES):
    return [deduction(item, times, rules=rules) for times in range(7)]


def test_complaints_about_attitude_cost_one_each_then_five_then_ten():
    """001:46 每次扣1分，达到3次的扣5分，达到5次的，扣10分; a tier stands for all before it."""
    assert costs(Item.ATTITUDE) == [0, 1, 2, 5, 5, 10, 10]


def test_tiers_may_come_on_top():
    # 3: 3 + 5; 4: 4 + 5; 5: 5 + 5 + 10
    assert costs(Item.ATTITUDE, LedgerRules(tiers_add=True)) == [0, 1, 2, 8, 9, 20, 21]


def test_between_tiers_each_may_go_on():
    assert costs(Item.ATTITUDE, LedgerRules(each_beyond_tier=True)) == [0, 1, 2, 5, 6, 10, 11]


def test_complaints_about_slow_answers_cost_nothing_before_the_third():
    """001:45 达到3次的，扣5分，达到5次的，扣10分."""
    assert costs(Item.SLOW) == [0, 0, 0, 5, 5, 10, 10]
    assert costs(Item.SLOW, LedgerRules(tiers_add=True)) == [0, 0, 0, 5, 5, 15, 15]


@pytest.mark.parametrize(
    ("item", "times", "points"),
    [
        (Item.LATE, 3, D("1.5")),  # 001:42 一次0。5分
        (Item.ABSENT, 2, D(4)),
        (Item.TRUANT, 1, D(5)),
        (Item.LEAVE, 4, D(0)),  # four a month are free
        (Item.LEAVE, 6, D(4)),
        (Item.OFFLINE, 2, D(0)),  # 001:44 每月累计3次
        (Item.OFFLINE, 3, D(5)),
        (Item.OFFLINE, 6, D(5)),
    ],
)
def test_the_other_items_cost_what_the_document_says(item, times, points):
    assert deduction(item, times, rules=RULES) == points


def test_being_offline_may_cost_every_third_time():
    assert deduction(Item.OFFLINE, 6, rules=LedgerRules(repeat_offline=True)) == 10


def test_points_are_exact():
    statement = state_month([Posting(Item.LATE)] * 3, rules=RULES)
    assert statement.points == D("8.5")
    assert str(statement.points) == "8.5"


@pytest.mark.parametrize(
    ("late", "left", "level"),
    [
        (9, D("5.5"), Level.NONE),
        (10, D("5.0"), Level.WARNING),  # 等于或低于5分
        (15, D("2.5"), Level.WARNING),
        (16, D("2.0"), Level.PENALTY),  # 等于或低于2分
        (30, D("0"), Level.PENALTY),  # not below zero
    ],
)
def test_five_points_warn_and_two_punish(late, left, level):
    statement = state_month([Posting(Item.LATE, late)], rules=RULES)
    assert (statement.points, statement.level) == (left, level)


def test_without_a_floor_points_go_below_zero():
    statement = state_month([Posting(Item.TRUANT, 3)], rules=LedgerRules(floor_at_zero=False))
    assert statement.points == -5


def test_what_a_person_decides_counts_as_decided():
    postings = [Posting(Item.UNFINISHED, 1, D("0.5")), Posting(Item.UNFINISHED, 1, D(1))]
    statement = state_month(postings, rules=RULES)
    assert statement.points == D("8.5")
    assert [(line.times, line.points) for line in statement.lines] == [(2, D("1.5"))]


def test_a_correction_gives_back_and_never_more_than_the_start():
    given = [Posting(Item.TRUANT), Posting(Item.CORRECTION, 1, D(-3))]
    assert state_month(given, rules=RULES).points == 8
    assert state_month([Posting(Item.CORRECTION, 1, D(-3))], rules=RULES).points == 10


def test_three_months_in_a_row_are_a_streak_and_a_better_one_ends_it():
    rules = LedgerRules(streak_at=D(5))
    low = [Posting(Item.TRUANT)]  # 5 left
    third = state_month(low, rules=rules, earlier=[D(5), D("4.5"), D(9)])
    assert (third.streak, third.level) == (3, Level.SEVERE)
    second = state_month(low, rules=rules, earlier=[D(5), D(9), D(1)])
    assert (second.streak, second.level) == (2, Level.WARNING)
    assert state_month([], rules=rules, earlier=[D(1), D(1)]).streak == 0


def test_the_documents_58_leads_to_nothing_unless_it_is_turned_on():
    """58 cannot be on a scale of ten: every month would be at or below it."""
    assert state_month([], rules=RULES, earlier=[D(0), D(0)]).level is Level.NONE
    literal = LedgerRules(streak_at=D(58))
    assert state_month([], rules=literal, earlier=[D(10), D(10)]).level is Level.SEVERE


def test_a_proposal_shows_what_one_more_costs():
    assert [effect_of(Item.ATTITUDE, before, rules=RULES) for before in range(5)] == [1, 1, 3, 0, 5]


def test_taking_one_back_gives_what_the_month_would_have_cost_less():
    assert reversal_credit(3, 1, Item.ATTITUDE, rules=RULES) == 3  # 5 - 2
    assert reversal_credit(4, 1, Item.ATTITUDE, rules=RULES) == 0  # 5 - 5
    assert reversal_credit(1, 1, Item.ATTITUDE, rules=RULES) == 1

from __future__ import annotations

import random
from fractions import Fraction
from math import comb
from statistics import NormalDist

import pytest

from pipeline.comparison import (
    Mean,
    Share,
    binomial_tail,
    chi_square_above,
    compare_means,
    compare_shares,
)


@pytest.mark.parametrize(
    ("value", "freedom"),
    # critical values at 0.05 of any printed table of chi-square
    [(3.841, 1), (5.991, 2), (7.815, 3), (18.307, 10), (43.773, 30), (124.342, 100)],
)
def test_chi_square_agrees_with_printed_tables(value, freedom):
    assert chi_square_above(value, freedom) == pytest.approx(0.05, abs=2e-5)


def test_two_shares_by_hand():
    # 40 of 100 and 20 of 100: overall 0.3, variance of each 0.3 * 0.7 / 100 = 0.0021,
    # Q = 2 * 0.1^2 / 0.0021 = 9.5238; weights 476.19, total 952.38, less half of it: 476.19;
    # spread^2 = 8.5238 / 476.19 = 0.0179; kept = 0.0179 / 0.02 = 0.895
    found = compare_shares([Share("a", 40, 100), Share("b", 20, 100)])
    assert found is not None
    assert found.overall == pytest.approx(0.3)
    assert found.spread**2 == pytest.approx(0.0179)
    # two-sided normal probability of 3.0861 standard deviations
    assert found.chance == pytest.approx(0.00203, abs=1e-5)
    assert [group.shrunk for group in found.groups] == pytest.approx([0.3895, 0.2105])
    assert [group.standing for group in found.groups] == ["higher", "lower"]


def test_three_calls_are_no_ranking():
    found = compare_shares([Share("a", 0, 3), Share("b", 1, 3), Share("c", 2, 3)])
    assert found is not None
    assert not found.differs
    assert {group.standing for group in found.groups} == {"same"}
    # variance 2/27 each, Q = 2 * (1/9) / (2/27) = 3, weights 27/2; spread^2 = 1 / 27, kept = 1/3
    assert [group.shrunk for group in found.groups] == pytest.approx([2 / 9, 1 / 3, 4 / 9])


def test_the_exact_binomial_by_hand():
    assert binomial_tail(2, 2, 0.25) == pytest.approx(1 / 16)
    assert binomial_tail(0, 3, 0.5) == pytest.approx(1 / 8)
    assert binomial_tail(3, 4, 0.5) == pytest.approx(5 / 16)  # 4 of 4 or 3 of 4: (1 + 4) / 16
    assert binomial_tail(5, 5, 1.0) == 1.0


@pytest.mark.parametrize("hits", [0, 1, 17, 18, 19, 40, 60])
def test_a_tail_is_the_sum_of_its_terms_in_exact_fractions(hits):
    share, trials = Fraction(3, 10), 60
    numbers = range(hits, trials + 1) if hits > trials * share else range(hits + 1)
    exact = sum(comb(trials, n) * share**n * (1 - share) ** (trials - n) for n in numbers)
    assert binomial_tail(hits, trials, 0.3) == pytest.approx(float(exact), rel=1e-12)


def test_the_tail_of_very_many_is_that_of_the_normal_distribution():
    trials, share = 10**8, 0.25
    hits = round(trials * share + 2 * (trials * share * (1 - share)) ** 0.5)
    beyond = 1 - NormalDist().cdf(2.0)
    assert binomial_tail(hits, trials, share) == pytest.approx(beyond, rel=1e-3)


def test_two_calls_of_two_are_not_yet_a_habit():
    found = compare_shares([Share("new", 2, 2), Share("others", 1, 9)])
    assert found is not None
    # 3 of 11 altogether, so that two of two come by chance in (3/11)^2 = 0.074
    assert found.differs
    assert [group.standing for group in found.groups] == ["same", "same"]


def test_few_calls_are_drawn_to_the_mean_more_than_many():
    groups = [Share("many", 300, 1000), Share("few", 3, 10), Share("rest", 100, 1000)]
    found = compare_shares(groups)
    assert found is not None
    many, few, _ = found.groups
    assert many.value == few.value == 0.3
    assert found.overall < few.shrunk < many.shrunk < 0.3
    assert few.standing == "same"
    assert many.standing == "higher"


def test_two_means_by_hand():
    # deviation 10 in both, 25 calls each: variance 4; overall 90; Q = 2 * 5^2 / 4 = 12.5;
    # weights 1/4, total 1/2 less 1/4 = 1/4; spread^2 = 11.5 / 0.25 = 46; kept = 46 / 50 = 0.92
    found = compare_means([Mean("a", 25, 95.0, 10.0), Mean("b", 25, 85.0, 10.0)])
    assert found is not None
    assert found.spread**2 == pytest.approx(46)
    assert [group.shrunk for group in found.groups] == pytest.approx([94.6, 85.4])
    # 95 +- 1.96 * 2
    assert found.groups[0].low == pytest.approx(91.08, abs=0.001)
    assert [group.standing for group in found.groups] == ["higher", "lower"]


def test_nothing_and_one_group_and_no_spread():
    assert compare_shares([]) is None
    assert compare_means([Mean("a", 0, 0.0, 0.0)]) is None
    alone = compare_shares([Share("a", 1, 2)])
    assert alone is not None
    assert (alone.chance, alone.groups[0].standing) == (1.0, "same")
    equal = compare_means([Mean("a", 2, 100.0, 0.0), Mean("b", 2, 100.0, 0.0)])
    assert equal is not None
    assert not equal.differs


def test_equal_agents_are_seldom_told_apart():
    # 400 months of 20 agents who are all the same: in about 5 % of them anybody stands out
    draw, told = random.Random(11), 0
    for _ in range(400):
        groups = [Share(str(n), sum(draw.random() < 0.2 for _ in range(40)), 40) for n in range(20)]
        found = compare_shares(groups)
        assert found is not None
        told += any(group.standing != "same" for group in found.groups)
    assert told <= 400 * 0.08  # three standard errors above 5 %

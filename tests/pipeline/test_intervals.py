"""Wilson's interval and what is made of intervals."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from pipeline.intervals import Interval, add, scale, share_of, wilson


@pytest.mark.parametrize(("hits", "trials"), [(81, 263), (15, 148), (0, 20), (1, 29), (29, 29)])
def test_wilson_is_that_of_newcombe_1998_and_of_scipy(hits: int, trials: int) -> None:
    # Newcombe 1998, table I, method 3: 81/263 gives 0.2553-0.3662, 15/148 gives 0.0624-0.1605,
    # 0/20 gives 0-0.1611, 1/29 gives 0.0061-0.1718
    published = {81: (0.2553, 0.3662), 15: (0.0624, 0.1605), 0: (0.0, 0.1611), 1: (0.0061, 0.1718)}
    found = wilson(hits, trials)
    assert found is not None
    if hits in published:
        assert found == pytest.approx(published[hits], abs=5e-5)
    other = binomtest(hits, trials).proportion_ci(method="wilson")
    assert found == pytest.approx((other.low, other.high), abs=1e-9)


def test_no_trial_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_the_sum_of_independent_terms_adds_squares_of_their_halves() -> None:
    # halves 3 and 4 make 5
    found = add(Interval(10, 7, 13), Interval(20, 16, 24))
    assert found == Interval(30, 25, 35)
    assert add() == Interval(0, 0, 0)
    assert scale(Interval(2, 1, 3), 20) == Interval(40, 20, 60)


def test_a_share_of_amounts_lies_within_0_and_1() -> None:
    assert share_of(Interval(0, 0, 0), Interval(0, 0, 0)) is None
    certain = share_of(Interval(30, 30, 30), Interval(10, 10, 10))
    assert certain is not None
    assert (certain.low, certain.value, certain.high) == pytest.approx((0.75, 0.75, 0.75))
    half_sure = share_of(Interval(30, 30, 30), Interval(10, 5, 20))
    assert half_sure is not None
    assert (half_sure.low, half_sure.high) == pytest.approx((0.6, 30 / 35))
    none = share_of(Interval(0, 0, 4), Interval(10, 4, 20))
    assert none is not None
    assert (none.value, none.low, none.high) == (0.0, 0.0, 0.5)
    unbounded = share_of(Interval(3, 0, 8), Interval(10, 4, 20))
    assert unbounded is not None
    assert unbounded.low == 0.0

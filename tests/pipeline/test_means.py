"""Means and differences with their intervals, against printed tables."""

from __future__ import annotations

import pytest

from pipeline.intervals import difference, mean_of, share


@pytest.mark.parametrize(
    ("free", "quantile"),  # 0.975 of Student's distribution, as every table of it has them
    [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (30, 2.042), (120, 1.980)],
)
def test_the_interval_of_a_mean_is_students(free: int, quantile: float):
    # n values: half of them 0, half 2 (or one more 0): the half width is t s / sqrt n
    count = free + 1
    ones = count // 2
    total, squares = 2.0 * ones, 4.0 * ones
    mean = total / count
    spread = (squares - count * mean**2) / free
    found = mean_of(count, total, squares)
    assert found is not None
    assert found.value == pytest.approx(mean)
    assert found.high - mean == pytest.approx(quantile * (spread / count) ** 0.5, rel=2e-4)


def test_one_to_five_have_the_mean_three():
    found = mean_of(5, 15.0, 55.0)
    assert found is not None
    # 3 -+ 2.776 * 1.5811 / sqrt 5
    assert (found.low, found.high) == (
        pytest.approx(1.037, abs=1e-3),
        pytest.approx(4.963, abs=1e-3),
    )


@pytest.mark.parametrize(("count", "total", "squares"), [(0, 0, 0), (1, 97, 9409), (3, 300, 30000)])
def test_where_nothing_tells_the_spread_there_is_no_interval(
    count: int, total: float, squares: float
):
    assert mean_of(count, total, squares) is None


def test_the_difference_of_two_shares_is_newcombes():
    # Newcombe 1998, example (a), method 10: 56/70 and 48/80 give 0.0524 to 0.3339
    first, second = share(56, 70), share(48, 80)
    assert first is not None
    assert second is not None
    found = difference(first, second)
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == (
        pytest.approx(0.0524, abs=1e-4),
        pytest.approx(0.3339, abs=1e-4),
    )

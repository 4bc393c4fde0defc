"""Strictness, drift and steadiness: by hand."""

from __future__ import annotations

import numpy as np
import pytest
from rating_tables import of_codes

from pipeline.agreement.raters import drift, steadiness, strictness
from pipeline.agreement.ratings import MACHINE, Rating, group_calls, tabulate
from pipeline.agreement.tally import estimate, value_of


def test_strictness_is_the_difference_to_the_others_on_the_same_units() -> None:
    # r0 sees a fault (a) in 3 of 4; the others in 1, 1/2, 0 and 0 of the same: 3/4 - 3/8
    table = of_codes(np.array([[0, 0, 0], [0, 0, 1], [0, 1, 1], [1, 1, 1], [0, -1, -1]]),
                     categories=2)  # fmt: skip
    assert value_of(strictness(table, "r0", faults={"a"})) == pytest.approx(3 / 8)
    # r1: faults in 2 of 4; r0 and r2 together 1, 1/2, 1/2, 0
    assert value_of(strictness(table, "r1", faults={"a"})) == pytest.approx(0.0)


def test_the_machine_is_a_rater_like_any_other() -> None:
    told = [Rating(MACHINE, f"c{n}", "zh.T10.improper", "violated") for n in range(8)]
    told += [Rating("li", f"c{n}", "zh.T10.improper", "clear") for n in range(8)]
    told += [Rating("wang", f"c{n}", "zh.T10.improper", "clear") for n in range(4)]
    table = tabulate(told, categories=("violated", "clear"))
    assert value_of(strictness(table, MACHINE, faults={"violated"})) == pytest.approx(1.0)


def test_a_rater_who_grows_stricter_month_by_month_drifts() -> None:
    # in month m of 0-3 the rater sees a fault in 3 m of 12 calls and the other in none: slope 1/4
    codes = np.array(
        [[0 if place < 3 * month else 1, 1] for month in range(4) for place in range(12)]
    )
    table = of_codes(codes, categories=2)
    months = {call: number // 12 for number, (call, _) in enumerate(table.units)}
    tally = drift(table, "r0", faults={"a"}, months=months)
    assert value_of(tally) == pytest.approx(0.25)
    found = estimate(tally, group_calls(table.units))
    assert found.low is not None
    assert found.low > 0


def test_one_month_alone_shows_no_drift() -> None:
    table = of_codes(np.array([[0, 1], [1, 1]]), categories=2)
    tally = drift(table, "r0", faults={"a"}, months={"c0000": 5, "c0001": 5})
    assert tally.fault == "one_month"
    assert value_of(tally) is None


def test_steadiness_counts_what_was_said_twice() -> None:
    pairs = [("li", "a", "a"), ("li", "a", "b"), ("wang", "b", "b")]
    li, wang, chen = steadiness(pairs, ["li", "wang", "chen"])
    assert (li.same, li.pairs) == (1, 2)
    assert (wang.same, wang.pairs, wang.high) == (1, 1, 1.0)
    assert (chen.pairs, chen.low) == (0, None)


def test_a_value_that_is_no_category_and_a_double_rating_are_refused() -> None:
    with pytest.raises(ValueError, match="not a category"):
        tabulate([Rating("li", "c", "i", "maybe")], categories=("a", "b"))
    with pytest.raises(ValueError, match="rated twice"):
        tabulate([Rating("li", "c", "i", "a")] * 2, categories=("a", "b"))

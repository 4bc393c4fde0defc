"""Where squares and dots lie."""

from __future__ import annotations

import pytest

from console.calibration_charts import draw_dots, draw_squares
from pipeline.agreement.tally import Estimate


def test_every_two_raters_have_a_square_and_what_is_not_known_a_dash() -> None:
    plot = draw_squares(["li", "wang", "机器"], {("li", "wang"): 0.5, ("li", "机器"): None})
    texts = [square.text for square in plot.squares]
    assert texts == ["1.00", "0.50", "—", "0.50", "1.00", "—", "—", "—", "1.00"]
    assert {square.shade for square in plot.squares} == {4, 2, -1}


def test_the_axis_begins_at_minus_one_only_where_something_lies_below_zero() -> None:
    above = Estimate(0.5, 0.0, 1.0, 10, 10)
    below = Estimate(0.5, -0.2, 1.0, 10, 10)
    unknown = Estimate(None, None, None, 0, 0, "no_ratings")
    plot = draw_dots([("a", above), ("b", unknown)])
    assert plot.ticks[0][1] == "0.0"
    first, second = plot.dots
    assert first.x == pytest.approx((plot.ticks[0][0] + plot.ticks[-1][0]) / 2)  # half-way
    assert (first.low, first.high) == (plot.ticks[0][0], plot.ticks[-1][0])
    assert (second.x, second.text) == (None, "—")
    assert draw_dots([("a", below)]).ticks[0][1] == "-1.0"

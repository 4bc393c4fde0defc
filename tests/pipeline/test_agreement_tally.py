"""Bootstrap intervals: how often they cover the truth, and what they say when they cannot."""

from __future__ import annotations

import numpy as np
import pytest
from rating_tables import from_joint, of_codes

from pipeline.agreement.coefficients import cohen_kappa, raw_agreement
from pipeline.agreement.ratings import Ratings, group_calls
from pipeline.agreement.scores import intraclass
from pipeline.agreement.tally import estimate


def _draw(rng: np.random.Generator, calls: int, per_call: int) -> Ratings:
    """Two raters who each err in a tenth of the units; calls differ in how often a fault occurs."""
    prone = np.repeat(rng.beta(2, 4, calls), per_call)
    fault = rng.random(calls * per_call) < prone
    wrong = rng.random((calls * per_call, 2)) < 0.1
    return of_codes(fault[:, None] ^ wrong, categories=2, per_call=per_call)


def test_the_interval_covers_the_true_kappa_as_often_as_it_says() -> None:
    # a fault has probability 1/3, an error 1/10: observed agreement 0.82, each rater sees a fault
    # in 0.3 + 0.1 / 3 = 11/30 of the units, so kappa = (0.82 - c) / (1 - c), c = (11² + 19²) / 30²
    chance = (11**2 + 19**2) / 30**2
    truth = (0.82 - chance) / (1 - chance)
    rng = np.random.default_rng(20261125)
    covered = 0
    for seed in range(300):
        table = _draw(rng, 40, 3)
        found = estimate(cohen_kappa(table), group_calls(table.units), seed=seed, resamples=500)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= truth <= found.high
    assert 0.92 <= covered / 300 <= 0.98  # 95 % within three standard errors, 300 draws


def test_items_of_one_call_are_drawn_together() -> None:
    # forty calls of five items that are all right or all wrong are forty observations, not two
    # hundred: Wilson's interval of 30 in 40 is 0.60 to 0.86
    same = np.repeat(np.arange(40) < 30, 5)
    table = of_codes(np.stack([np.zeros(200), ~same], axis=1), categories=2, per_call=5)
    found = estimate(raw_agreement(table), group_calls(table.units))
    assert found.calls == 40
    assert found.units == 200
    assert found.low == pytest.approx(0.60, abs=0.03)
    assert found.high == pytest.approx(0.86, abs=0.03)


def test_the_same_seed_gives_the_same_interval() -> None:
    table = from_joint([[10, 3], [4, 9]])
    calls = group_calls(table.units)
    assert estimate(cohen_kappa(table), calls) == estimate(cohen_kappa(table), calls)


@pytest.mark.parametrize(
    ("joint", "fault", "interval_fault"),
    [
        ([[2, 1], [0, 1]], "", "few_calls"),
        ([[5, 0], [0, 5]], "", "no_variation"),
        ([[6, 0], [0, 0]], "one_category", ""),
        ([[19, 1], [0, 0]], "", "often_undefined"),
    ],
)
def test_what_has_no_interval_says_why(
    joint: list[list[int]], fault: str, interval_fault: str
) -> None:
    table = from_joint(joint)
    found = estimate(cohen_kappa(table), group_calls(table.units))
    assert (found.fault, found.interval_fault) == (fault, interval_fault)
    assert (found.low, found.high) == (None, None)


def test_nothing_rated_is_no_value_and_no_crash() -> None:
    table = of_codes(np.zeros((0, 2)), categories=2)
    assert estimate(raw_agreement(table), group_calls(())).fault == "no_ratings"
    scores = np.full((3, 2), 98.0)
    assert estimate(intraclass(scores), np.arange(3), undefined="no_spread").fault == "no_spread"

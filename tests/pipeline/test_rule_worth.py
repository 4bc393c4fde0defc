"""Precision and recall of rules: by hand, and against generated reviews of known truth."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.intervals import wilson
from pipeline.rule_worth import Stratum, weigh_rule

# Of the flags: their share, how many are true, how likely a person looks at their call. Doubtful
# flags come first and are less often true.
BANDS = ((0.40, 0.55, 0.9), (0.35, 0.80, 0.5), (0.25, 0.95, 0.2))
PRECISION = sum(share * true for share, true, _ in BANDS)  # 0.7375
SAMPLED = 0.05  # of the calls without a flag
OTHER_FLAGS = 0.2  # calls that another rule put into a band


def draw_reviews(rng: np.random.Generator, *, fault: float, recall: float) -> tuple[Stratum, ...]:
    """20 000 calls of which a share `fault` has what the rule is about, and what people saw."""
    calls = 20_000
    has = rng.random(calls) < fault
    true = has & (rng.random(calls) < recall)
    false_rate = fault * recall * (1 - PRECISION) / PRECISION / (1 - fault)
    false = ~has & (rng.random(calls) < false_rate)
    of_true = [share * good / PRECISION for share, good, _ in BANDS]
    of_false = [share * (1 - good) / (1 - PRECISION) for share, good, _ in BANDS]
    other = np.where(
        rng.random(calls) < OTHER_FLAGS, rng.choice(3, calls, p=[b[0] for b in BANDS]), 3
    )
    stratum = np.select(
        [true, false], [rng.choice(3, calls, p=of_true), rng.choice(3, calls, p=of_false)], other
    )
    looked = rng.random(calls) < np.array([*(b[2] for b in BANDS), SAMPLED])[stratum]

    def count(where: np.ndarray, n: int) -> int:
        return int((where & (stratum == n)).sum())

    return tuple(
        Stratum(
            calls=count(np.ones(calls, bool), n),
            reviewed=count(looked, n),
            flags=count(true | false, n),
            confirmed=count(looked & true, n),
            false=count(looked & false, n),
            doubtful=0,
            missed=count(looked & has & ~true, n),
        )
        for n in range(4)
    )


@pytest.mark.parametrize(("fault", "recall"), [(0.03, 0.6), (0.03, 0.8), (0.06, 0.7), (0.015, 0.6)])
def test_intervals_cover_the_truth_where_naive_rates_are_biased(
    fault: float, recall: float
) -> None:
    rng = np.random.default_rng(7)
    runs = 500
    covered = {"precision": 0, "recall": 0, "naive precision": 0, "naive recall": 0}
    means = np.zeros(4)
    for _ in range(runs):
        strata = draw_reviews(rng, fault=fault, recall=recall)
        worth = weigh_rule("zh.T10.improper", strata)
        assert worth.precision is not None
        assert worth.recall is not None
        covered["precision"] += worth.precision.low <= PRECISION <= worth.precision.high
        covered["recall"] += worth.recall.low <= recall <= worth.recall.high
        confirmed, false, missed = (
            sum(getattr(s, name) for s in strata) for name in ("confirmed", "false", "missed")
        )
        for name, rest, truth in (("precision", false, PRECISION), ("recall", missed, recall)):
            low, high = wilson(confirmed, confirmed + rest) or (0.0, 1.0)
            covered[f"naive {name}"] += low <= truth <= high
        means += (
            worth.precision.value,
            worth.recall.value,
            confirmed / (confirmed + false),
            confirmed / (confirmed + missed),
        )
    assert 0.93 <= covered["precision"] / runs <= 0.97
    assert 0.93 <= covered["recall"] / runs <= 0.97
    assert covered["naive precision"] / runs < 0.5
    assert covered["naive recall"] / runs < 0.05
    precision, found_recall, naive_precision, naive_recall = means / runs
    assert abs(precision - PRECISION) < 0.01
    assert abs(found_recall - recall) < 0.02
    assert naive_precision < PRECISION - 0.05
    assert naive_recall > recall + 0.1


def _stratum(**counts: int) -> Stratum:
    values = dict.fromkeys(Stratum.__dataclass_fields__, 0) | counts
    return Stratum(**values)


def test_with_everything_reviewed_precision_is_a_share_with_wilson_s_interval() -> None:
    seen = _stratum(calls=30, reviewed=30, flags=30, confirmed=24, false=6)
    worth = weigh_rule("r", [seen])
    assert worth.precision is not None
    assert worth.precision.value == 0.8
    assert (worth.precision.low, worth.precision.high) == pytest.approx(wilson(24, 30))


def test_a_miss_in_the_random_share_stands_for_as_many_as_were_not_looked_at() -> None:
    # 40 true flags; 2 misses in 50 of 1000 calls without a flag stand for 40: recall a half
    flagged = _stratum(calls=40, reviewed=40, flags=40, confirmed=40)
    unflagged = _stratum(calls=1000, reviewed=50, missed=2)
    worth = weigh_rule("r", [flagged, unflagged])
    assert worth.recall is not None
    assert worth.recall.value == pytest.approx(0.5)
    assert worth.recall.low < 0.25
    assert worth.recall.high > 0.75


def test_recall_is_not_told_before_any_call_without_a_flag_was_looked_at() -> None:
    flagged = _stratum(calls=40, reviewed=40, flags=40, confirmed=40)
    assert weigh_rule("r", [flagged, _stratum(calls=1000)]).recall is None
    assert weigh_rule("r", []).precision is None


def test_a_band_without_verdicts_goes_with_its_neighbour() -> None:
    # 20 of 40 flags judged in the first band, none of 60 in the second: one band of 100, 15 of 20
    bands = [
        _stratum(calls=40, reviewed=20, flags=40, confirmed=15, false=5),
        _stratum(calls=60, flags=60),
    ]
    worth = weigh_rule("r", bands)
    assert worth.precision is not None
    assert worth.precision.value == 0.75
    assert worth.flags == 100


@pytest.mark.parametrize(
    ("confirmed", "false", "advice"),
    [(60, 0, "score"), (30, 10, "review"), (10, 9, "unknown")],
)
def test_a_rule_that_may_be_wrong_too_often_is_proposed_for_review(
    confirmed: int, false: int, advice: str
) -> None:
    flags = confirmed + false
    seen = _stratum(calls=flags, reviewed=flags, flags=flags, confirmed=confirmed, false=false)
    assert weigh_rule("r", [seen]).advice == advice


def test_what_is_in_doubt_counts_neither_way() -> None:
    seen = _stratum(calls=40, reviewed=40, flags=40, confirmed=20, doubtful=20)
    worth = weigh_rule("r", [seen])
    assert worth.precision is not None
    assert worth.precision.value == 1.0
    assert (worth.judged, worth.doubtful) == (20, 20)

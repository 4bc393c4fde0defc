"""A coefficient as sums over units, so that it can be computed for any draw of calls at once.

Every coefficient here is a function of sums: what each unit (one item of one call) adds is a row
of `shares`; `finish` makes the coefficient of the summed rows. A bootstrap is then one matrix
product.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Final

import numpy as np

from pipeline.agreement.ratings import Floats, Integers

RESAMPLES: Final = 2000
_UNDEFINED_MOST: Final = 0.05  # of the resamples; with more, an interval would be of a part only
_CALLS_LEAST: Final = 5  # fewer calls cannot show how much calls differ
_SAME: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What each unit adds, and what the sums make."""

    shares: Floats  # units x sums
    finish: Callable[[Floats], Floats]  # (..., sums) to (...); NaN where it is not defined
    fault: str = ""  # why there can be no value, as a key of messages/agreement.toml

    @property
    def units(self) -> int:
        """How many units add anything."""
        return int((self.shares != 0).any(axis=1).sum()) if self.shares.size else 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval; where one cannot be told, why."""

    value: float | None
    low: float | None
    high: float | None
    units: int
    calls: int
    fault: str = ""  # why there is no value, as a key of messages/agreement.toml
    interval_fault: str = ""  # why there is no interval though there is a value


def value_of(tally: Tally) -> float | None:
    """The coefficient of all units; None where it is not defined."""
    if tally.fault or not tally.shares.size:
        return None
    value = float(tally.finish(tally.shares.sum(axis=0)))
    return value if np.isfinite(value) else None


def estimate(
    tally: Tally,
    calls: Integers,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
    level: float = 0.95,
    undefined: str = "one_category",
) -> Estimate:
    """The coefficient with a bootstrap interval in which whole calls are drawn.

    Items of one call are not independent of each other, so calls are drawn, with all their items.
    The interval is bias-corrected and accelerated, its acceleration from leaving each call out,
    and as much wider as Student's distribution asks with so few calls.

    Args:
        calls: number of each unit's call, see `group_calls`.
        level: of the interval, 0-1.
        undefined: the fault where the sums leave the coefficient undefined.
    Returns: no NaN: a value or a fault; an interval or an interval fault.
    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 14; Hesterberg
        2015, What teachers should know about the bootstrap (expanded percentile interval).
    """
    used = (tally.shares != 0).any(axis=1) if tally.shares.size else np.zeros(0, dtype=bool)
    _, of_call = np.unique(calls[used], return_inverse=True)
    count = int(of_call.max()) + 1 if of_call.size else 0
    units = int(used.sum())
    value = value_of(tally)
    if value is None:
        fault = tally.fault or (undefined if units else "no_pairs")
        return Estimate(None, None, None, units, count, fault)
    if count < _CALLS_LEAST:
        return Estimate(value, None, None, units, count, interval_fault="few_calls")
    sums = np.zeros((count, tally.shares.shape[1]))
    np.add.at(sums, of_call, tally.shares[used])
    interval = _interval(sums, tally.finish, value, (seed, resamples, level))
    if isinstance(interval, str):
        return Estimate(value, None, None, units, count, interval_fault=interval)
    return Estimate(value, *interval, units, count)


def _interval(
    sums: Floats,
    finish: Callable[[Floats], Floats],
    value: float,
    how: tuple[int, int, float],
) -> tuple[float, float] | str:
    """Lower and upper end, or why there are none."""
    seed, resamples, level = how
    count = len(sums)
    draws = _draws(seed, count, resamples)
    drawn = finish(draws @ sums)
    known = drawn[np.isfinite(drawn)]
    if len(known) < (1 - _UNDEFINED_MOST) * resamples:
        return "often_undefined"
    if np.ptp(known) < _SAME:
        return "no_variation"
    below = np.mean(known < value - _SAME) + np.mean(np.abs(known - value) <= _SAME) / 2
    normal = NormalDist()
    shift = normal.inv_cdf(float(np.clip(below, 1 / resamples, 1 - 1 / resamples)))
    acceleration = _acceleration(finish(sums.sum(axis=0) - sums))
    ends = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        moved = shift + _widened(normal.inv_cdf(tail), count)
        place = normal.cdf(shift + moved / max(0.1, 1 - acceleration * moved))
        ends.append(float(np.quantile(known, place)))
    return ends[0], ends[1]


@lru_cache(maxsize=4)
def _draws(seed: int, count: int, resamples: int) -> Integers:
    """How often each call is drawn; months of as many calls, and their raters, share it."""
    drawn: Integers = np.random.default_rng(seed).multinomial(
        count, np.full(count, 1 / count), resamples
    )
    drawn.flags.writeable = False
    return drawn


def _widened(z: float, calls: int) -> float:
    """The normal quantile `z` as Student's with calls - 1 degrees of freedom, and for the spread of
    a draw, which is too small by the root of (calls - 1) / calls.
    """
    free = calls - 1
    student = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    return float(student * np.sqrt(calls / free))


def _acceleration(left_out: Floats) -> float:
    """How fast the spread changes with the value, from the values without each call in turn."""
    known = left_out[np.isfinite(left_out)]
    if len(known) < _CALLS_LEAST:
        return 0.0
    apart = known.mean() - known
    spread = float((apart**2).sum())
    return float((apart**3).sum()) / (6 * spread**1.5) if spread > _SAME else 0.0

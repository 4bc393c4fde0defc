"""Comparing agents or teams fairly: what chance alone would give is no difference; pure.

A share of three calls is 0, a third, two thirds or 1, whoever answers them; ordered by it, a list
ranks noise. So each group's value is drawn towards the mean of all, the more the fewer its calls
say, and whether the groups differ at all is tested first. Only then is a group called higher or
lower, and only if its interval leaves the mean out; of shares, the exact binomial must say so too,
since a normal interval of two calls says too much.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Final, Literal

from pipeline.intervals import wilson

LEVEL: Final = 0.95
_NEGLIGIBLE: Final = 1e-17  # a part of a sum that changes none of its digits
_Z: Final = NormalDist().inv_cdf((1 + LEVEL) / 2)
Standing = Literal["higher", "lower", "same"]  # same: no difference shown


@dataclass(frozen=True, slots=True)
class Share:
    """How many calls of a group had something."""

    key: str
    hits: int
    trials: int


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a group's calls."""

    key: str
    calls: int
    mean: float
    deviation: float  # standard deviation between its calls; 0 of one call


@dataclass(frozen=True, slots=True)
class Compared:
    """One group beside the others."""

    key: str
    calls: int
    value: float  # as counted
    low: float  # of what was counted, by its own calls alone
    high: float
    shrunk: float  # the best guess: drawn towards the mean of all
    shrunk_low: float
    shrunk_high: float
    standing: Standing


@dataclass(frozen=True, slots=True)
class Comparison:
    """All groups, in the order in which they were given."""

    overall: float  # mean of all calls
    chance: float  # probability of groups as different as these if none differed; 1 of one group
    spread: float  # standard deviation between the groups, beyond chance
    groups: tuple[Compared, ...]

    @property
    def differs(self) -> bool:
        """Whether a difference between any of them is shown."""
        return self.chance < 1 - LEVEL


def compare_shares(groups: Sequence[Share]) -> Comparison | None:
    """Compare how often something was so; None without calls.

    Each group's variance is that of the share of all, which holds if none differs and is not 0
    for a group without a single hit. Intervals of what was counted are Wilson's.
    """
    groups = [group for group in groups if group.trials > 0]
    trials = sum(group.trials for group in groups)
    if not trials:
        return None
    overall = sum(group.hits for group in groups) / trials
    found = [
        _Group(g.key, g.trials, g.hits / g.trials, overall * (1 - overall) / g.trials)
        for g in groups
    ]
    ends = [wilson(g.hits, g.trials, level=LEVEL) or (0.0, 1.0) for g in groups]
    compared = _compare(found, ends, overall, least=0.0, most=1.0)
    told = tuple(
        c if binomial_tail(g.hits, g.trials, overall) < (1 - LEVEL) / 2 else _same(c)
        for c, g in zip(compared.groups, groups, strict=True)
    )
    return replace(compared, groups=told)


def _same(group: Compared) -> Compared:
    return replace(group, standing="same")


def binomial_tail(hits: int, trials: int, share: float) -> float:
    """How likely a number of hits at least as far on its side is; exact, for few trials too.

    Args:
        share: the probability of a hit, 0-1.
    Returns: the upper tail above the expected number, else the lower one.
    """
    if share <= 0 or share >= 1:
        return 1.0 if hits == round(share) * trials else 0.0
    above = hits > trials * share
    left, right = (trials - hits, hits) if above else (hits, trials - hits)
    odds = share / (1 - share) if above else (1 - share) / share
    log = math.lgamma(trials + 1) - math.lgamma(hits + 1) - math.lgamma(trials - hits + 1)
    term = math.exp(log + hits * math.log(share) + (trials - hits) * math.log1p(-share))
    tail = 0.0
    while left >= 0 and term > tail * _NEGLIGIBLE:  # away from the expected number they fall
        tail += term
        term *= odds * left / (right + 1)
        left, right = left - 1, right + 1
    return min(1.0, tail)


def compare_means(groups: Sequence[Mean]) -> Comparison | None:
    """Compare means; None without calls.

    The deviation between calls is taken together over all groups, so that a group of two equal
    calls is not thought to be certain.
    """
    groups = [group for group in groups if group.calls > 0]
    calls = sum(group.calls for group in groups)
    if not calls:
        return None
    overall = sum(g.mean * g.calls for g in groups) / calls
    within = sum(g.deviation**2 * (g.calls - 1) for g in groups) / max(1, calls - len(groups))
    found = [_Group(g.key, g.calls, g.mean, within / g.calls) for g in groups]
    ends = [
        (g.value - _Z * math.sqrt(g.variance), g.value + _Z * math.sqrt(g.variance)) for g in found
    ]
    return _compare(found, ends, overall, least=-math.inf, most=math.inf)


@dataclass(frozen=True, slots=True)
class _Group:
    key: str
    calls: int
    value: float
    variance: float  # of `value`, by chance


def _compare(
    groups: Sequence[_Group],
    ends: Sequence[tuple[float, float]],
    overall: float,
    *,
    least: float,
    most: float,
) -> Comparison:
    """Source: DerSimonian and Laird 1986 for the spread, Cochran 1954 for the test."""
    chance, spread2 = 1.0, 0.0
    freedom = len(groups) - 1
    if freedom and all(group.variance > 0 for group in groups):
        weights = [1 / group.variance for group in groups]
        total = sum(weights)
        q = sum(w * (g.value - overall) ** 2 for w, g in zip(weights, groups, strict=True))
        chance = chi_square_above(q, freedom)
        spread2 = max(0.0, (q - freedom) / (total - sum(w * w for w in weights) / total))
    differs = chance < 1 - LEVEL
    compared = []
    for group, (low, high) in zip(groups, ends, strict=True):
        kept = spread2 / (spread2 + group.variance) if spread2 else 0.0
        shrunk = overall + kept * (group.value - overall)
        half = _Z * math.sqrt(kept * group.variance)
        shrunk_low, shrunk_high = max(least, shrunk - half), min(most, shrunk + half)
        standing: Standing = "same"
        if differs and shrunk_low > overall:
            standing = "higher"
        elif differs and shrunk_high < overall:
            standing = "lower"
        told = (group.value, low, high, shrunk, shrunk_low, shrunk_high)
        compared.append(Compared(group.key, group.calls, *told, standing))
    return Comparison(overall, chance, math.sqrt(spread2), tuple(compared))


def chi_square_above(value: float, freedom: int) -> float:
    """Probability that chi-square is above a value.

    Args:
        freedom: degrees of freedom, at least 1.
    Source: Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1), from Q(1/2, x) = erfc(sqrt x) or
        Q(1, x) = e^-x (Abramowitz and Stegun 6.5.21).
    """
    x = value / 2
    if x <= 0:
        return 1.0
    a = 1.0 if freedom % 2 == 0 else 0.5
    found = math.exp(-x) if freedom % 2 == 0 else math.erfc(math.sqrt(x))
    while a < freedom / 2:
        found += math.exp(a * math.log(x) - x - math.lgamma(a + 1))
        a += 1
    return min(1.0, found)

"""Intervals of shares, and of sums and quotients of what has an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with what it may as well be."""

    value: float
    low: float
    high: float


def wilson(hits: float, trials: float, *, level: float = _LEVEL) -> tuple[float, float] | None:
    """Wilson's interval of a share.

    Args:
        hits: of `trials`; both need not be whole: effective numbers of a weighted sample.
        level: 0-1.
    Returns: lower and upper end, 0-1; None without trials.
    Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.
    """
    if trials <= 0:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = min(max(hits / trials, 0.0), 1.0)
    whole = 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / whole
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / whole
    low = 0.0 if share == 0 else max(0.0, middle - half)
    high = 1.0 if share == 1 else min(1.0, middle + half)
    return low, high


def add(*terms: Interval) -> Interval:
    """The sum of independent terms; 0 of none.

    Source: Zou and Donner 2008, Construction of confidence limits about effect measures: the
    method of variance estimates recovery (MOVER).
    """
    value = sum(term.value for term in terms)
    down = math.sqrt(sum((term.value - term.low) ** 2 for term in terms))
    up = math.sqrt(sum((term.high - term.value) ** 2 for term in terms))
    return Interval(value, value - down, value + up)


def scale(term: Interval, factor: float) -> Interval:
    """A term times a factor of at least 0."""
    return Interval(term.value * factor, term.low * factor, term.high * factor)


def share_of(part: Interval, rest: Interval) -> Interval | None:
    """part / (part + rest) of two independent amounts that are at least 0.

    Returns: within 0-1; None if both are 0.
    Source: Li, Tang and Wong 2014 (MOVER-R), for the quotient rest / part.
    """
    if part.value <= 0 and rest.value <= 0:
        return None
    if part.value <= 0:
        return Interval(0.0, 0.0, _odds_to_share(rest.low, part.high))
    low, high = _quotient(rest, part)
    value = part.value / (part.value + rest.value)
    return Interval(value, 1 / (1 + high), 1 / (1 + low))


def _odds_to_share(rest: float, part: float) -> float:
    return part / (part + rest) if part + rest > 0 else 1.0


def _quotient(above: Interval, below: Interval) -> tuple[float, float]:
    """Ends of above / below; the upper one is infinite where `below` may be 0."""
    product = above.value * below.value
    down = product**2 - _span(above.low, above.value) * _span(below.high, below.value)
    low = (product - math.sqrt(max(0.0, down))) / (below.high * (2 * below.value - below.high) or 1)
    up = product**2 - _span(above.high, above.value) * _span(below.low, below.value)
    least = below.low * (2 * below.value - below.low)
    high = (product + math.sqrt(max(0.0, up))) / least if least > 0 else math.inf
    return max(0.0, low), high


def _span(end: float, value: float) -> float:
    return end * (2 * value - end)


def difference(first: Interval, second: Interval) -> Interval:
    """first - second of two independent shares or means.

    Source: Newcombe 1998, Interval estimation for the difference between independent proportions,
    method 10; the same as MOVER.
    """
    value = first.value - second.value
    down = math.hypot(first.value - first.low, second.high - second.value)
    up = math.hypot(first.high - first.value, second.value - second.low)
    return Interval(value, value - down, value + up)


def share(hits: float, trials: float, *, level: float = _LEVEL) -> Interval | None:
    """A share with Wilson's interval; None without trials."""
    ends = wilson(hits, trials, level=level)
    return None if ends is None else Interval(hits / trials, *ends)


def mean_of(count: int, total: float, squares: float, *, level: float = _LEVEL) -> Interval | None:
    """The mean of measured values with Student's interval.

    Args:
        count: how many values.
        total: their sum.
        squares: the sum of their squares.
    Returns: None without two values, or where all are the same: then nothing tells how far the
        mean may be off.
    """
    if count < 2:
        return None
    mean = total / count
    spread = (squares - count * mean * mean) / (count - 1)
    if spread <= 1e-9 * max(1.0, mean * mean):
        return None
    half = _student((1 + level) / 2, count - 1) * math.sqrt(spread / count)
    return Interval(mean, mean - half, mean + half)


def _student(probability: float, free: int) -> float:
    """The quantile of Student's distribution, above 0.5.

    Source: Abramowitz and Stegun 1964, 26.7.3 and 26.7.4 for the distribution, turned round by
    halving; 26.7.5 where there are many degrees of freedom.
    """
    z = NormalDist().inv_cdf(probability)
    if free > 200:
        more = (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
        return z + more
    low, high = 0.0, 1e6
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, free) < 2 * probability - 1 else (low, middle)
    return high


def _within(t: float, free: int) -> float:
    """Probability that Student's variable lies between -t and t."""
    angle = math.atan(t / math.sqrt(free))
    cosine = math.cos(angle)
    odd = free % 2
    term = cosine if odd else 1.0
    terms = term if free > 1 else 0.0
    for step in range(2 + odd, free - 1, 2):
        term *= cosine * cosine * (step - 1) / step
        terms += term
    inside = math.sin(angle) * terms
    return 2 / math.pi * (angle + inside) if odd else inside

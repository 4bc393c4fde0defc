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

"""Each rater against the others: strictness, steadiness, drift over months."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.agreement.ratings import NO_RATING, Floats, Ratings
from pipeline.agreement.ratios import ratio
from pipeline.agreement.tally import Tally
from pipeline.intervals import wilson


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How often a rater said the same again of a call that came twice, unannounced."""

    rater: str
    same: int
    pairs: int
    low: float | None  # of the share, Wilson's interval; None without a pair
    high: float | None


def strictness(ratings: Ratings, rater: str, *, faults: Collection[str]) -> Tally:
    """How much oftener one rater sees a fault than the others do on the same units.

    Args:
        faults: the categories that are a fault.
    Returns: a tally whose value is a difference of shares, -1 to 1; above 0 is stricter. Units
        that the rater, or everybody else, left out count nothing.
    Raises: ValueError if the rater is not in the table.
    """
    own, others, known = _faulted(ratings, rater, faults)
    shares = np.column_stack([known, np.where(known, own - others, 0.0)])

    def finish(sums: Floats) -> Floats:
        return ratio(sums[..., 1], sums[..., 0])

    return Tally(shares, finish, "" if known.any() else "no_pairs")


def likeness(ratings: Ratings, rater: str) -> Tally:
    """How often one rater says what another says of the same unit, any other being as likely.

    Returns: a tally whose value is a share, 0-1. Units that the rater, or everybody else, left out
    count nothing.
    Raises: ValueError if the rater is not in the table.
    """
    column = ratings.raters.index(rater)
    own = ratings.codes[:, column]
    given = ratings.codes != NO_RATING
    others = given.sum(axis=1) - given[:, column]
    known = given[:, column] & (others > 0)
    same = ((ratings.codes == own[:, None]) & given).sum(axis=1) - given[:, column]
    shares = np.column_stack([known, np.where(known, same / np.maximum(others, 1), 0.0)])

    def finish(sums: Floats) -> Floats:
        return ratio(sums[..., 1], sums[..., 0])

    return Tally(shares, finish, "" if known.any() else "no_pairs")


def drift(
    ratings: Ratings, rater: str, *, faults: Collection[str], months: Mapping[str, int]
) -> Tally:
    """By how much a rater's strictness changes from month to month: the slope of a straight line.

    Args:
        months: number of each call's month, counted from any one; a call without is left out.
    Returns: a tally whose value is a difference of shares a month; above 0 becomes stricter.
    """
    own, others, known = _faulted(ratings, rater, faults)
    number = np.array([months.get(call, np.nan) for call, _ in ratings.units], dtype=np.float64)
    known &= np.isfinite(number)
    apart = np.where(known, own - others, 0.0)
    middle = number[known].mean() if known.any() else 0.0
    month = np.where(known, number - middle, 0.0)
    shares = np.column_stack([known, month, apart, month**2, month * apart])

    def finish(sums: Floats) -> Floats:
        count, by_month, by_apart, squares, products = np.moveaxis(sums, -1, 0)
        spread = count * squares - by_month**2
        return ratio(count * products - by_month * by_apart, spread)

    fault = "" if np.unique(month[known]).size > 1 else ("one_month" if known.any() else "no_pairs")
    return Tally(shares, finish, fault)


def steadiness(pairs: Iterable[tuple[str, str, str]], raters: Sequence[str]) -> list[Steadiness]:
    """How steady each rater is on calls that came twice.

    Args:
        pairs: rater, what was said first, what was said the second time; of one unit each.
    Returns: in the order of `raters`.
    """
    told = tuple(pairs)
    found = []
    for rater in raters:
        own = [first == second for name, first, second in told if name == rater]
        interval = wilson(sum(own), len(own))
        low, high = interval or (None, None)
        found.append(Steadiness(rater, sum(own), len(own), low, high))
    return found


def _faulted(
    ratings: Ratings, rater: str, faults: Collection[str]
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Per unit: whether the rater saw a fault, the share of the others who did, whether both are
    known.
    """
    column = ratings.raters.index(rater)
    is_fault = np.array([*(c in faults for c in ratings.categories), False])  # last: NO_RATING
    given = ratings.codes != NO_RATING
    seen = (is_fault[ratings.codes] & given).astype(np.float64)
    number = given.sum(axis=1) - given[:, column]
    others = (seen.sum(axis=1) - seen[:, column]) / np.maximum(number, 1)
    return seen[:, column], others, given[:, column] & (number > 0)

"""Weighted alignment of many phrases with their windows of a transcript at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_MOST_INSERTED = 3  # tokens heard in a row between two tokens of a phrase
_UNIT = 2.0**28  # costs are added as whole numbers of so many to one
_STEPS = 1024.0  # more than a window has columns


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """What aligning each candidate phrase with its window costs; the last axis is the candidate.

    `substitution` is of reading phrase token i as window token j, shape (tokens, columns,
    candidates); `deletion` of a phrase token that was not heard, shape (tokens, candidates);
    `insertion` of a heard token that is not in the phrase, shape (columns, candidates). `size` are
    the tokens of each phrase, never ascending; the rest of its rows is not looked at.
    """

    substitution: Floats
    deletion: Floats
    insertion: Floats
    size: Integers

    def some(self, chosen: Integers) -> Costs:
        """The same of some candidates, ascending."""
        return Costs(
            self.substitution[:, :, chosen],
            self.deletion[:, chosen],
            self.insertion[:, chosen],
            self.size[chosen],
        )

    def longer(self) -> list[int]:
        """How many phrases have more tokens than 0, 1, 2 … up to the longest row."""
        found: list[int] = np.searchsorted(-self.size, -np.arange(len(self.deletion) + 1)).tolist()
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """The cheapest place of each phrase in its window; arrays of one entry per candidate.

    `first` and `last` are columns of the window, both included; `cost` is in phrase-token weights.
    """

    cost: Floats
    first: Integers
    last: Integers


def least_costs(costs: Costs) -> Floats:
    """What the cheapest alignment of each phrase costs, without where it is: no place that
    `align` finds is cheaper.
    """
    tokens, columns, candidates = costs.substitution.shape
    cost = np.zeros((columns + 1, candidates), dtype=np.float32)
    lengths = costs.longer()
    longer = lengths[0]
    for row in range(tokens):
        read = cost[:-1, :longer] + costs.substitution[row, :, :longer]
        cost[:, :longer] += costs.deletion[row, :longer]
        np.minimum(cost[1:, :longer], read, out=cost[1:, :longer])
        longer = lengths[row + 1]
        if not longer:
            break
        skipped = read[:, :longer]
        for _ in range(_MOST_INSERTED):
            np.add(cost[:-1, :longer], costs.insertion[:, :longer], out=skipped)
            np.minimum(cost[1:, :longer], skipped, out=cost[1:, :longer])
    least: Floats = cost.min(axis=0)
    return least


def align(costs: Costs) -> Placement:
    """Align each phrase as a whole with a part of its window, at least cost.

    The phrase is covered from its first to its last token; the window is free before and after.
    Between phrase tokens at most three heard tokens in a row are skipped, each at its
    `insertion` cost. Of equally cheap places the shortest, then the earliest, wins.

    The cost and the beginning of each place are kept in one number, so that the least of them is
    the cheapest place, and of these the shortest.

    Returns: one placement per candidate. `last < first` where nothing of the phrase was heard.
    """
    tokens, columns, candidates = costs.substitution.shape
    substitution, deletion = _whole(costs.substitution), _whole(costs.deletion)
    inserted = np.zeros((columns + 1, candidates))  # up to each column
    np.cumsum(_whole(costs.insertion), axis=0, out=inserted[1:])
    # row c: window[:c] consumed; of equal costs the later beginning is the lesser key
    key = np.repeat(np.arange(columns + 1)[::-1, None].astype(np.float64), candidates, axis=1)
    lengths = costs.longer()
    for row in range(tokens):
        longer, more = lengths[row : row + 2]
        read = key[:-1, :longer] + substitution[row, :, :longer]
        key[:, :longer] += deletion[row, :longer]
        np.minimum(key[1:, :longer], read, out=key[1:, :longer])
        if more:
            key[:, :more] = _skip_heard(key[:, :more], inserted[:, :more])
    cost, left = np.divmod(key, _STEPS)
    cost /= _UNIT
    begin = columns - left
    length = np.arange(columns + 1)[:, None] - begin
    last = np.argmin(cost + 1e-4 * length, axis=0)
    each = np.arange(candidates)
    return Placement(
        cost=cost[last, each].astype(np.float32),
        first=begin[last, each].astype(np.int64),
        last=last - 1,
    )


def _whole(costs: Floats) -> npt.NDArray[np.float64]:
    """Costs as whole numbers of `_UNIT`, which add up exactly, with room for where a place
    begins.
    """
    return np.rint(costs * np.float64(_UNIT)) * _STEPS


def _skip_heard(
    key: npt.NDArray[np.float64], inserted: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Up to three more heard tokens that are none of the phrase's: the least of four columns, each
    with what was inserted since.
    """
    free = key - inserted
    two = free.copy()
    np.minimum(free[1:], free[:-1], out=two[1:])
    four = two.copy()
    np.minimum(two[2:], two[:-2], out=four[2:])
    four += inserted
    return four

"""Weighted alignment of many phrases with their windows of a transcript at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_MOST_INSERTED = 3  # tokens heard in a row between two tokens of a phrase


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

    Returns: one placement per candidate. `last < first` where nothing of the phrase was heard.
    """
    tokens, columns, candidates = costs.substitution.shape
    cost = np.zeros((columns + 1, candidates), dtype=np.float32)  # row c: window[:c] consumed
    begin = np.repeat(np.arange(columns + 1, dtype=np.int16)[:, None], candidates, axis=1)
    lengths = costs.longer()
    for row in range(tokens):
        longer, more = lengths[row : row + 2]
        substitution, deletion = costs.substitution[row], costs.deletion[row]
        _read_token(
            cost[:, :longer], begin[:, :longer], substitution[:, :longer], deletion[:longer]
        )
        for _ in range(_MOST_INSERTED if more else 0):
            _skip_heard(cost[:, :more], begin[:, :more], costs.insertion[:, :more])
    length = np.arange(columns + 1)[:, None] - begin
    last = np.argmin(cost + 1e-4 * length.astype(np.float32), axis=0)
    each = np.arange(candidates)
    return Placement(cost=cost[last, each], first=begin[last, each].astype(np.int64), last=last - 1)


def _read_token(
    cost: Floats, begin: npt.NDArray[np.int16], substitution: Floats, deletion: Floats
) -> None:
    """One more token of the phrase, read as the window's next token or not heard."""
    read = cost[:-1] + substitution
    origin = begin[:-1].copy()
    cost += deletion
    better = read <= cost[1:]
    np.copyto(cost[1:], read, where=better)
    np.copyto(begin[1:], origin, where=better)


def _skip_heard(cost: Floats, begin: npt.NDArray[np.int16], insertion: Floats) -> None:
    """One more heard token that is none of the phrase's."""
    longer = cost[:-1] + insertion
    origin = begin[:-1].copy()
    better = longer < cost[1:]
    np.copyto(cost[1:], longer, where=better)
    np.copyto(begin[1:], origin, where=better)

"""Weighted alignment of many phrases with their windows of a transcript at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_MOST_INSERTED = 3  # tokens heard in a row between two tokens of a phrase


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """The cheapest place of each phrase in its window; arrays of one entry per candidate.

    `first` and `last` are columns of the window, both included; `cost` is in phrase-token weights.
    """

    cost: Floats
    first: Integers
    last: Integers


def align(
    substitution: Floats, *, deletion: Floats, insertion: Floats, size: Integers
) -> Placement:
    """Align each phrase as a whole with a part of its window, at least cost.

    The phrase is covered from its first to its last token; the window is free before and after.
    Between phrase tokens at most three heard tokens in a row are skipped, each at its
    `insertion` cost. Of equally cheap places the shortest, then the earliest, wins.

    Args:
        substitution: cost of reading phrase token i as window token j, shape (candidates,
            tokens, columns).
        deletion: cost of a phrase token that was not heard, shape (candidates, tokens).
        insertion: cost of a heard token that is not in the phrase, shape (candidates, columns).
        size: tokens of each phrase, never ascending; the rest of its rows is not looked at.
    Returns: one placement per candidate. `last < first` where nothing of the phrase was heard.
    """
    candidates, tokens, columns = substitution.shape
    cost = np.zeros((candidates, columns + 1), dtype=np.float32)  # column c: window[:c] consumed
    begin = np.broadcast_to(np.arange(columns + 1, dtype=np.int16), cost.shape).copy()
    for row in range(tokens):
        longer = int(np.searchsorted(-size, -row))  # so many phrases have more than `row` tokens
        _read_token(
            cost[:longer], begin[:longer], substitution[:longer, row], deletion[:longer, row, None]
        )
        more = int(np.searchsorted(-size, -row - 1))
        for _ in range(_MOST_INSERTED if more else 0):
            _skip_heard(cost[:more], begin[:more], insertion[:more])
    length = np.arange(columns + 1) - begin
    last = np.argmin(cost + 1e-4 * length.astype(np.float32), axis=1)
    rows = np.arange(candidates)
    return Placement(cost=cost[rows, last], first=begin[rows, last].astype(np.int64), last=last - 1)


def _read_token(
    cost: Floats, begin: npt.NDArray[np.int16], substitution: Floats, deletion: Floats
) -> None:
    """One more token of the phrase, read as the window's next token or not heard."""
    read = cost[:, :-1] + substitution
    origin = begin[:, :-1].copy()
    cost += deletion
    better = read <= cost[:, 1:]
    np.copyto(cost[:, 1:], read, where=better)
    np.copyto(begin[:, 1:], origin, where=better)


def _skip_heard(cost: Floats, begin: npt.NDArray[np.int16], insertion: Floats) -> None:
    """One more heard token that is none of the phrase's."""
    longer = cost[:, :-1] + insertion
    origin = begin[:, :-1].copy()
    better = longer < cost[:, 1:]
    np.copyto(cost[:, 1:], longer, where=better)
    np.copyto(begin[:, 1:], origin, where=better)

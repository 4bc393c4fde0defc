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


def align(substitution: Floats, *, deletion: Floats, insertion: Floats) -> Placement:
    """Align each phrase as a whole with a part of its window, at least cost.

    The phrase is covered from its first to its last token; the window is free before and after.
    Between phrase tokens at most three heard tokens in a row are skipped, each at its
    `insertion` cost. Of equally cheap places the shortest, then the earliest, wins.

    Args:
        substitution: cost of reading phrase token i as window token j, shape (candidates,
        tokens, columns); rows of
            phrases shorter than `tokens` are padded at the end with `deletion` 0 and a
            high substitution cost.
        deletion: cost of a phrase token that was not heard, shape (candidates, tokens).
        insertion: cost of a heard token that is not in the phrase, shape (candidates, columns).
    Returns: one placement per candidate. `last < first` where nothing of the phrase was heard.
    """
    candidates, tokens, columns = substitution.shape
    cost = np.zeros((candidates, columns + 1), dtype=np.float32)  # column c: window[:c] consumed
    begin = np.broadcast_to(np.arange(columns + 1), cost.shape).copy()
    for row in range(tokens):
        removed = deletion[:, row, None]
        step = cost[:, :-1] + substitution[:, row]
        skip = cost[:, 1:] + removed
        take = step <= skip
        best = np.concatenate([cost[:, :1] + removed, np.where(take, step, skip)], axis=1)
        origin = np.concatenate([begin[:, :1], np.where(take, begin[:, :-1], begin[:, 1:])], axis=1)
        # a token heard after the phrase's last one is outside the phrase: the padding
        # rows must not absorb it
        for _ in range(_MOST_INSERTED if row < tokens - 1 else 0):
            longer = best[:, :-1] + insertion
            better = (longer < best[:, 1:]) & (removed > 0)
            best[:, 1:] = np.where(better, longer, best[:, 1:])
            origin[:, 1:] = np.where(better, origin[:, :-1], origin[:, 1:])
        cost, begin = best, origin
    length = np.arange(columns + 1) - begin
    key = cost + 1e-4 * length.astype(np.float32)
    last = np.argmin(key, axis=1)
    rows = np.arange(candidates)
    return Placement(cost=cost[rows, last], first=begin[rows, last], last=last - 1)

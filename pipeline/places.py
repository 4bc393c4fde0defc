"""Find every place of a stream where a piece of a phrase was said, however it was misheard.

Tokens that sound alike vote for a piece at a place; each place with enough votes is aligned with
the whole piece at least cost; what stays cheap enough is kept. All pieces of a phrasebook at once.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from pipeline.lexicon import Lexicon
from pipeline.place_search import (
    Found,
    Pieces,
    align_long,
    compare_short,
    find_candidates,
    lie_apart,
)
from pipeline.stream import Stream

BREAK_S: Final = 3.0  # a phrase does not go on after a longer silence
# Another word than the phrase's counts for more, the surer its recognition: from 0.7 at no trust
# to 1.25 at full trust.
_DOUBTED: Final = np.float32(0.7)
_TRUSTED: Final = np.float32(0.55)
_BORDER_COST: Final = 0.25  # for each turn border inside a phrase


class Place(NamedTuple):
    """A piece at a place; `first` and `last` are tokens of the stream, both included.

    A tuple, because a call has hundreds and they are made three times as quickly.
    """

    first: int
    last: int
    cost: float
    weight: float


def find_places(stream: Stream, lexicon: Lexicon) -> dict[int, list[Place]]:
    """The cheapest places of each piece, by its number, ascending, none over another."""
    rows, heard = lexicon.heard.rows(stream.texts)
    pieces = Pieces(
        types=lexicon.types,
        weight=lexicon.weight,
        votes=lexicon.votes,
        deletion=lexicon.deletion,
        essential=lexicon.essential,
        size=lexicon.size,
        least_votes=lexicon.least_votes,
        most=lexicon.most,
    )
    clear = (_DOUBTED + _TRUSTED * stream.probability).astype(np.float32)
    short, long = find_candidates(rows, heard, pieces, lexicon.shift)
    parts = []
    if len(short[0]):
        parts.append(compare_short(rows, heard, pieces, *short))
    if len(long[0]):
        parts.append(align_long(rows, clear, heard, pieces, *long))
    return _keep(stream, lexicon, [part for part in parts if len(part.piece)])


def _keep(stream: Stream, lexicon: Lexicon, parts: list[Found]) -> dict[int, list[Place]]:
    """The cheapest of overlapping places of one piece, none over a long silence."""
    if not parts:
        return {}
    piece, first, last, cost = (
        np.concatenate(columns) if len(parts) > 1 else columns[0]
        for columns in zip(*parts, strict=True)
    )
    order = np.lexsort((cost, piece))
    borders = np.concatenate([[0], np.cumsum(stream.turn[1:] != stream.turn[:-1])])
    breaks = np.concatenate([[0], np.cumsum(stream.start[1:] - stream.end[:-1] > BREAK_S)])
    piece, first, last, cost = piece[order], first[order], last[order], cost[order]
    paid = cost + _BORDER_COST * (borders[last] - borders[first])
    chosen = lie_apart(piece, first, last, breaks[last] == breaks[first])
    columns = (piece, first, last, paid, lexicon.total[piece])
    found: dict[int, list[Place]] = {}
    for number, *place in zip(*(column[chosen].tolist() for column in columns), strict=True):
        found.setdefault(number, []).append(Place(*place))
    for kept in found.values():
        if len(kept) > 1:
            kept.sort()  # by where they begin
    return found

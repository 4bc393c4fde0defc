"""Find every place of a stream where a piece of a phrase was said, however it was misheard.

Tokens that sound alike vote for a piece at a place; each place with enough votes is aligned with
the whole piece at least cost; what stays cheap enough is kept. All pieces of a phrasebook at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.alignment import align
from pipeline.lexicon import NEAR, REVERSED, UNLIKE, Heard, Lexicon
from pipeline.stream import Stream

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

LEAST_SIMILARITY: Final = 77.0  # below, a place is not even a candidate
BREAK_S: Final = 3.0  # a phrase does not go on after a longer silence
_BIN: Final = 4  # tokens; votes of one place may drift by that much through added and lost tokens
_HALF: Final = _BIN // 2
_BEFORE, _AFTER = 2, 3  # tokens of window before and after a bin
_LENGTHS: Final = (3, 7, 1000)  # pieces of about one length are aligned together
_SHORT: Final = 4  # fewer tokens than this must be exact by sound
_SHORT_COST: Final = (0.0, 0.04, 0.16, 0.2)  # the most that a piece of 1, 2, 3 tokens may cost
# Another word than the phrase's counts for more, the surer its recognition: from 0.7 at no trust
# to 1.25 at full trust.
_DOUBTED: Final = np.float32(0.7)
_TRUSTED: Final = np.float32(0.55)
_BORDER_COST: Final = 0.25  # for each turn border inside a phrase


@dataclass(frozen=True, slots=True)
class Place:
    """A piece at a place; `first` and `last` are tokens of the stream, both included."""

    first: int
    last: int
    cost: float
    weight: float


def find_places(stream: Stream, lexicon: Lexicon) -> dict[int, list[Place]]:
    """The cheapest places of each piece, by its number, ascending, none over another."""
    heard = _Heard.of(stream, lexicon)
    piece, window = _candidates(heard, lexicon)
    size = lexicon.size[piece]
    found: dict[int, list[Place]] = {}
    shortest = 0
    for longest in _LENGTHS:
        some = (size > shortest) & (size <= longest)
        if some.any():
            work = _compare if longest < _SHORT else _align
            rows = work(heard, lexicon, piece=piece[some], window=window[some])
            found |= _keep(stream, lexicon, rows)
        shortest = longest
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """The stream as the lexicon sees it: each token's kind, and what each kind costs."""

    kind: Integers  # per token
    known: tuple[Heard, ...]  # per kind
    distance: Floats  # shape (kinds, types)
    insertion: Floats  # per kind
    clear: Floats  # per token: how much the recognition of another word counts

    @classmethod
    def of(cls, stream: Stream, lexicon: Lexicon) -> _Heard:
        number: dict[str, int] = {}
        kind = [number.setdefault(text, len(number)) for text in stream.texts]
        known = tuple(lexicon.heard(token) for token in number)
        return cls(
            kind=np.array(kind, dtype=np.int64),
            known=known,
            distance=np.stack([k.distance for k in known]),
            insertion=np.array([k.insertion for k in known], dtype=np.float32),
            clear=(_DOUBTED + _TRUSTED * stream.probability).astype(np.float32),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    piece: Integers
    first: Integers
    last: Integers
    cost: Floats


def _compare(heard: _Heard, lexicon: Lexicon, *, piece: Integers, window: Integers) -> _Rows:
    """Short pieces token by token: they are heard whole, with nothing lost and nothing between."""
    length = int(lexicon.size[piece].max())
    count = len(heard.kind)
    tokens = window[:, None] + np.arange(length)
    types = lexicon.types[piece, :length]
    used = types >= 0
    outside = used & ((tokens < 0) | (tokens >= count))
    apart = heard.distance[heard.kind[np.clip(tokens, 0, count - 1)], types]
    apart = np.where(outside, UNLIKE, np.where(used, apart * lexicon.weight[piece, :length], 0))
    last = window + lexicon.size[piece] - 1
    return _Rows(piece, window, last, apart.sum(axis=1, dtype=np.float32))


def _align(heard: _Heard, lexicon: Lexicon, *, piece: Integers, window: Integers) -> _Rows:
    """Longer pieces as a whole with the cheapest part of their windows."""
    length = int(lexicon.size[piece].max())
    count = len(heard.kind)
    tokens = window[:, None] + np.arange(_BIN + _BEFORE + _AFTER + length)
    outside = (tokens < 0) | (tokens >= count)
    tokens = np.clip(tokens, 0, count - 1)
    kinds = heard.kind[tokens]
    types = lexicon.types[piece, :length]
    apart = heard.distance[kinds[:, None, :], types[:, :, None]]
    far = apart > NEAR
    apart = np.where(far & lexicon.essential[piece, :length, None], REVERSED, apart)
    apart *= np.where(far, heard.clear[tokens][:, None, :], np.float32(1.0))
    apart *= lexicon.weight[piece, :length, None]
    apart[(types < 0)[:, :, None] | outside[:, None, :]] = UNLIKE
    placed = align(
        apart,
        deletion=lexicon.deletion[piece, :length],
        insertion=np.where(outside, np.float32(UNLIKE), heard.insertion[kinds]),
    )
    return _Rows(piece, window + placed.first, window + placed.last, placed.cost)


def _keep(stream: Stream, lexicon: Lexicon, rows: _Rows) -> dict[int, list[Place]]:
    """What is cheap enough; the cheapest of overlapping places of one piece."""
    most = lexicon.total[rows.piece] * (1.0 - LEAST_SIMILARITY / 100.0)
    size = lexicon.size[rows.piece]
    for tokens in range(1, _SHORT):
        most = np.where(size == tokens, _SHORT_COST[tokens], most)
    inside = (rows.last >= rows.first) & (rows.first >= 0) & (rows.last < len(stream.texts))
    good = (rows.cost <= most + 1e-6) & inside
    borders = np.concatenate([[0], np.cumsum(stream.turn[1:] != stream.turn[:-1])])
    silences = stream.start[1:] - stream.end[:-1] > BREAK_S
    breaks = np.concatenate([[0], np.cumsum(silences)])
    order = np.flatnonzero(good)[np.lexsort((rows.cost[good], rows.piece[good]))]
    first, last, which = (x[order] for x in (rows.first, rows.last, rows.piece))
    paid = rows.cost[order] + _BORDER_COST * (borders[last] - borders[first])
    whole = breaks[last] == breaks[first]
    found: dict[int, list[Place]] = {}
    columns = (first, last, which, paid, lexicon.total[which])
    for a, b, number, cost, weight in zip(*(c[whole].tolist() for c in columns), strict=True):
        kept = found.setdefault(number, [])
        if all(b < other.first or a > other.last for other in kept):
            kept.append(Place(a, b, cost, weight))
    for kept in found.values():
        kept.sort(key=lambda place: place.first)
    return found


def _candidates(heard: _Heard, lexicon: Lexicon) -> tuple[Integers, Integers]:
    """Piece and first window token of every place with enough votes.

    A short piece is heard whole or not at all, so its votes are counted by place. Those of a longer
    one are counted in halves of a bin, so that they fall into two halves that touch; a place that
    gives its votes to a stronger one before it is not taken.
    """
    shift = int(lexicon.types.shape[1]) + _BIN
    width = len(heard.kind) + shift + 3
    keys, weights = _votes(heard, lexicon, shift=shift, width=width)
    if not len(keys):
        return keys, keys
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    place, counted = ordered[begins], np.add.reduceat(weights[order], begins)
    piece = place // width
    short = lexicon.size[piece] < _SHORT
    touching = (place[1:] == place[:-1] + 1) & ~short[1:]
    sums = counted.copy()
    sums[:-1] += np.where(touching, counted[1:], 0)
    chosen = sums >= lexicon.least_votes[piece] - 1e-4
    chosen[1:] &= ~touching | (sums[1:] >= sums[:-1])
    at = place[chosen] % width
    begin = np.where(short[chosen], at, at * _HALF - _BEFORE) - shift
    return piece[chosen], begin


def _votes(
    heard: _Heard, lexicon: Lexicon, *, shift: int, width: int
) -> tuple[Integers, npt.NDArray[np.float64]]:
    """A vote for each pair of tokens that sound alike: its piece and place, and its weight."""
    order = np.argsort(heard.kind, kind="stable")
    edges = np.searchsorted(heard.kind[order], np.arange(len(heard.known) + 1)).tolist()
    steps = np.where(lexicon.size < _SHORT, 1, _HALF)
    keys, weights = [], []
    for number, known in enumerate(heard.known):
        if len(known.piece):
            at = order[edges[number] : edges[number + 1], None]
            place = (at - known.offset + shift) // steps[known.piece]
            keys.append((place + known.piece * width).ravel())
            weights.append(np.tile(known.weight, len(at)))
    if not keys:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float64)
    return np.concatenate(keys), np.concatenate(weights).astype(np.float64)

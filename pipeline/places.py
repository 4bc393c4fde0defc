"""Find every place of a stream where a piece of a phrase was said, however it was misheard.

Tokens that sound alike vote for a piece at a place; each place with enough votes is aligned with
the whole piece at least cost; what stays cheap enough is kept. All pieces of a phrasebook at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.alignment import Costs, align, least_costs
from pipeline.lexicon import NEAR, REVERSED, SHORTEST_VOTED, UNLIKE, Heard, Lexicon
from pipeline.stream import Stream

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BREAK_S: Final = 3.0  # a phrase does not go on after a longer silence
_BIN: Final = 4  # tokens; votes of one place may drift by that much through added and lost tokens
_HALF: Final = _BIN // 2
_BEFORE, _AFTER = 2, 3  # tokens of window before and after a bin
_MIDDLE: Final = 7  # tokens; windows of pieces up to this size are of one width, longer of another
_NOWHERE: Final = 100.0  # what it costs to hear something where nothing is
# Another word than the phrase's counts for more, the surer its recognition: from 0.7 at no trust
# to 1.25 at full trust.
_DOUBTED: Final = np.float32(0.7)
_TRUSTED: Final = np.float32(0.55)
_ROUNDING: Final = 1e-3
_TINY: Final = 1e-6
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
    known = {text: lexicon.heard(text) for text in dict.fromkeys(stream.texts)}
    tokens = tuple(known[text] for text in stream.texts)
    short = _short_candidates(tokens)
    long = _candidates(tokens, lexicon)
    if not len(short[0]) and not len(long[0]):
        return {}
    table = (len(tokens), len(lexicon.vocabulary))
    distance = np.concatenate([t.distance for t in tokens]).reshape(table)
    parts = [_compare(distance, lexicon, *short)] if len(short[0]) else []
    if len(long[0]):
        around = _Around.of(stream, tokens, distance, edge=lexicon.shift + _BIN)
        parts.append(_align(around, lexicon, *long))
    return _keep(stream, lexicon, *parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    piece: Integers
    first: Integers
    last: Integers
    cost: Floats

    @classmethod
    def none(cls) -> _Rows:
        whole = np.empty(0, dtype=np.int64)
        return cls(whole, whole, whole, np.empty(0, dtype=np.float32))

    def some(self, chosen: Flags) -> _Rows:
        piece, first, last = self.piece[chosen], self.first[chosen], self.last[chosen]
        return _Rows(piece, first, last, self.cost[chosen])


def _compare(distance: Floats, lexicon: Lexicon, piece: Integers, window: Integers) -> _Rows:
    """Short pieces token by token: they are heard whole, with nothing lost and nothing between."""
    count, types = distance.shape
    edge, length = SHORTEST_VOTED - 2, len(lexicon.first_types)
    # a column more, which padding of type -1 reads: it costs nothing
    around = np.full((count + 2 * edge, types + 1), UNLIKE, dtype=np.float32)
    np.abs(distance, out=around[edge : edge + count, :types])
    around[:, types] = 0.0
    begin = (window + edge) * (types + 1)
    apart = [
        around.take(begin + place * (types + 1) + lexicon.first_types[place].take(piece))
        for place in range(length)
    ]
    cost = apart[0] * lexicon.first_weight[0].take(piece)
    for place in range(1, length):
        cost += apart[place] * lexicon.first_weight[place].take(piece)
    cheap = cost <= lexicon.most.take(piece) + _TINY
    if not cheap.any():
        return _Rows.none()
    rows = _Rows(piece, window, window + lexicon.size.take(piece) - 1, cost).some(cheap)
    votes = np.zeros(len(rows.piece))
    for place in range(length):
        near = apart[place][cheap] <= NEAR
        votes += np.where(near, lexicon.votes[rows.piece, place], 0)
    return rows.some(votes >= lexicon.least_votes[rows.piece] - 1e-4)


def _align(around: _Around, lexicon: Lexicon, piece: Integers, window: Integers) -> _Rows:
    """Longer pieces as a whole with the cheapest part of their windows."""
    width = _window_widths(lexicon.size[piece])
    hopeful = _hopeful(around, lexicon, piece=piece, window=window, width=width)
    if not len(hopeful):
        return _Rows.none()
    order = hopeful[np.argsort(-lexicon.size[piece[hopeful]], kind="stable")]
    piece, window = piece[order], window[order]
    costs = _costs(around, lexicon, piece=piece, window=window, width=width[order])
    cheap = np.flatnonzero(least_costs(costs) <= lexicon.most[piece] + _TINY)
    if not len(cheap):
        return _Rows.none()
    placed = align(costs.some(cheap))
    window = window[cheap]
    return _Rows(piece[cheap], window + placed.first, window + placed.last, placed.cost)


def _costs(
    around: _Around, lexicon: Lexicon, *, piece: Integers, window: Integers, width: Integers
) -> Costs:
    """What it costs to read each piece, by size descending, as the tokens of its window."""
    size = lexicon.size[piece]
    length = int(size.max(initial=1))
    columns = np.arange(int(width.max(initial=1)))[:, None]
    tokens = window + columns + around.edge
    tokens[columns >= width] = 0  # before the stream: nothing
    types = lexicon.types.T[:length, piece]
    kinds = around.distance.shape[1]
    apart = around.distance.take(tokens * kinds + types[:, None, :])
    place, which = np.nonzero(lexicon.essential.T[:length, piece])
    if len(place):
        at, meant = tokens.T[which], types[place, which, None]
        unlike = around.far.take(at * kinds + meant)
        apart[place, :, which] = np.where(unlike, around.other[at], apart[place, :, which])
    apart *= lexicon.weight.T[:length, None, piece]
    return Costs(
        apart,
        deletion=lexicon.deletion.T[:length, piece],
        insertion=around.insertion[tokens],
        size=size,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """The stream with `edge` rows of nothing before and after it, another word by its clearness."""

    edge: int
    distance: Floats  # shape (rows, types)
    far: Flags  # the same shape: another word
    other: Floats  # per row: what it costs to hear that instead of a word that must be heard
    insertion: Floats  # per row

    @classmethod
    def of(cls, stream: Stream, tokens: Sequence[Heard], signed: Floats, *, edge: int) -> _Around:
        count, types = signed.shape
        inside = slice(edge, edge + count)
        clear = (_DOUBTED + _TRUSTED * stream.probability).astype(np.float32)
        distance = np.full((count + 2 * edge, types), _NOWHERE, dtype=np.float32)
        other = np.full(len(distance), _NOWHERE, dtype=np.float32)
        insertion = other.copy()
        far = np.zeros(distance.shape, dtype=np.bool_)
        np.less(signed, 0, out=far[inside])
        np.multiply(signed, -clear[:, None], out=distance[inside])
        np.maximum(signed, distance[inside], out=distance[inside])
        other[inside] = np.float32(REVERSED) * clear
        insertion[inside] = [t.insertion for t in tokens]
        return cls(edge, distance, far, other, insertion)


def _window_widths(size: Integers) -> Integers:
    """Columns of each candidate's window; pieces of about one length have windows of one width."""
    width = np.zeros_like(size)
    for some in (size <= _MIDDLE, size > _MIDDLE):
        width[some] = _BIN + _BEFORE + _AFTER + size[some].max(initial=0)
    return width


def _hopeful(
    around: _Around, lexicon: Lexicon, *, piece: Integers, window: Integers, width: Integers
) -> Integers:
    """The candidates that may be cheap enough: no alignment costs less than every token at its
    cheapest, wherever in the window that is.
    """
    found = []
    kinds = around.distance.shape[1]
    widths = np.unique(width).tolist()
    for columns, cheapest in zip(widths, _sliding_minima(around.distance, widths), strict=True):
        some = np.flatnonzero(width == columns)
        pieces = piece[some]
        length = int(lexicon.size[pieces].max())
        begin = (window[some] + around.edge) * kinds
        least = cheapest.take(begin + lexicon.types.T[:length, pieces])
        least *= lexicon.weight.T[:length, pieces]
        np.minimum(least, lexicon.deletion.T[:length, pieces], out=least)
        found.append(some[least.sum(axis=0) <= lexicon.most[pieces] + _ROUNDING])
    return np.sort(np.concatenate(found))


def _sliding_minima(table: Floats, widths: Sequence[int]) -> Iterator[Floats]:
    """For each width, ascending: row i holds the least of rows i to i + width - 1."""
    span = 1
    for width in widths:
        while span * 2 <= width:
            table = np.minimum(table[:-span], table[span:])
            span *= 2
        rest = width - span
        yield np.minimum(table[: len(table) - rest], table[rest:]) if rest else table


def _keep(stream: Stream, lexicon: Lexicon, *parts: _Rows) -> dict[int, list[Place]]:
    """What is cheap enough; the cheapest of overlapping places of one piece."""
    if not any(len(p.piece) for p in parts):
        return {}
    rows = _Rows(
        piece=np.concatenate([p.piece for p in parts]),
        first=np.concatenate([p.first for p in parts]),
        last=np.concatenate([p.last for p in parts]),
        cost=np.concatenate([p.cost for p in parts]),
    )
    inside = (rows.last >= rows.first) & (rows.first >= 0) & (rows.last < len(stream.texts))
    good = (rows.cost <= lexicon.most[rows.piece] + _TINY) & inside
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
        kept = found.get(number)
        if kept is None:
            found[number] = [Place(a, b, cost, weight)]
        elif all(b < other.first or a > other.last for other in kept):
            kept.append(Place(a, b, cost, weight))
    for kept in found.values():
        kept.sort()  # by where they begin
    return found


def _short_candidates(tokens: Sequence[Heard]) -> tuple[Integers, Integers]:
    """Piece and first token of every place where the token that says most of a short piece is."""
    piece = np.concatenate([t.short_piece for t in tokens])
    offset = np.concatenate([t.short_offset for t in tokens])
    counts = [len(t.short_piece) for t in tokens]
    return piece, np.repeat(np.arange(len(counts)), counts) - offset


def _candidates(tokens: Sequence[Heard], lexicon: Lexicon) -> tuple[Integers, Integers]:
    """Longer piece and first window token of every place with enough votes.

    Votes are counted in halves of a bin, so that those of one place fall into two halves that
    touch; a place that gives its votes to a stronger one before it is not taken.
    """
    width = len(lexicon.voted)
    cells = [t.odd if at % 2 else t.even for at, t in enumerate(tokens)]
    counts = [len(c) for c in cells]
    rows = (len(cells) + lexicon.shift) // _HALF + 2
    # an empty row before and after, so that every place has neighbours
    cell = np.concatenate(cells)
    cell += np.repeat((np.arange(len(cells)) // _HALF + 1) * width, counts)
    votes = np.bincount(cell, minlength=(rows + 1) * width).astype(np.int16)
    table = votes.reshape(rows + 1, width)
    least = lexicon.least_votes[lexicon.voted].astype(np.int16)
    place = np.flatnonzero(table[:-1] + table[1:] >= least)
    before, here, after = votes[place - width], votes[place], votes[place + width]
    chosen = place[(here > 0) & ((before == 0) | (after >= before))]
    first = (chosen // max(1, width) - 1) * _HALF - _BEFORE - lexicon.shift
    return lexicon.voted[chosen % max(1, width)], first

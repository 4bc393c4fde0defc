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
from pipeline.lexicon import NEAR, REVERSED, SHORTEST_VOTED, UNLIKE, Heard, Lexicon
from pipeline.stream import Stream

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LEAST_SIMILARITY: Final = 77.0  # below, a place is not even a candidate
BREAK_S: Final = 3.0  # a phrase does not go on after a longer silence
_BIN: Final = 4  # tokens; votes of one place may drift by that much through added and lost tokens
_HALF: Final = _BIN // 2
_BEFORE, _AFTER = 2, 3  # tokens of window before and after a bin
_MIDDLE: Final = 7  # tokens; windows of pieces up to this size are of one width, longer of another
_NOWHERE: Final = 100.0  # what it costs to hear something where nothing is
_SHORT_COST: Final = (0.0, 0.04, 0.16, 0.2)  # the most that a piece of 1, 2, 3 tokens may cost
# Another word than the phrase's counts for more, the surer its recognition: from 0.7 at no trust
# to 1.25 at full trust.
_DOUBTED: Final = np.float32(0.7)
_TRUSTED: Final = np.float32(0.55)
_ROUNDING: Final = 1e-3
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
    return _keep(stream, lexicon, _compare(heard, lexicon), _align(heard, lexicon))


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """The stream as the lexicon sees it: each token's kind, and what each kind costs."""

    tokens: tuple[Heard, ...]
    distance: Floats  # shape (tokens, types)
    insertion: Floats  # per token
    clear: Floats  # per token: how much the recognition of another word counts

    @classmethod
    def of(cls, stream: Stream, lexicon: Lexicon) -> _Heard:
        known = {text: lexicon.heard(text) for text in dict.fromkeys(stream.texts)}
        tokens = tuple(known[text] for text in stream.texts)
        return cls(
            tokens=tokens,
            distance=np.stack([t.distance for t in tokens]),
            insertion=np.array([t.insertion for t in tokens], dtype=np.float32),
            clear=(_DOUBTED + _TRUSTED * stream.probability).astype(np.float32),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    piece: Integers
    first: Integers
    last: Integers
    cost: Floats

    def some(self, chosen: Flags) -> _Rows:
        piece, first, last = self.piece[chosen], self.first[chosen], self.last[chosen]
        return _Rows(piece, first, last, self.cost[chosen])


def _compare(heard: _Heard, lexicon: Lexicon) -> _Rows:
    """Short pieces token by token: they are heard whole, with nothing lost and nothing between."""
    piece, window = _short_candidates(heard)
    count = len(heard.tokens)
    length = min(SHORTEST_VOTED - 1, lexicon.types.shape[1])
    tokens = window[:, None] + np.arange(length)
    types = lexicon.types[piece, :length]
    used = types >= 0
    outside = used & ((tokens < 0) | (tokens >= count))
    apart = heard.distance[np.clip(tokens, 0, count - 1), types]
    near = used & ~outside & (apart <= NEAR)
    votes = np.where(near, lexicon.votes[piece, :length], 0).sum(axis=1, dtype=np.float64)
    apart = np.where(outside, UNLIKE, np.where(used, apart * lexicon.weight[piece, :length], 0))
    cost = apart.sum(axis=1, dtype=np.float32)
    rows = _Rows(piece, window, window + lexicon.size[piece] - 1, cost)
    return rows.some(votes >= lexicon.least_votes[piece] - 1e-4)


def _align(heard: _Heard, lexicon: Lexicon) -> _Rows:
    """Longer pieces as a whole with the cheapest part of their windows."""
    piece, window = _candidates(heard, lexicon)
    width = _window_widths(lexicon.size[piece])
    around = _Around.of(heard, edge=lexicon.shift + _BIN)
    hopeful = _hopeful(around, lexicon, piece=piece, window=window, width=width)
    order = hopeful[np.argsort(-lexicon.size[piece[hopeful]], kind="stable")]
    piece, window, width = piece[order], window[order], width[order]
    size = lexicon.size[piece]
    length = int(size.max(initial=1))
    columns = np.arange(int(width.max(initial=1)))
    tokens = window[:, None] + columns + around.edge
    tokens[columns >= width[:, None]] = 0  # before the stream: nothing
    types = lexicon.types[piece, :length]
    apart = around.distance[tokens[:, None, :], types[:, :, None]]
    which, place = np.nonzero(lexicon.essential[piece, :length])
    at, meant = tokens[which], types[which, place, None]
    apart[which, place] = np.where(around.far[at, meant], around.other[at], apart[which, place])
    apart *= lexicon.weight[piece, :length, None]
    placed = align(
        apart,
        deletion=lexicon.deletion[piece, :length],
        insertion=around.insertion[tokens],
        size=size,
    )
    return _Rows(piece, window + placed.first, window + placed.last, placed.cost)


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """The stream with `edge` rows of nothing before and after it, another word by its clearness."""

    edge: int
    distance: Floats  # shape (rows, types)
    far: Flags  # the same shape: another word
    other: Floats  # per row: what it costs to hear that instead of a word that must be heard
    insertion: Floats  # per row

    @classmethod
    def of(cls, heard: _Heard, *, edge: int) -> _Around:
        count, types = heard.distance.shape
        inside = slice(edge, edge + count)
        distance = np.full((count + 2 * edge, types), _NOWHERE, dtype=np.float32)
        far = np.zeros(distance.shape, dtype=np.bool_)
        other = np.full(len(distance), _NOWHERE, dtype=np.float32)
        insertion = other.copy()
        far[inside] = heard.distance > NEAR
        distance[inside] = heard.distance
        np.multiply(distance[inside], heard.clear[:, None], out=distance[inside], where=far[inside])
        other[inside] = np.float32(REVERSED) * heard.clear
        insertion[inside] = heard.insertion
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
    for columns in np.unique(width).tolist():
        some = np.flatnonzero(width == columns)
        length = int(lexicon.size[piece[some]].max())
        cheapest = _sliding_minimum(around.distance, columns)
        types = lexicon.types[piece[some], :length]
        read = cheapest[window[some, None] + around.edge, types]
        read *= lexicon.weight[piece[some], :length]
        least = np.minimum(read, lexicon.deletion[piece[some], :length]).sum(axis=1)
        found.append(some[least <= _most(lexicon, piece[some]) + _ROUNDING])
    return np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)


def _sliding_minimum(table: Floats, width: int) -> Floats:
    """Row i holds the least of each column in rows i to i + width - 1."""
    span = 1
    while span * 2 <= width:
        table = np.minimum(table[:-span], table[span:])
        span *= 2
    rest = width - span
    return np.minimum(table[: len(table) - rest], table[rest:]) if rest else table


def _most(lexicon: Lexicon, piece: Integers) -> Floats:
    """The most that each piece may cost where it was said."""
    most = lexicon.total[piece] * (1.0 - LEAST_SIMILARITY / 100.0)
    size = lexicon.size[piece]
    for tokens in range(1, SHORTEST_VOTED):
        most = np.where(size == tokens, _SHORT_COST[tokens], most)
    return most


def _keep(stream: Stream, lexicon: Lexicon, *parts: _Rows) -> dict[int, list[Place]]:
    """What is cheap enough; the cheapest of overlapping places of one piece."""
    rows = _Rows(
        piece=np.concatenate([p.piece for p in parts]),
        first=np.concatenate([p.first for p in parts]),
        last=np.concatenate([p.last for p in parts]),
        cost=np.concatenate([p.cost for p in parts]),
    )
    inside = (rows.last >= rows.first) & (rows.first >= 0) & (rows.last < len(stream.texts))
    good = (rows.cost <= _most(lexicon, rows.piece) + 1e-6) & inside
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


def _short_candidates(heard: _Heard) -> tuple[Integers, Integers]:
    """Piece and first token of every place where the token that says most of a short piece is."""
    piece = np.concatenate([t.short_piece for t in heard.tokens])
    offset = np.concatenate([t.short_offset for t in heard.tokens])
    counts = [len(t.short_piece) for t in heard.tokens]
    return piece, np.repeat(np.arange(len(counts)), counts) - offset


def _candidates(heard: _Heard, lexicon: Lexicon) -> tuple[Integers, Integers]:
    """Longer piece and first window token of every place with enough votes.

    Votes are counted in halves of a bin, so that those of one place fall into two halves that
    touch; a place that gives its votes to a stronger one before it is not taken.
    """
    pieces = len(lexicon.pieces)
    cells = [t.odd if at % 2 else t.even for at, t in enumerate(heard.tokens)]
    counts = [len(c) for c in cells]
    rows = (len(cells) + lexicon.shift) // _HALF + 2
    cell = np.concatenate(cells) + np.repeat(np.arange(len(cells)) // _HALF * pieces, counts)
    weight = np.concatenate([t.weight for t in heard.tokens])
    # an empty row before and after, so that every place has neighbours
    votes = np.bincount(cell + pieces, weight, minlength=(rows + 1) * pieces)
    table = votes.reshape(-1, pieces)
    enough = table[:-1] + table[1:] >= lexicon.least_votes - 1e-4
    place = np.flatnonzero(enough)
    before, here, after = votes[place - pieces], votes[place], votes[place + pieces]
    chosen = place[(here > 0) & ((before == 0) | (after >= before))]
    return chosen % pieces, (chosen // pieces - 1) * _HALF - _BEFORE - lexicon.shift

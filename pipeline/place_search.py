"""Where the pieces of a phrasebook may stand in a stream of tokens, and at what cost: what costs
millions of small steps a call, compiled.

All compiled functions stand here with the figures that they use: what is kept of them on disk is
made anew when this file changes, and only then.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.machine_code import compiled

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEAR: Final = 0.3  # tokens at most this far apart vote for a phrase being said
# A negation heard but not meant, or meant but not heard, is never a small error.
REVERSED: Final = 4.0
SHORTEST_VOTED: Final = 4  # tokens; shorter pieces are heard whole or not at all
_UNLIKE: Final = np.float32(9.0)  # what it costs to hear nothing instead of a short piece's token
_BIN: Final = 4  # tokens; votes of one place may drift by that much through added and lost tokens
_HALF: Final = _BIN // 2
_BEFORE, _AFTER = 2, 3  # tokens of window before and after a bin
_MIDDLE: Final = 7  # tokens; windows of pieces up to this size are of one width, longer of another
_NOWHERE: Final = np.float32(100.0)  # what it costs to hear something where nothing is
_ROUNDING: Final = np.float32(1e-3)
_TINY: Final = np.float32(1e-6)
_MOST_INSERTED: Final = 3  # tokens heard in a row between two tokens of a phrase
_FOR_LENGTH: Final = np.float32(1e-4)  # for each token of a place: the shorter of equal ones wins


class HeardTables(NamedTuple):
    """The rows of all tokens; the votes of row r are those from `first[r]` to `first[r + 1]`."""

    distance: Floats
    insertion: Floats
    first: Integers
    piece: Integers
    place: Integers


class Pieces(NamedTuple):
    """What a lexicon says of its pieces."""

    types: Integers
    weight: Floats
    votes: Floats
    deletion: Floats
    essential: Flags
    size: Integers
    least_votes: Floats
    most: Floats


class Found(NamedTuple):
    """Pieces at places, in columns."""

    piece: Integers
    first: Integers
    last: Integers
    cost: Floats


Windows = tuple[Integers, Integers]  # pieces, and the tokens at which their windows begin


@compiled
def find_candidates(
    rows: Integers, heard: HeardTables, pieces: Pieces, shift: int
) -> tuple[Windows, Windows]:
    """Every place where a short piece may be, by the token that says most of it, and every window
    in which a longer piece has enough votes.

    Votes are counted in halves of a bin, so that those of one place fall into two halves that
    touch; a place that gives its votes to a stronger one before it is not taken.
    """
    most = int((heard.first[rows + 1] - heard.first[rows]).sum())
    short_piece, short_window = np.empty(most, np.int64), np.empty(most, np.int64)
    enough = np.empty(2 * most, np.int64)  # cells that with the next of their piece have the votes
    width = len(pieces.size)
    # an empty half before and after, so that every place has neighbours
    votes = np.zeros(((len(rows) + shift) // _HALF + 4) * width, np.uint16)
    shorts, cells = 0, 0
    for at, row in enumerate(rows):
        for vote in range(heard.first[row], heard.first[row + 1]):
            piece, place = heard.piece[vote], heard.place[vote]
            if pieces.size[piece] < SHORTEST_VOTED:
                short_piece[shorts], short_window[shorts] = piece, at - place
                shorts += 1
                continue
            cell = ((at + shift - place) // _HALF + 1) * width + piece
            votes[cell] += 1
            least = int(pieces.least_votes[piece])
            for lower in (cell - width, cell):
                if votes[lower] + votes[lower + width] == least:
                    enough[cells] = lower
                    cells += 1
    enough = np.sort(enough[:cells])
    piece_of, window_of = np.empty(cells, np.int64), np.empty(cells, np.int64)
    found, previous = 0, np.int64(-1)
    for cell in enough:
        before, here, after = votes[cell - width], votes[cell], votes[cell + width]
        if cell != previous and here > 0 and (before == 0 or after >= before):
            piece_of[found] = cell % width
            window_of[found] = (cell // width - 1) * _HALF - _BEFORE - shift
            found += 1
        previous = cell
    return (
        (short_piece[:shorts], short_window[:shorts]),
        (piece_of[:found], window_of[:found]),
    )


@compiled
def compare_short(
    rows: Integers, heard: HeardTables, pieces: Pieces, piece: Integers, window: Integers
) -> Found:
    """Short pieces token by token: they are heard whole, with nothing lost and nothing between."""
    kept, costs = np.zeros(len(piece), np.bool_), np.zeros(len(piece), np.float32)
    for number in range(len(piece)):
        which, cost, votes = piece[number], np.float32(0.0), 0.0
        for place in range(pieces.size[which]):
            at = window[number] + place
            apart = _UNLIKE
            if 0 <= at < len(rows):
                apart = abs(heard.distance[rows[at], pieces.types[which, place]])
            cost += apart * pieces.weight[which, place]
            if apart <= NEAR:
                votes += pieces.votes[which, place]
        if cost <= pieces.most[which] + _TINY and votes >= pieces.least_votes[which] - 1e-4:
            kept[number], costs[number] = True, cost
    chosen = np.flatnonzero(kept)
    first = window[chosen]
    return Found(piece[chosen], first, first + pieces.size[piece[chosen]] - 1, costs[chosen])


@compiled
def align_long(
    rows: Integers,
    clear: Floats,
    heard: HeardTables,
    pieces: Pieces,
    piece: Integers,
    window: Integers,
) -> Found:
    """Longer pieces as a whole with the cheapest part of their windows."""
    longest = pieces.types.shape[1]
    widest = _BIN + _BEFORE + _AFTER + max(longest, _MIDDLE)
    substitution = np.empty((longest, widest), np.float32)
    insertion = np.empty(widest, np.float32)
    found = np.empty(len(piece), np.int64)
    first, last = np.empty(len(piece), np.int64), np.empty(len(piece), np.int64)
    costs = np.empty(len(piece), np.float32)
    count = 0
    for number in range(len(piece)):
        which, begin = piece[number], window[number]
        size = pieces.size[which]
        width = _BIN + _BEFORE + _AFTER + (_MIDDLE if size <= _MIDDLE else longest)
        if not _weigh(rows, clear, heard, pieces, which, begin, substitution[:size, :width]):
            continue
        for column in range(width):
            at = begin + column
            inside = 0 <= at < len(rows)
            insertion[column] = heard.insertion[rows[at]] if inside else _NOWHERE
        cost, since, until = align(
            substitution[:size, :width], pieces.deletion[which, :size], insertion[:width]
        )
        since, until = begin + since, begin + until
        if cost <= pieces.most[which] + _TINY and 0 <= since <= until < len(rows):
            found[count], costs[count] = which, cost
            first[count], last[count] = since, until
            count += 1
    return Found(found[:count], first[:count], last[:count], costs[:count])


@compiled
def _weigh(
    rows: Integers,
    clear: Floats,
    heard: HeardTables,
    pieces: Pieces,
    piece: int,
    begin: int,
    substitution: Floats,
) -> bool:
    """What it costs to read a piece as the tokens of its window, into `substitution`; False as soon
    as no alignment can be cheap enough: none costs less than every token at its cheapest.
    """
    size, width = substitution.shape
    least = np.float32(0.0)
    for place in range(size):
        meant, weight = pieces.types[piece, place], pieces.weight[piece, place]
        cheapest = pieces.deletion[piece, place]
        for column in range(width):
            at = begin + column
            apart = _NOWHERE
            if 0 <= at < len(rows):
                apart = heard.distance[rows[at], meant]
                if apart < 0:
                    other = np.float32(REVERSED) if pieces.essential[piece, place] else -apart
                    apart = other * clear[at]
            apart *= weight
            substitution[place, column] = apart
            cheapest = min(cheapest, apart)
        least += cheapest
        if least > pieces.most[piece] + _ROUNDING:
            return False
    return True


@compiled
def align(substitution: Floats, deletion: Floats, insertion: Floats) -> tuple[float, int, int]:
    """Align a whole phrase with a part of its window, at least cost.

    The phrase is covered from its first to its last token; the window is free before and after.
    Between phrase tokens at most three heard tokens in a row are skipped. Of equally cheap places
    the shortest, then the earliest, wins.

    Args:
        substitution: cost of reading phrase token i as window token j, shape (tokens, columns).
        deletion: of each phrase token when it was not heard, shape (tokens,).
        insertion: of each heard token when it is not in the phrase, shape (columns,).
    Returns: cost, and the place's first and last column; `last < first` where nothing of the
    phrase was heard.
    """
    tokens, columns = substitution.shape
    cost = np.zeros(columns + 1, dtype=np.float32)  # of [c]: window[:c] consumed
    begin = np.arange(columns + 1)
    for token in range(tokens):
        for c in range(columns, -1, -1):
            read = cost[c - 1] + substitution[token, c - 1] if c else np.float32(np.inf)
            cost[c] += deletion[token]
            if read <= cost[c]:
                cost[c], begin[c] = read, begin[c - 1]
        for _ in range(_MOST_INSERTED if token < tokens - 1 else 0):
            for c in range(columns, 0, -1):
                skipped = cost[c - 1] + insertion[c - 1]
                if skipped < cost[c]:
                    cost[c], begin[c] = skipped, begin[c - 1]
    best = 0
    for c in range(1, columns + 1):
        if cost[c] + _FOR_LENGTH * np.float32(c - begin[c]) < cost[best] + _FOR_LENGTH * np.float32(
            best - begin[best]
        ):
            best = c
    return cost[best], begin[best], best - 1


@compiled
def lie_apart(piece: Integers, first: Integers, last: Integers, whole: Flags) -> Flags:
    """Which of some places, by piece and then by cost, lie over none before them of their piece."""
    kept = np.zeros(len(piece), np.bool_)
    begin = 0
    for number in range(len(piece)):
        if piece[number] != piece[begin]:
            begin = number
        kept[number] = whole[number]
        for other in range(begin, number):
            if kept[other] and first[number] <= last[other] and last[number] >= first[other]:
                kept[number] = False
    return kept

"""Find every place of a stream where a phrase was said, however it was misheard.

Three steps for all phrases at once: tokens that sound alike vote for a phrase at a place; each
place with enough votes is aligned with the whole phrase at least cost; what stays cheap enough is a
hit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.alignment import align
from pipeline.lexicon import NEAR, REVERSED, UNLIKE, Lexicon
from pipeline.patterns import Pattern, Piece, Slot
from pipeline.slots import slot_spans
from pipeline.stream import Stream

Integers = npt.NDArray[np.int64]

LEAST_SIMILARITY: Final = 72.0  # below, a place is not even a candidate
_VOTES: Final = 0.6  # of a phrase's weight that must sound alike before it is aligned
_BIN: Final = 4  # tokens; votes of one place may drift by that much through added and lost tokens
_MARGIN: Final = 3  # tokens of window before and after a bin
_SHORT: Final = 4  # fewer tokens than this must be exact by sound
_SHORT_COST: Final = (0.0, 0.04, 0.16, 0.2)  # the most that a piece of 1, 2, 3 tokens may cost
# Another word than the phrase's counts for more, the surer its recognition: from 0.7 at no trust
# to 1.25 at full trust.
_DOUBTED: Final = np.float32(0.7)
_TRUSTED: Final = np.float32(0.55)
_BREAK_S: Final = 3.0  # a phrase does not go on after a longer silence
_BORDER_COST: Final = 0.25  # for each turn border inside a phrase


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase at a place; `first` and `last` are tokens of the stream, both included."""

    pattern: Pattern
    first: int
    last: int
    cost: float
    weight: float

    @property
    def sound_similarity(self) -> float:
        """0-100: how much of the phrase's weight was heard."""
        return max(0.0, 100.0 * (1.0 - self.cost / self.weight))


@dataclass(frozen=True, slots=True)
class _Place:
    first: int
    last: int
    cost: float
    weight: float


def find_hits(
    stream: Stream, patterns: Iterable[Pattern], *, lexicon: Lexicon
) -> Mapping[Pattern, tuple[Hit, ...]]:
    """The hits of each pattern, ascending by place; patterns without a hit are left out.

    A hit covers the whole pattern. Pieces shorter than four tokens must be exact by sound. A
    pattern may go on over the border of turns unless more than three seconds of silence lie
    between.
    """
    if not stream.texts or not lexicon.pieces:
        return {}
    places = _find_places(stream, lexicon)
    slots: dict[str, list[_Place]] = {}
    found: dict[Pattern, tuple[Hit, ...]] = {}
    for pattern in patterns:
        steps: list[list[_Place]] = []
        for element in pattern.elements:
            if isinstance(element, Slot) and element.kind not in slots:
                spans = slot_spans(stream, element.kind)
                slots[element.kind] = [_Place(a, b, 0.0, 0.0) for a, b in spans]
            here = slots[element.kind] if isinstance(element, Slot) else places.get(element, [])
            if not here:
                break
            steps.append(here)
        else:
            if hits := _chain(pattern, steps, stream):
                found[pattern] = hits
    return found


def _chain(pattern: Pattern, steps: list[list[_Place]], stream: Stream) -> tuple[Hit, ...]:
    chains = [(p.first, p) for p in steps[0]]
    for gap, nexts in zip(pattern.gaps, steps[1:], strict=True):
        joined = []
        for begin, place in chains:
            near = [n for n in nexts if 0 < n.first - place.last <= gap + 1]
            if near:
                best = min(near, key=lambda n: (n.cost, n.first))
                joined.append(
                    (
                        begin,
                        _Place(
                            begin, best.last, place.cost + best.cost, place.weight + best.weight
                        ),
                    )
                )
        chains = joined
    return tuple(
        Hit(pattern, begin, place.last, place.cost, place.weight)
        for begin, place in chains
        if _anchored(pattern, stream, begin, place.last)
        and (len(steps) == 1 or _unbroken(stream, begin, place.last))
    )


def _anchored(pattern: Pattern, stream: Stream, first: int, last: int) -> bool:
    return (not pattern.at_clause_start or bool(stream.clause_start[first])) and (
        not pattern.at_clause_end or bool(stream.clause_end[last])
    )


def _unbroken(stream: Stream, first: int, last: int) -> bool:
    gaps = stream.start[first + 1 : last + 1] - stream.end[first:last]
    return bool(np.all(gaps <= _BREAK_S))


def _find_places(stream: Stream, lexicon: Lexicon) -> dict[Piece, list[_Place]]:
    """The cheapest places of each piece, ascending, none overlapping another of the same piece."""
    piece, window = _candidates(stream, lexicon)
    if not len(piece):
        return {}
    columns = int(_BIN + 2 * _MARGIN + lexicon.types.shape[1])
    tokens = window[:, None] + np.arange(columns)
    inside = (tokens >= 0) & (tokens < len(stream.texts))
    tokens = np.clip(tokens, 0, len(stream.texts) - 1)
    heard, kind = _heard_types(stream)
    known = [lexicon.heard(token) for token in heard]
    distance = np.stack([k.distance for k in known])
    insertion = np.array([k.insertion for k in known], dtype=np.float32)
    kinds = kind[tokens]
    types = lexicon.types[piece]
    apart = distance[kinds[:, None, :], types[:, :, None]]
    apart = np.where(lexicon.essential[piece][:, :, None] & (apart > NEAR), REVERSED, apart)
    clear = _DOUBTED + _TRUSTED * stream.probability.astype(np.float32)[tokens]
    apart = np.where(apart > NEAR, apart * clear[:, None, :], apart)
    substitution = apart * lexicon.weight[piece][:, :, None]
    substitution[(types < 0)[:, :, None] | ~inside[:, None, :]] = UNLIKE
    placed = align(
        substitution,
        deletion=lexicon.deletion[piece],
        insertion=np.where(inside, insertion[kinds], UNLIKE).astype(np.float32),
    )
    return _keep(
        stream,
        lexicon,
        piece=piece,
        first=window + placed.first,
        last=window + placed.last,
        cost=placed.cost,
    )


def _keep(
    stream: Stream,
    lexicon: Lexicon,
    *,
    piece: Integers,
    first: Integers,
    last: Integers,
    cost: npt.NDArray[np.float32],
) -> dict[Piece, list[_Place]]:
    most = lexicon.total[piece] * (1.0 - LEAST_SIMILARITY / 100.0)
    size = lexicon.size[piece]
    for tokens in range(1, _SHORT):
        most = np.where(size == tokens, _SHORT_COST[tokens], most)
    good = (cost <= most + 1e-6) & (last >= first) & (first >= 0) & (last < len(stream.texts))
    borders = np.concatenate([[0], np.cumsum(stream.turn[1:] != stream.turn[:-1])])
    silences = stream.start[1:] - stream.end[:-1] > _BREAK_S
    breaks = np.concatenate([[0], np.cumsum(silences)])
    found: dict[Piece, list[_Place]] = {}
    for row in np.flatnonzero(good)[np.lexsort((cost[good], piece[good]))]:
        a, b, which = int(first[row]), int(last[row]), int(piece[row])
        if breaks[b] > breaks[a]:
            continue
        paid = float(cost[row]) + _BORDER_COST * int(borders[b] - borders[a])
        kept = found.setdefault(lexicon.pieces[which], [])
        if all(b < other.first or a > other.last for other in kept):
            kept.append(_Place(a, b, paid, float(lexicon.total[which])))
    for kept in found.values():
        kept.sort(key=lambda place: place.first)
    return found


def _heard_types(stream: Stream) -> tuple[tuple[str, ...], Integers]:
    distinct = tuple(dict.fromkeys(stream.texts))
    number = {text: i for i, text in enumerate(distinct)}
    return distinct, np.array([number[t] for t in stream.texts], dtype=np.int64)


def _candidates(stream: Stream, lexicon: Lexicon) -> tuple[Integers, Integers]:
    """Piece and first window token of every place with enough votes."""
    heard, kind = _heard_types(stream)
    order = np.argsort(kind, kind="stable")
    edges = np.searchsorted(kind[order], np.arange(len(heard) + 1))
    votes_piece, votes_place, votes_weight = [], [], []
    for number, token in enumerate(heard):
        known = lexicon.heard(token)
        if not len(known.piece):
            continue
        at = order[edges[number] : edges[number + 1]]
        votes_piece.append(np.tile(known.piece, len(at)))
        votes_weight.append(np.tile(known.weight, len(at)))
        votes_place.append((at[:, None] - known.offset[None, :]).ravel())
    if not votes_piece:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    piece, weight = np.concatenate(votes_piece), np.concatenate(votes_weight)
    shift = int(lexicon.types.shape[1]) + _BIN
    place = np.concatenate(votes_place) + shift
    bins = (len(stream.texts) + shift) // _BIN + 2
    least = np.repeat(lexicon.total * _VOTES, bins)
    pieces, windows = [], []
    for offset in (0, _BIN // 2):
        key = piece * bins + (place + offset) // _BIN
        sums = np.bincount(key, weights=weight, minlength=len(lexicon.pieces) * bins)
        chosen = np.flatnonzero(sums >= least)
        pieces.append(chosen // bins)
        windows.append((chosen % bins) * _BIN - offset - shift - _MARGIN)
    return np.concatenate(pieces), np.concatenate(windows)

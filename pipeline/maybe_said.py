"""Which of many word sequences may hold a phrase: all that hold one, and few others.

They are searched at once, one behind the other, by `pipeline.places`, with every doubt in favour
of the phrase: words are as doubtful as they can be, no pause or turn parts a phrase, nothing denies
it, and its parts may stand further apart than it allows. So a sequence in which nothing is found
here has no hit of `pipeline.matching` either, whatever the times of its words are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.call import Role, Transcript
from pipeline.lexicon import Lexicon
from pipeline.phrase_index import IndexedPattern, PhraseIndex
from pipeline.place_search import SHORTEST_VOTED
from pipeline.places import Place, find_places
from pipeline.stream import Stream

_Integers = npt.NDArray[np.int64]

_NOTHING: Final = "\0" * 12  # between two sequences: it sounds like no word
_AT_ONCE: Final = 1500  # tokens; with more, the places of one piece become too many to compare
_DRIFT: Final = 12  # tokens; more than a window is longer than its piece
# The cheapest alignment is chosen up to 1e-4 for each of its tokens: here it must not be lost.
_DOUBTED, _TRUSTED = 0.7, 0.55  # what another word costs, at no trust, and more at full trust
_MOST_INSERTED: Final = 3  # heard tokens in a row between two of a piece
_TOLERANCE: Final = np.float32(0.01)


class Words(NamedTuple):
    """Tokens of one role in a row, and the least that each can have been trusted, 0-1."""

    texts: tuple[str, ...]
    trust: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """Some patterns, in the lexicon of all that are looked for with them: what is found of one
    piece depends on the longest of the others.
    """

    lexicon: Lexicon
    patterns: tuple[IndexedPattern, ...]

    @property
    def between(self) -> int:
        """Tokens of nothing between two sequences: as many as the widest window, and even, since
        `places` counts votes in twos.
        """
        return (self.longest + _DRIFT) // 2 * 2

    @property
    def longest(self) -> int:
        """Tokens of the longest piece."""
        return int(self.lexicon.types.shape[1])


def make_sought(index: PhraseIndex, patterns: tuple[IndexedPattern, ...]) -> Sought | None:
    """Some patterns of an index; None where one has no words of its own, so that it may be
    anywhere.
    """
    rows, heard = index.lexicon.heard.rows([_NOTHING])
    if heard.first[rows[0]] < heard.first[rows[0] + 1]:  # it votes for something
        return None
    if not all(pattern.others for pattern in patterns):
        return None
    return Sought(replace(index.lexicon, most=index.lexicon.most + _TOLERANCE), patterns)


def may_hold(sought: Sought, sequences: Sequence[Words]) -> frozenset[int]:
    """The numbers of the sequences that may hold one of the patterns."""
    if not sought.patterns:
        return frozenset()
    found: set[int] = set()
    for first, part in _parts(sequences, sought):
        found |= {first + number for number in _search(sought, part)}
    return frozenset(found)


def _parts(sequences: Sequence[Words], sought: Sought) -> Iterator[tuple[int, list[Words]]]:
    """As many sequences as are compared at once, with the number of the first."""
    first, size = 0, 0
    part: list[Words] = []
    for number, sequence in enumerate(sequences):
        if part and size + len(sequence.texts) > _AT_ONCE:
            yield first, part
            first, size, part = number, 0, []
        part.append(sequence)
        size += len(sequence.texts) + sought.between
    if part:
        yield first, part


def _search(sought: Sought, sequences: Sequence[Words]) -> set[int]:
    texts: list[str] = []
    trust: list[float] = []
    begins = []
    for sequence in sequences:
        begins.append(len(texts))
        between = sought.between + len(sequence.texts) % 2
        texts += sequence.texts
        texts += [_NOTHING] * between
        trust += sequence.trust
        trust += [0.0] * between
    places = find_places(_stream(texts, trust, sought.lexicon), sought.lexicon)
    borders = np.array(begins, dtype=np.int64) - sought.between // 2
    borders[0] = -sought.between
    owners = {
        piece: np.searchsorted(borders, [place.first for place in found], side="right") - 1
        for piece, found in places.items()
    }
    found: set[int] = set()
    for pattern in sought.patterns:
        if pattern.others <= places.keys():
            some = _holding(pattern, places, owners, longest=sought.longest)
            found |= {at for at in some - found if _stands(pattern, sequences[at], sought.lexicon)}
    return found


def _holding(
    pattern: IndexedPattern,
    places: Mapping[int, list[Place]],
    owners: Mapping[int, _Integers],
    *,
    longest: int,
) -> set[int]:
    """The sequences in which the parts of a pattern stand in about its order.

    A part that was said lies over one that is kept here, in the same window: hence the slack.
    """
    before: _Integers | None = None  # last tokens of the parts so far
    owning = np.empty(0, dtype=np.int64)
    slack, slot = 0, False
    for number, (element, size) in enumerate(zip(pattern.elements, pattern.sizes, strict=True)):
        if isinstance(element, str):  # a slot, of any length
            slot = True
            continue
        first = np.array([place.first for place in places[element]], dtype=np.int64)
        last = np.array([place.last for place in places[element]], dtype=np.int64)
        own = owners[element]
        spread = size if size < SHORTEST_VOTED else 2 * (longest + _DRIFT)
        if before is not None:
            if slot:
                near = np.isin(own, owning)
            else:
                gap = pattern.pattern.gaps[number - 1] + 1
                near = _within(first, before, gap + slack + spread)
            first, last, own = first[near], last[near], own[near]
        before, owning, slack, slot = np.sort(last), own, spread, False
        if not len(owning):
            return set()
    return set(owning.tolist())


def _stands(pattern: IndexedPattern, sequence: Words, lexicon: Lexicon) -> bool:
    """Whether the parts of a pattern can be read one after the other, with its gaps between."""
    if len(pattern.elements) == 1:
        return True
    rows, heard = lexicon.heard.rows(sequence.texts)
    other = -(_DOUBTED + _TRUSTED * np.array(sequence.trust))
    signed, insertion = heard.distance[rows], heard.insertion[rows]
    begins = np.ones(len(rows) + 1, dtype=np.bool_)  # after so many tokens a part may begin
    for number, element in enumerate(pattern.elements):
        if isinstance(element, str):
            begins = np.logical_or.accumulate(begins)
            continue
        cost = np.where(begins, 0.0, np.inf)
        size = pattern.sizes[number]
        for place in range(size):
            weight = lexicon.weight[element, place]
            apart = signed[:, lexicon.types[element, place]]
            if size < SHORTEST_VOTED:
                cost[1:] = cost[:-1] + np.abs(apart) * weight
                cost[0] = np.inf
                continue
            read = cost[:-1] + np.maximum(apart, other * apart) * weight
            cost += lexicon.deletion[element, place]
            np.minimum(cost[1:], read, out=cost[1:])
            for _ in range(_MOST_INSERTED if place < size - 1 else 0):
                np.minimum(cost[1:], cost[:-1] + insertion, out=cost[1:])
        ends = cost <= lexicon.most[element] + _TOLERANCE
        if not ends.any():
            return False
        gap = pattern.pattern.gaps[number] if number < len(pattern.pattern.gaps) else 0
        begins = ends.copy()
        for apart_by in range(1, gap + 1):
            begins[apart_by:] |= ends[:-apart_by]
    return True


def _within(first: _Integers, before: _Integers, reach: int) -> npt.NDArray[np.bool_]:
    """Which of some tokens have one of the ascending others no further away than `reach`."""
    at = np.searchsorted(before, first - reach)
    there = at < len(before)
    near: npt.NDArray[np.bool_] = there & (before[np.where(there, at, 0)] <= first + reach)
    return near


def _stream(texts: Sequence[str], trust: Sequence[float], lexicon: Lexicon) -> Stream:
    """Words without times, in one turn without a pause."""
    none, whole = np.zeros(len(texts)), np.zeros(len(texts), dtype=np.int64)
    flags = np.ones(len(texts), dtype=np.bool_)
    return Stream(
        transcript=Transcript(lexicon.language, (), (), 0.0),
        role=Role.UNKNOWN,
        texts=tuple(texts),
        turn=whole,
        exchange=whole,
        first=whole,
        last=whole,
        start=none,
        end=none,
        probability=np.array(trust),
        role_probability=none,
        clause_start=flags,
        clause_end=flags,
    )

"""Find every place of a stream where a phrase was said: its pieces in order, its slots filled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from pipeline.expressions import expression_spans
from pipeline.patterns import Pattern, PhraseSet
from pipeline.phrase_index import IndexedPattern, PhraseIndex
from pipeline.places import Place, find_places
from pipeline.slots import slot_spans
from pipeline.stream import Stream
from pipeline.token_types import is_negation

# The most that a part of one or two tokens may cost beside a gap, in short and in long phrases.
_PART_COST: Final = (0.0, 0.0, 0.06)
_LONG_PART_COST: Final = (0.0, 0.04, 0.2)
_LONG: Final = 6  # tokens
_SUBJECTS: Final = frozenset("我您你请咱这那")
_ASKING: Final = ("要", "是", "好", "对")  # 要不, 是不是, 好不好 deny nothing
_PAUSE_S: Final = 0.8  # the words of a gap do not go on after a longer silence


class Hit(NamedTuple):
    """A phrase at a place; `first` and `last` are tokens of the stream, both included.

    A tuple, as `Place` is.
    """

    pattern: Pattern
    first: int
    last: int
    cost: float
    weight: float

    @property
    def sound_similarity(self) -> float:
        """0-100: how much of the phrase's weight was heard."""
        return max(0.0, 100.0 * (1.0 - self.cost / self.weight))


def find_hits(stream: Stream, index: PhraseIndex) -> Mapping[PhraseSet, tuple[Hit, ...]]:
    """The hits of each set of phrases, ascending by place; sets without a hit are left out.

    A hit covers the whole pattern. Parts with words between them stand in one turn, without a
    pause of 0.8 s, and parts of one or two tokens must then sound just so.
    """
    if not stream.texts:
        return {}
    places = find_places(stream, index.lexicon) if index.lexicon.pieces else {}
    if not places and not index.without_piece:
        return {}
    denied, fluency = _denied(stream), _fluency(stream)
    slots: dict[str, list[Place]] = {}
    found: dict[PhraseSet, list[Hit]] = defaultdict(list)
    for piece in places:
        for indexed in index.by_piece.get(piece, ()):
            if len(indexed.elements) == 1:
                chains = places[piece]
            elif indexed.others <= places.keys():
                chains = _chains(indexed, stream, places=places, slots=slots, fluency=fluency)
            else:
                continue
            hits = [
                Hit(indexed.pattern, c.first, c.last, c.cost, c.weight)
                for c in chains
                if (indexed.denies or c.first not in denied)
                and (not indexed.anchored or _anchored(indexed.pattern, stream, c))
            ]
            for owner in indexed.owners if hits else ():
                found[owner] += hits
    for indexed in index.without_piece:
        for owner in indexed.owners:
            found[owner] += _expressed(indexed, stream, slots=slots, fluency=fluency)
    return {
        owner: tuple(sorted(hits, key=_place) if len(hits) > 1 else hits)
        for owner, hits in found.items()
        if hits
    }


def _expressed(
    indexed: IndexedPattern,
    stream: Stream,
    *,
    slots: dict[str, list[Place]],
    fluency: list[int],
) -> list[Hit]:
    """The hits of a pattern that only regular expressions make up."""
    chains = _chains(indexed, stream, places={}, slots=slots, fluency=fluency)
    return [
        Hit(indexed.pattern, c.first, c.last, c.cost, c.weight)
        for c in chains
        if _anchored(indexed.pattern, stream, c)
    ]


def _place(hit: Hit) -> tuple[int, int, float, str]:
    return hit.first, hit.last, hit.cost, hit.pattern.text


def _chains(
    indexed: IndexedPattern,
    stream: Stream,
    *,
    places: Mapping[int, list[Place]],
    slots: dict[str, list[Place]],
    fluency: list[int],
) -> list[Place]:
    """Where all elements of a pattern stand in order."""
    elements = indexed.elements
    chains: list[Place] = []
    for number, (element, size) in enumerate(zip(elements, indexed.sizes, strict=True)):
        if isinstance(element, str):
            nexts = _slot_places(stream, element, slots)
        else:
            nexts = _exact_enough(places[element], size, of=indexed.size)
        if number:
            chains = _joined(chains, nexts, fluency, gap=indexed.pattern.gaps[number - 1])
        else:
            chains = nexts
        if not chains:
            break
    return chains


def _slot_places(stream: Stream, kind: str, known: dict[str, list[Place]]) -> list[Place]:
    if kind in known:
        return known[kind]
    if kind.startswith("/"):
        spans = expression_spans(stream, kind[1:-1])
        known[kind] = [Place(a, b, 0.0, float(b - a + 1)) for a, b in spans]
    else:
        known[kind] = [Place(a, b, 0.0, 0.0) for a, b in slot_spans(stream, kind)]
    return known[kind]


def _exact_enough(places: list[Place], size: int, *, of: int) -> list[Place]:
    allowed = _PART_COST if of < _LONG else _LONG_PART_COST
    if size >= len(allowed):
        return places
    most = allowed[size] + 1e-6
    return [p for p in places if p.cost <= most]


def _joined(
    places: list[Place], nexts: list[Place], fluency: list[int], *, gap: int
) -> list[Place]:
    """Each place with the cheapest next part within reach of it, the nearest of equal ones; those
    without one are left out. Both ascend by where they begin.
    """
    found = []
    for first, last, cost, weight in places:
        flow, best = fluency[last], None
        for part in nexts:
            begin = part.first
            if begin > last + gap + 1:
                break
            if begin > last and fluency[begin] == flow and (best is None or part.cost < best.cost):
                best = part
        if best is not None:
            found.append(Place(first, best.last, cost + best.cost, weight + best.weight))
    return found


def _fluency(stream: Stream) -> list[int]:
    """One number per token, the same for tokens of one turn without a longer pause between."""
    halts = stream.start[1:] - stream.end[:-1] > _PAUSE_S
    halts |= stream.exchange[1:] != stream.exchange[:-1]
    return [0, *np.cumsum(halts).tolist()]


def _denied(stream: Stream) -> frozenset[int]:
    """The tokens before which a negation stands that turns round the sense of what begins there.

    Not so where a subject begins there (要不我帮您问), nor in questions such as 可不可以 and
    是不是.
    """
    texts = stream.texts
    negations = {text for text in set(texts) if is_negation(text, stream.language)}
    found = []
    for at in range(1, len(texts)) if negations else ():
        if texts[at - 1] in negations and not stream.clause_start[at]:
            before = texts[at - 2] if at > 1 else ""
            if texts[at] not in _SUBJECTS and before not in (texts[at], *_ASKING):
                found.append(at)
    return frozenset(found)


def _anchored(pattern: Pattern, stream: Stream, place: Place) -> bool:
    return (not pattern.at_clause_start or bool(stream.clause_start[place.first])) and (
        not pattern.at_clause_end or bool(stream.clause_end[place.last])
    )

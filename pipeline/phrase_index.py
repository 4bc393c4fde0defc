"""All phrases of one role, arranged so that what was said leads to what holds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.lexicon import Lexicon, build_lexicon
from pipeline.messages import Language
from pipeline.patterns import Pattern, PhraseSet, Piece
from pipeline.token_types import is_negation

Element = int | str  # number of a piece in the lexicon, or a slot's kind


@dataclass(frozen=True, slots=True, eq=False)
class IndexedPattern:
    """A pattern, its elements by number, and the sets that it belongs to."""

    pattern: Pattern
    elements: tuple[Element, ...]
    sizes: tuple[int, ...]  # tokens of each element; 0 for a slot
    size: int  # tokens of all pieces
    others: frozenset[int]  # its pieces
    denies: bool  # begins with a negation, or with a slot: a negation before it changes nothing
    anchored: bool  # must begin or end a clause
    owners: tuple[PhraseSet, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PhraseIndex:
    """`by_piece`: patterns by their longest piece, which is said least often; `without_piece`:
    those that only regular expressions make up.
    """

    lexicon: Lexicon
    by_piece: Mapping[int, tuple[IndexedPattern, ...]]
    without_piece: tuple[IndexedPattern, ...] = ()


def index_phrases(sets: Iterable[PhraseSet], language: Language) -> PhraseIndex:
    """Arrange the phrases of some sets; a phrase of several sets is looked for once."""
    owners: dict[Pattern, list[PhraseSet]] = defaultdict(list)
    for phrases in sets:
        for pattern in phrases.patterns:
            if phrases not in owners[pattern]:
                owners[pattern].append(phrases)
    lexicon = build_lexicon(
        (e for p in owners for e in p.elements if isinstance(e, Piece)), language
    )
    number = {piece: i for i, piece in enumerate(lexicon.pieces)}
    by_piece: dict[int, list[IndexedPattern]] = defaultdict(list)
    without: list[IndexedPattern] = []
    for pattern, owned in owners.items():
        elements = tuple(number[e] if isinstance(e, Piece) else e.kind for e in pattern.elements)
        sizes = tuple(len(e.tokens) if isinstance(e, Piece) else 0 for e in pattern.elements)
        indexed = IndexedPattern(
            pattern,
            elements,
            sizes,
            sum(sizes),
            frozenset(e for e in elements if isinstance(e, int)),
            _denies(pattern, language),
            pattern.at_clause_start or pattern.at_clause_end,
            tuple(owned),
        )
        pieces = [(size, e) for size, e in zip(sizes, elements, strict=True) if isinstance(e, int)]
        longest = max(pieces, key=lambda piece: piece[0], default=None)
        (without if longest is None else by_piece[longest[1]]).append(indexed)
    grouped = {piece: tuple(found) for piece, found in by_piece.items()}
    return PhraseIndex(lexicon, grouped, tuple(without))


def _denies(pattern: Pattern, language: Language) -> bool:
    first = pattern.elements[0]
    return not isinstance(first, Piece) or is_negation(first.tokens[0], language)

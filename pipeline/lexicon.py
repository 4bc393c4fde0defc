"""All pieces of a phrasebook, laid out so that a whole transcript is compared with them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.messages import Language
from pipeline.patterns import Piece
from pipeline.sound import (
    character_distance,
    phrase_readings,
    word_distance,
)

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

UNLIKE: Final = 9.0  # substitution cost of padding
NEAR: Final = 0.3  # tokens at most this far apart vote for a phrase being said
_SUBJECT_LOST: Final = 1.3  # 搞错了 without its 您 may be anybody's
# A negation heard but not meant, or meant but not heard, is never a small error.
REVERSED: Final = 4.0

# Who is meant: 您搞错了 and 我搞错了 differ in one syllable and in everything else.
_PERSONS: Final = {
    "zh": {"我": 1, "俺": 1, "你": 2, "您": 2, "他": 3, "她": 3, "它": 3},
    "es": {},
    "en": {},
}
_NEGATIONS: Final = {
    "zh": frozenset("不没别未勿莫甭"),
    "es": frozenset(("no", "nunca", "jamas", "ni", "sin", "tampoco", "nada")),
    "en": frozenset(("no", "not", "never")),
}
# Words that come and go in speech without changing what is said; their weight, and their cost
# when added.
_LIGHT: Final = {
    "zh": {
        **dict.fromkeys("的地得了呢吧啊呀嘛哦嗯哈呃额噢诶唉", 0.35),
        **{"儿": 0.1, "吗": 0.5, "么": 0.5, "您": 0.8, "你": 0.8},
    },
    "es": dict.fromkeys(
        (
            *("de", "la", "el", "los", "las", "un", "una", "a", "en", "y", "que", "se", "lo", "le"),
            *("me", "su", "te", "tu", "al", "del", "por", "eh", "pues", "bueno", "ya", "es", "si"),
        ),
        0.6,
    ),
    "en": {},
}
_ADDED: Final = {
    "zh": {
        **dict.fromkeys("的地得了呢吧啊呀嘛哦嗯哈呃额噢诶唉儿", 0.12),
        **dict.fromkeys("您你我们咱这那就也都还再一下个给帮来吗么", 0.4),
    },
    "es": dict.fromkeys(
        (*("eh", "pues", "bueno", "mire", "ya", "de", "la", "el", "a", "se", "le", "me"), "lo"), 0.3
    ),
    "en": {},
}
_SHORT, _LONG = 4, 7  # tokens
_SHORT_LOSS: Final = 0.2  # weight
_MIDDLE_SHARE, _LONG_SHARE = 0.68, 0.6
_ADDED_OTHERWISE: Final = 0.7
# Particles are so frequent that hearing one is no sign of a word that sounds nearly so (的 for 等).
_LIGHT_HEARD: Final = frozenset("的了呢吧啊吗")
_OTHER_KIND: Final = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What one heard token may stand for: its cost against every token type, and the phrase
    places it votes for.
    """

    distance: Floats  # shape (types,)
    insertion: float
    piece: Integers
    offset: Integers
    weight: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Pieces in rows, padded to the longest.

    `types` are indices into `vocabulary`, -1 for padding; `postings` are all (type, piece,
    place, weight), by type.
    """

    language: Language
    pieces: tuple[Piece, ...]
    vocabulary: tuple[tuple[str, str], ...]  # token and how it sounds in its phrase
    types: Integers  # shape (pieces, longest)
    weight: Floats
    deletion: Floats
    essential: npt.NDArray[np.bool_]  # which tokens may not be heard as something else
    size: Integers  # tokens of each piece
    total: Floats  # weight of each piece
    least_votes: Floats  # weight that must sound alike before a piece is aligned
    _heard: dict[str, Heard] = field(default_factory=dict)

    def heard(self, token: str) -> Heard:
        """The costs and votes of a token, worked out once for each."""
        known = self._heard.get(token)
        if known is None:
            known = self._heard[token] = _hear(self, token)
        return known


def is_negation(token: str, language: Language) -> bool:
    """Whether a token denies what follows it."""
    return token in _NEGATIONS[language]


def build_lexicon(pieces: Iterable[Piece], language: Language) -> Lexicon:
    """Lay out the distinct pieces; an empty lexicon for none."""
    distinct = tuple(dict.fromkeys(pieces))
    longest = max((len(p.tokens) for p in distinct), default=1)
    sounds = [_sounds(p.tokens, language) for p in distinct]
    pairs = [list(zip(p.tokens, s, strict=True)) for p, s in zip(distinct, sounds, strict=True)]
    vocabulary = tuple(dict.fromkeys(pair for row in pairs for pair in row))
    number = {pair: i for i, pair in enumerate(vocabulary)}
    types = np.full((len(distinct), longest), -1, dtype=np.int64)
    weight = np.zeros((len(distinct), longest), dtype=np.float32)
    deletion = np.zeros_like(weight)
    essential = np.zeros_like(weight, dtype=np.bool_)
    for row, tokens in enumerate(pairs):
        for place, pair in enumerate(tokens):
            types[row, place] = number[pair]
            weight[row, place] = _LIGHT[language].get(pair[0], 1.0)
            essential[row, place] = place in distinct[row].essential
            reverses = pair[0] in _NEGATIONS[language] or essential[row, place]
            leads = place == 0 and pair[0] in _PERSONS[language]
            lost = _SUBJECT_LOST if leads else weight[row, place]
            deletion[row, place] = REVERSED if reverses else lost
    return Lexicon(
        language=language,
        pieces=distinct,
        vocabulary=vocabulary,
        types=types,
        weight=weight,
        deletion=deletion,
        essential=essential,
        size=(types >= 0).sum(axis=1),
        total=weight.sum(axis=1),
        least_votes=_least_votes((types >= 0).sum(axis=1), weight.sum(axis=1)),
    )


def _least_votes(size: Integers, total: Floats) -> Floats:
    """Short pieces must be heard whole, longer ones for a share of their weight."""
    share = np.where(size >= _LONG, _LONG_SHARE, _MIDDLE_SHARE)
    return np.where(size < _SHORT, total - _SHORT_LOSS, total * share).astype(np.float32)


def _sounds(tokens: tuple[str, ...], language: Language) -> tuple[str, ...]:
    return phrase_readings(tokens) if language == "zh" else tokens


def _hear(lexicon: Lexicon, token: str) -> Heard:
    language = lexicon.language
    distance = np.array(
        [_distance(token, meant, sound, language) for meant, sound in lexicon.vocabulary],
        dtype=np.float32,
    )
    near = np.append(distance <= NEAR, False)[lexicon.types]  # padding, type -1, is never near
    piece, offset = np.nonzero(near)
    added = _ADDED[language].get(token, _ADDED_OTHERWISE)
    return Heard(
        distance=distance,
        insertion=REVERSED if token in _NEGATIONS[language] else added,
        piece=piece,
        offset=offset,
        weight=lexicon.weight[piece, offset],
    )


def _distance(heard: str, meant: str, sound: str, language: Language) -> float:
    """0 the same to 1 unlike; beyond 1 where one of the two negates and the other is something
    else.
    """
    if language != "zh":
        distance = word_distance(heard, meant)
    elif len(heard) > 1 or len(meant) > 1:
        distance = 0.0 if heard == meant else 1.0
    else:
        distance = character_distance(heard, meant, sound)
    negations, persons = _NEGATIONS[language], _PERSONS[language]
    reversed_sense = (heard in negations) != (meant in negations)
    other_person = persons.get(heard, 0) != persons.get(meant, 0) and heard in persons
    if 0.03 < distance <= NEAR and heard in _LIGHT_HEARD and meant not in _LIGHT_HEARD:
        return _OTHER_KIND
    if distance > NEAR and (reversed_sense or (other_person and meant in persons)):
        return REVERSED
    return distance

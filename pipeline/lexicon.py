"""All pieces of a phrasebook, laid out so that a whole transcript is compared with them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.messages import Language
from pipeline.patterns import Piece
from pipeline.sound import phrase_readings, readings, syllable_distance, word_distance

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

UNLIKE: Final = 9.0  # substitution cost of padding
NEAR: Final = 0.3  # tokens at most this far apart vote for a phrase being said
_LOST: Final = 1.2  # recognition loses a word less often than it writes another one
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
_NOT_BEFORE: Final = frozenset(("nada", "ni", "sin"))
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
SHORTEST_VOTED: Final = 4  # tokens; shorter pieces are heard whole or not at all
_LONG: Final = 7  # tokens
_SHORT_LOSS: Final = 0.2  # weight
LEAST_SIMILARITY: Final = 77.0  # below, a place is not even a candidate
_SHORT_COST: Final = (0.0, 0.04, 0.16, 0.2)  # the most that a piece of 1, 2, 3 tokens may cost
_MIDDLE_SHARE, _LONG_SHARE = 0.72, 0.7
_VOTING_WEIGHT: Final = 0.85  # lighter tokens are everywhere, so that their sound says nothing
_SAME_SOUND: Final = 0.03  # another character, or spelling, of the same sound
_ADDED_OTHERWISE: Final = 0.7
# Particles are so frequent that hearing one is no sign of a word that sounds nearly so (的 for 等).
_LIGHT_HEARD: Final = frozenset("的了呢吧啊吗")
_OTHER_KIND: Final = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What one heard token may stand for: its cost against every token type, and the phrase
    places it votes for.

    A vote for a piece of at least `SHORTEST_VOTED` tokens goes to a cell of a table with a row for
    every two places where the piece may begin and a column for each such piece: for the token at
    place 2 r it is `even`, at 2 r + 1 `odd`, both + r rows. Others begin `offset` before it.
    """

    distance: Floats  # from each type, below 0 where it is another word; shape (types,)
    insertion: float
    even: Integers
    odd: Integers
    short_piece: Integers
    short_offset: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """What is known of each token type."""

    number: dict[str, list[int]]  # types by token; one character may be meant in two readings
    sounds: tuple[str, ...]
    sound_of: tuple[int, ...]  # per type, index in `sounds`
    negation: Flags
    particle: Flags
    person: Integers  # 0 where the type is no pronoun


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Pieces in rows, padded to the longest.

    `types` are indices into `vocabulary`, -1 for padding; `postings` are all (type, piece,
    place, weight), by type.
    """

    language: Language
    pieces: tuple[Piece, ...]
    vocabulary: tuple[tuple[str, str], ...]  # token and how it sounds in its phrase
    kinds: Kinds
    types: Integers  # shape (pieces, longest)
    first_types: Integers  # of the tokens that short pieces have, shape (tokens, pieces)
    first_weight: Floats  # likewise
    weight: Floats
    votes: Floats  # what each token's sound says for its piece; particles and pronouns say little
    seeds: Flags  # of each short piece the token that says most
    deletion: Floats
    essential: Flags  # which tokens may not be heard as something else
    size: Integers  # tokens of each piece
    total: Floats  # weight of each piece
    voted: Integers  # the pieces of at least `SHORTEST_VOTED` tokens
    least_votes: Floats  # what must sound alike: weight of short pieces, number of votes of others
    most: Floats  # that a piece may cost where it was said
    _heard: dict[str, Heard] = field(default_factory=dict)

    @property
    def shift(self) -> int:
        """How far before the stream's first token a piece may begin, in tokens."""
        return int(self.types.shape[1]) + 4

    def heard(self, token: str) -> Heard:
        """The costs and votes of a token, worked out once for each."""
        known = self._heard.get(token)
        if known is None:
            known = self._heard[token] = _hear(self, token)
        return known


def is_negation(token: str, language: Language) -> bool:
    """Whether a token denies what follows it; Spanish nada and sin stand for things themselves."""
    return token in _NEGATIONS[language] and token not in _NOT_BEFORE


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
            reverses = pair[0] in _NEGATIONS[language] or place in distinct[row].essential
            leads = place == 0 and pair[0] in _PERSONS[language]
            lost = _SUBJECT_LOST if leads else _LOST * weight[row, place]
            deletion[row, place] = REVERSED if reverses else lost
    size = (types >= 0).sum(axis=1)
    voted = np.flatnonzero(size >= SHORTEST_VOTED)
    votes = np.where(weight < _VOTING_WEIGHT, 0, weight)
    votes = np.where(votes.max(axis=1, initial=0, keepdims=True) > 0, votes, weight)
    votes[voted] = votes[voted] > 0
    return Lexicon(
        language=language,
        pieces=distinct,
        vocabulary=vocabulary,
        kinds=_kinds(vocabulary, language),
        types=types,
        first_types=np.ascontiguousarray(types.T[: SHORTEST_VOTED - 1]),
        first_weight=np.ascontiguousarray(weight.T[: SHORTEST_VOTED - 1]),
        weight=weight,
        votes=votes,
        seeds=_seeds(votes, size),
        deletion=deletion,
        essential=essential,
        size=size,
        total=weight.sum(axis=1),
        voted=voted,
        least_votes=_least_votes(size, votes.sum(axis=1)),
        most=_most(size, weight.sum(axis=1)),
    )


def _kinds(vocabulary: tuple[tuple[str, str], ...], language: Language) -> Kinds:
    number: dict[str, list[int]] = {}
    for index, (token, _) in enumerate(vocabulary):
        number.setdefault(token, []).append(index)
    sounds = {sound: i for i, sound in enumerate(dict.fromkeys(s for _, s in vocabulary))}
    tokens = [token for token, _ in vocabulary]
    return Kinds(
        number=number,
        sounds=tuple(sounds),
        sound_of=tuple(sounds[s] for _, s in vocabulary),
        negation=np.array([t in _NEGATIONS[language] for t in tokens], dtype=np.bool_),
        particle=np.array([t in _LIGHT_HEARD for t in tokens], dtype=np.bool_),
        person=np.array([_PERSONS[language].get(t, 0) for t in tokens], dtype=np.int64),
    )


def _seeds(votes: Floats, size: Integers) -> Flags:
    seeds = np.zeros_like(votes, dtype=np.bool_)
    short = np.flatnonzero(size < SHORTEST_VOTED)
    if len(short):
        seeds[short, votes[short].argmax(axis=1)] = True
    return seeds


def _least_votes(size: Integers, total: Floats) -> Floats:
    """Short pieces must be heard whole, longer ones for a share of their votes."""
    share = np.where(size >= _LONG, _LONG_SHARE, _MIDDLE_SHARE)
    most = np.ceil(total * share - 1e-4)
    return np.where(size < SHORTEST_VOTED, total - _SHORT_LOSS, most).astype(np.float32)


def _most(size: Integers, total: Floats) -> Floats:
    most = total * (1.0 - LEAST_SIMILARITY / 100.0)
    for tokens in range(1, SHORTEST_VOTED):
        most = np.where(size == tokens, _SHORT_COST[tokens], most)
    return most.astype(np.float32)


def _sounds(tokens: tuple[str, ...], language: Language) -> tuple[str, ...]:
    return phrase_readings(tokens) if language == "zh" else tokens


def _hear(lexicon: Lexicon, token: str) -> Heard:
    language = lexicon.language
    distance = _distances(lexicon, token)
    near = np.append(distance <= NEAR, False)[lexicon.types]  # padding, type -1, is never near
    column, offset = np.nonzero((near & (lexicon.votes > 0))[lexicon.voted])
    places = lexicon.shift - offset
    short_piece, short_offset = np.nonzero(near & lexicon.seeds)
    added = _ADDED[language].get(token, _ADDED_OTHERWISE)
    return Heard(
        distance=np.where(distance <= NEAR, distance, -distance),
        insertion=REVERSED if token in _NEGATIONS[language] else added,
        even=places // 2 * len(lexicon.voted) + column,
        odd=(places + 1) // 2 * len(lexicon.voted) + column,
        short_piece=short_piece,
        short_offset=short_offset,
    )


def _distances(lexicon: Lexicon, heard: str) -> Floats:
    """Of a heard token from every token type, 0 the same to 1 unlike.

    Beyond 1 where only one of the two negates, or where they name different persons; a particle is
    never near to a word that only sounds nearly like it.
    """
    language, kinds = lexicon.language, lexicon.kinds
    distance = _sound_distances(lexicon, heard)
    distance[kinds.number.get(heard, [])] = 0.0
    if heard in _LIGHT_HEARD:
        distance[(distance > _SAME_SOUND) & (distance <= NEAR) & ~kinds.particle] = _OTHER_KIND
    person = _PERSONS[language].get(heard, 0)
    other_person = (kinds.person != person) & (kinds.person > 0) & (person > 0)
    reverses = (kinds.negation != (heard in _NEGATIONS[language])) | other_person
    distance[(distance > NEAR) & reverses] = REVERSED
    return distance


def _sound_distances(lexicon: Lexicon, heard: str) -> Floats:
    if lexicon.language != "zh":
        meant = [word_distance(heard, token) for token, _ in lexicon.vocabulary]
    elif len(heard) > 1:
        meant = [1.0] * len(lexicon.vocabulary)
    else:
        sounds = readings(heard)
        of_sound = [min(syllable_distance(r, s) for r in sounds) for s in lexicon.kinds.sounds]
        meant = [max(_SAME_SOUND, of_sound[i]) for i in lexicon.kinds.sound_of]
    return np.array(meant, dtype=np.float32)

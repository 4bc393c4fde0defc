"""All pieces of a phrasebook, laid out so that a whole transcript is compared with them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from pipeline.heard_tokens import Heard, HeardTokens
from pipeline.messages import Language
from pipeline.patterns import Piece
from pipeline.place_search import NEAR, REVERSED, SHORTEST_VOTED, Flags, Floats, Integers
from pipeline.token_types import TokenTypes, denies, is_person, sounds_of

_LOST: Final = 1.2  # recognition loses a word less often than it writes another one
_SUBJECT_LOST: Final = 1.3  # 搞错了 without its 您 may be anybody's
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
_LONG: Final = 7  # tokens
_SHORT_LOSS: Final = 0.2  # weight
LEAST_SIMILARITY: Final = 77.0  # below, a place is not even a candidate
_SHORT_COST: Final = (0.0, 0.04, 0.16, 0.2)  # the most that a piece of 1, 2, 3 tokens may cost
_MIDDLE_SHARE, _LONG_SHARE = 0.72, 0.7
_VOTING_WEIGHT: Final = 0.85  # lighter tokens are everywhere, so that their sound says nothing
_ADDED_OTHERWISE: Final = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Pieces in rows, padded to the longest; `types` are of tokens, -1 for padding."""

    language: Language
    pieces: tuple[Piece, ...]
    types: Integers  # shape (pieces, longest)
    weight: Floats
    votes: Floats  # what each token's sound says for its piece; particles and pronouns say little
    deletion: Floats
    essential: Flags  # which tokens may not be heard as something else
    size: Integers  # tokens of each piece
    total: Floats  # weight of each piece
    least_votes: Floats  # what must sound alike: weight of short pieces, number of votes of others
    most: Floats  # that a piece may cost where it was said
    heard: HeardTokens

    @property
    def shift(self) -> int:
        """How far before the stream's first token a piece may begin, in tokens."""
        return int(self.types.shape[1]) + 4


def build_lexicon(pieces: Iterable[Piece], language: Language) -> Lexicon:
    """Lay out the distinct pieces; an empty lexicon for none."""
    distinct = tuple(dict.fromkeys(pieces))
    longest = max((len(p.tokens) for p in distinct), default=1)
    sounds = [sounds_of(p.tokens, language) for p in distinct]
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
            reverses = denies(pair[0], language) or place in distinct[row].essential
            leads = place == 0 and is_person(pair[0], language)
            lost = _SUBJECT_LOST if leads else _LOST * weight[row, place]
            deletion[row, place] = REVERSED if reverses else lost
    size = (types >= 0).sum(axis=1)
    votes = np.where(weight < _VOTING_WEIGHT, 0, weight)
    votes = np.where(votes.max(axis=1, initial=0, keepdims=True) > 0, votes, weight)
    votes = np.where((size >= SHORTEST_VOTED)[:, None], votes > 0, votes)
    voting = np.where((size < SHORTEST_VOTED)[:, None], _seeds(votes), votes > 0)
    hear = partial(_hear, TokenTypes(vocabulary, language), types, voting)
    return Lexicon(
        language=language,
        pieces=distinct,
        types=types,
        weight=weight,
        votes=votes,
        deletion=deletion,
        essential=essential,
        size=size,
        total=weight.sum(axis=1),
        least_votes=_least_votes(size, votes.sum(axis=1)),
        most=_most(size, weight.sum(axis=1)),
        heard=HeardTokens(hear, len(vocabulary)),
    )


def _seeds(votes: Floats) -> Flags:
    """Of each piece the token that says most."""
    seeds = np.zeros_like(votes, dtype=np.bool_)
    if len(votes):
        seeds[np.arange(len(votes)), votes.argmax(axis=1)] = True
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


def _hear(kinds: TokenTypes, types: Integers, voting: Flags, token: str) -> Heard:
    """What a token may stand for; it votes for the pieces that it may be a voting token of."""
    distance = kinds.distances(token)
    near = np.append(distance <= NEAR, False)[types]  # padding, type -1, is never near
    piece, place = np.nonzero(near & voting)
    added = _ADDED[kinds.language].get(token, _ADDED_OTHERWISE)
    return Heard(
        distance=np.where(distance <= NEAR, distance, -distance),
        insertion=REVERSED if denies(token, kinds.language) else added,
        piece=piece,
        place=place,
    )

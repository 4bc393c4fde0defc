"""One role's words in a row, over the turns' borders, each with its time and its doubts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.call import Language, Role, Transcript, Turn
from pipeline.normalise import Token, tokenise

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_PAUSE_S = (
    0.35  # a pause this long inside a turn ends a clause even where no punctuation was written
)
_SAME_EXCHANGE_S = 4.0  # turns of one party this close, with nothing said between, are one exchange
_LISTENING_TOKENS = 2  # 嗯, 好的, 喂 of the other party do not take the word
_UNKNOWN_P = 0.5  # a turn of unknown role is either party's


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """What may have been said by one role; arrays have one entry per token, ascending in time.

    `turn` is the index in `transcript.turns` (not `turn_no`), `exchange` counts the role's
    turns from 0, joining those that nothing but a short pause separates. `role_probability` is
    that this role spoke the token.
    """

    transcript: Transcript
    role: Role
    texts: tuple[str, ...]
    turn: Integers
    exchange: Integers
    first: Integers  # place in the turn's text
    last: Integers
    start: Floats  # seconds from the start of the call
    end: Floats
    probability: Floats  # that the word was recognised rightly
    role_probability: Floats
    clause_start: Flags
    clause_end: Flags

    @property
    def language(self) -> Language:
        return self.transcript.language

    @property
    def exchanges(self) -> int:
        """How many times the role took the word."""
        return int(self.exchange[-1]) + 1 if len(self.texts) else 0

    def quote(self, first: int, last: int) -> str:
        """What the transcript says from token `first` to token `last`, both included, as it was
        written.
        """
        parts = []
        for index in dict.fromkeys(self.turn[first : last + 1].tolist()):
            inside = np.flatnonzero(self.turn[first : last + 1] == index) + first
            text = self.transcript.turns[index].text
            parts.append(text[self.first[inside[0]] : self.last[inside[-1]] + 1])
        return " ".join(parts)


def role_chance(turn: Turn, role: Role) -> float:
    """The probability that `role` spoke the turn: its own, the other's complement, or a half
    where unknown.
    """
    if turn.role is Role.UNKNOWN:
        return _UNKNOWN_P
    return turn.role_probability if turn.role is role else 1.0 - turn.role_probability


def build_stream(transcript: Transcript, role: Role, *, min_role_p: float = 0.7) -> Stream:
    """Every token that the role spoke, or may have spoken.

    A turn belongs when it is labelled so, when its role is unknown, or when the other role's
    probability is under `min_role_p`; findings on the latter two cannot be judged, but they
    must not pass as clear either. Empty arrays for a transcript in which the role says nothing.
    """
    rows: list[tuple[int, int, Token]] = []
    times: list[Floats] = []
    chance: list[float] = []
    exchange, end, floor_taken = -1, -np.inf, True
    for index, turn in enumerate(transcript.turns):
        p = role_chance(turn, role)
        tokens = tokenise(turn.text, transcript.language)
        if not tokens or (turn.role is not role and p <= 1.0 - min_role_p):
            floor_taken = floor_taken or len(tokens) > _LISTENING_TOKENS
            continue
        if floor_taken or turn.start - end > _SAME_EXCHANGE_S:
            exchange += 1
        end, floor_taken = turn.end, False
        of_char = character_times(turn)
        rows += [(index, exchange, token) for token in tokens]
        times += [_token_times(of_char, token) for token in tokens]
        chance += [p] * len(tokens)
    return _assemble(transcript, role, rows=rows, times=times, chance=chance)


def _token_times(of_char: Floats, token: Token) -> Floats:
    part = of_char[:, token.first : token.last + 1]
    return np.array((part[0, 0], part[1, -1], part[2].mean()))


def character_times(turn: Turn) -> Floats:
    """Start, end and recognition probability of each character of the turn's text, shape (3,
    characters).

    A word's time is spread evenly over its characters. Characters outside every word take their
    neighbours' times; a turn without words spreads its own time evenly, at probability 1.
    """
    size = len(turn.text)
    edges = np.linspace(turn.start, turn.end, size + 1)
    table = np.stack([edges[:-1], edges[1:], np.ones(size)])
    position = 0
    for word in turn.words:
        shown = word.text.strip()
        found = turn.text.find(shown, position) if shown else -1
        if found < 0:
            continue
        position = found + len(shown)
        inner = np.linspace(word.start, word.end, len(shown) + 1)
        table[:, found:position] = inner[:-1], inner[1:], np.full(len(shown), word.probability)
    return table


def _assemble(
    transcript: Transcript,
    role: Role,
    *,
    rows: list[tuple[int, int, Token]],
    times: list[Floats],
    chance: list[float],
) -> Stream:
    turn = np.array([r[0] for r in rows], dtype=np.int64)
    table = np.array(times, dtype=np.float64).reshape(-1, 3)
    start, end = table[:, 0], table[:, 1]
    clause_start = np.array([r[2].breaks for r in rows], dtype=np.bool_)
    if len(rows) > 1:
        clause_start[1:] |= (turn[1:] != turn[:-1]) | (start[1:] - end[:-1] >= _PAUSE_S)
    clause_end = np.append(clause_start[1:], True)[: len(rows)]
    return Stream(
        transcript=transcript,
        role=role,
        texts=tuple(r[2].text for r in rows),
        turn=turn,
        exchange=np.array([r[1] for r in rows], dtype=np.int64),
        first=np.array([r[2].first for r in rows], dtype=np.int64),
        last=np.array([r[2].last for r in rows], dtype=np.int64),
        start=start,
        end=end,
        probability=table[:, 2],
        role_probability=np.array(chance, dtype=np.float64),
        clause_start=clause_start,
        clause_end=clause_end,
    )

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
        begin, end = int(self.turn[first]), int(self.turn[last])
        if begin == end:
            return self.transcript.turns[begin].text[self.first[first] : self.last[last] + 1]
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
    rows: list[_Row] = []
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
        starts, ends, sure = character_times(turn)
        rows += [
            (index, exchange, t.first, t.last, starts[t.first], ends[t.last], sure[t.first], p, t)
            for t in tokens
        ]
    return _assemble(transcript, role, rows)


_Row = tuple[int, int, int, int, float, float, float, float, Token]


def character_times(turn: Turn) -> tuple[list[float], list[float], list[float]]:
    """Start, end and recognition probability of each character of the turn's text.

    A word's time is spread evenly over its characters. Characters outside every word share the
    turn's time evenly at probability 1, as do all where a turn has no words.
    """
    size = len(turn.text)
    step = (turn.end - turn.start) / max(1, size)
    starts = [turn.start + i * step for i in range(size)]
    ends = [turn.start + (i + 1) * step for i in range(size)]
    sure = [1.0] * size
    position = 0
    for word in turn.words:
        shown = word.text.strip()
        found = turn.text.find(shown, position) if shown else -1
        if found < 0:
            continue
        if len(shown) == 1:
            starts[found], ends[found], sure[found] = word.start, word.end, word.probability
            position = found + 1
            continue
        position = found + len(shown)
        share = (word.end - word.start) / len(shown)
        for i in range(len(shown)):
            starts[found + i] = word.start + i * share
            ends[found + i] = word.start + (i + 1) * share
            sure[found + i] = word.probability
    return starts, ends, sure


def _assemble(transcript: Transcript, role: Role, rows: list[_Row]) -> Stream:
    columns = list(zip(*rows, strict=True)) or [()] * 9
    turn = np.array(columns[0], dtype=np.int64)
    start, end = (np.array(columns[i], dtype=np.float64) for i in (4, 5))
    clause_start = np.array([t.breaks for t in columns[8]], dtype=np.bool_)
    if len(rows) > 1:
        clause_start[1:] |= (turn[1:] != turn[:-1]) | (start[1:] - end[:-1] >= _PAUSE_S)
    return Stream(
        transcript=transcript,
        role=role,
        texts=tuple(t.text for t in columns[8]),
        turn=turn,
        exchange=np.array(columns[1], dtype=np.int64),
        first=np.array(columns[2], dtype=np.int64),
        last=np.array(columns[3], dtype=np.int64),
        start=start,
        end=end,
        probability=np.array(columns[6], dtype=np.float64),
        role_probability=np.array(columns[7], dtype=np.float64),
        clause_start=clause_start,
        clause_end=np.append(clause_start[1:], True)[: len(rows)],
    )

"""Words of a window given back to the pieces that it was packed from, with times of the call.

Whisper's alignment knows well when a word ends, but begins the first word after a pause where the
last one before it ended. So the end of a word decides where it belongs, and no word is longer
than a word can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.packing import Piece, Window
from models.whisper_engine import TimedToken
from pipeline.call import Language, Word

_LONGEST_S = {"zh": 0.45, "es": 1.2, "en": 1.2}  # per character in Chinese, else per word
_JUST_BEFORE_S = 0.06  # an end on the border belongs to the piece that ends there


@dataclass(frozen=True, slots=True)
class _Unit:
    """One word, or one Chinese character, with its punctuation; seconds in the window."""

    text: str
    start: float
    end: float
    probability: float


def words_of_pieces(
    window: Window, words: Sequence[TimedToken], *, language: Language
) -> list[tuple[Word, ...]]:
    """For each piece of a window its words, ascending, within the piece's speech.

    A word belongs to the piece in which it ends, or to the nearest one. Tokens of several Chinese
    characters are divided evenly; punctuation stays with the word before it.
    """
    found: list[list[Word]] = [[] for _ in window.pieces]
    for token in _with_punctuation(words):
        index = window.piece_at(token.end - _JUST_BEFORE_S)
        piece, offset = window.pieces[index], window.offsets[index]
        first = window.offsets[index] + (piece.span.start - piece.audio_start)
        for unit in _units(token, language, not_before=first):
            found[index].append(_placed(unit, piece, offset))
    return [tuple(_ascending(row)) for row in found]


def _with_punctuation(words: Sequence[TimedToken]) -> list[TimedToken]:
    """Join what has no letter or digit to the word before it, without its time."""
    joined: list[TimedToken] = []
    for word in words:
        if any(c.isalnum() for c in word.text):
            joined.append(word)
        elif joined:
            last = joined[-1]
            joined[-1] = TimedToken(last.text + word.text, last.start, last.end, last.probability)
    return joined


def _units(token: TimedToken, language: Language, *, not_before: float) -> list[_Unit]:
    texts = _characters(token.text) if language == "zh" else [token.text]
    longest = _LONGEST_S[language] * len(texts)
    start = min(max(token.start, token.end - longest, not_before), token.end)
    step = (token.end - start) / len(texts)
    return [
        _Unit(text, start + i * step, start + (i + 1) * step, token.probability)
        for i, text in enumerate(texts)
    ]


def _characters(text: str) -> list[str]:
    """Chinese characters one by one; Latin letters and punctuation stay with what they follow."""
    parts: list[str] = []
    for character in text:
        begins = character.isalnum() and not (
            parts and character.isascii() and parts[-1][-1].isascii()
        )
        if begins or not parts:
            parts.append(character)
        else:
            parts[-1] += character
    if len(parts) > 1 and not any(c.isalnum() for c in parts[0]):
        parts[:2] = [parts[0] + parts[1]]
    return parts


def _placed(unit: _Unit, piece: Piece, offset: float) -> Word:
    shift = piece.audio_start - offset
    start = min(max(unit.start + shift, piece.span.start), piece.span.end)
    end = min(max(unit.end + shift, start), piece.span.end)
    return Word(
        text=unit.text,
        start=round(start, 3),
        end=round(end, 3),
        probability=round(min(max(unit.probability, 0.0), 1.0), 4),
    )


def _ascending(words: Sequence[Word]) -> list[Word]:
    ordered: list[Word] = []
    for word in words:
        start = max(word.start, ordered[-1].start if ordered else word.start)
        ordered.append(Word(word.text, start, max(word.end, start), word.probability))
    return ordered

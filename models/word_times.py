"""Words of a window given back to the pieces that it was packed from, with times of the call."""

from __future__ import annotations

from collections.abc import Sequence

from models.packing import Piece, Window
from models.whisper_engine import TimedToken
from pipeline.call import Word

_LONGEST_WORD_S = 1.2  # the alignment stretches a word over the pause after it


def words_of_pieces(window: Window, words: Sequence[TimedToken]) -> list[tuple[Word, ...]]:
    """For each piece of a window its words, ascending, within the piece's speech.

    A word belongs to the piece in which its middle lies, or to the nearest one.
    """
    found: list[list[Word]] = [[] for _ in window.pieces]
    for word in words:
        index = window.piece_at((word.start + min(word.end, word.start + _LONGEST_WORD_S)) / 2)
        piece, offset = window.pieces[index], window.offsets[index]
        found[index].append(_placed(word, piece, offset))
    return [tuple(_ascending(row)) for row in found]


def _placed(word: TimedToken, piece: Piece, offset: float) -> Word:
    shift = piece.audio_start - offset
    start = min(max(word.start + shift, piece.span.start), piece.span.end)
    end = min(max(word.end + shift, start), piece.span.end, start + _LONGEST_WORD_S)
    return Word(
        text=word.text,
        start=round(start, 3),
        end=round(end, 3),
        probability=round(min(max(word.probability, 0.0), 1.0), 4),
    )


def _ascending(words: Sequence[Word]) -> list[Word]:
    ordered: list[Word] = []
    for word in words:
        start = max(word.start, ordered[-1].start if ordered else word.start)
        ordered.append(Word(word.text, start, max(word.end, start), word.probability))
    return ordered

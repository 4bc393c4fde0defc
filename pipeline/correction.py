"""Words that a person heard otherwise: the transcript with them, as if recognised so; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.call import Transcript, Turn, Word
from pipeline.dialogue import spread_words
from pipeline.messages import Language


@dataclass(frozen=True, slots=True)
class Correction:
    """What was really said in a passage of one turn; an empty text: nothing."""

    turn_no: int
    start: float  # of the first word that it replaces, seconds from call start
    end: float  # of the last one
    text: str


def correct(transcript: Transcript, corrections: Iterable[Correction]) -> Transcript:
    """The transcript with the corrections, in their order; a later one may replace an earlier.

    A correction replaces the words whose middle lies in its passage; one without such words
    changes nothing. Its own words are certain, and share the passage's time evenly.
    """
    turns = list(transcript.turns)
    for correction in corrections:
        for place, turn in enumerate(turns):
            if turn.turn_no == correction.turn_no:
                turns[place] = _correct_turn(turn, correction, transcript.language)
    return replace(transcript, turns=tuple(turns))


def places_of_words(turn: Turn) -> tuple[tuple[int, int], ...]:
    """Where in the turn's text each word stands: first character, and the one after its last.

    A word that the text does not hold gets an empty place after the word before it.
    """
    position, places = 0, []
    for word in turn.words:
        shown = word.text.strip()
        found = turn.text.find(shown, position) if shown else -1
        first = found if found >= 0 else position
        position = found + len(shown) if found >= 0 else position
        places.append((first, position))
    return tuple(places)


def _correct_turn(turn: Turn, correction: Correction, language: Language) -> Turn:
    chosen = [
        place
        for place, word in enumerate(turn.words)
        if correction.start <= (word.start + word.end) / 2 <= correction.end
    ]
    if not chosen:
        return turn
    first, last = chosen[0], chosen[-1]
    places = places_of_words(turn)
    text = turn.text[: places[first][0]] + correction.text + turn.text[places[last][1] :]
    span = (turn.words[first].start, turn.words[last].end)
    own = _words(correction.text, span, language)
    words = (*turn.words[:first], *own, *turn.words[last + 1 :])
    return replace(turn, text=text, words=words)


def _words(text: str, span: tuple[float, float], language: Language) -> tuple[Word, ...]:
    """The words of a text: in Chinese one per character, else as they are separated."""
    start, end = span
    if language == "zh":
        return spread_words(text, start=start, end=end, probability=1.0)
    parts = text.split()
    step = (end - start) / max(1, len(parts))
    return tuple(
        Word(part, start + i * step, start + (i + 1) * step, 1.0) for i, part in enumerate(parts)
    )

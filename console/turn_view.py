"""The transcript as the call page shows it: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from console.reader import clock
from pipeline.call import Transcript, Turn, Word
from pipeline.correction import Correction, places_of_words
from pipeline.finding import Finding, Outcome

SHOWN: Final = (Outcome.VIOLATED, Outcome.MISSED, Outcome.MET)
_UNCERTAIN: Final = 0.5  # a word below it is pale
_ROLE_CERTAIN: Final = 0.7


@dataclass(frozen=True, slots=True)
class _Passage:
    """A stretch of the call and what is to be seen in it."""

    start: float
    end: float
    turn_no: int | None  # None: whoever speaks there
    mark: str


@dataclass(frozen=True, slots=True)
class WordView:
    """One word; `outcome` marks what a finding rests on."""

    text: str
    lead: str  # what stands between it and the word before: punctuation, spaces
    start: float
    end: float
    uncertain: bool
    corrected: bool
    outcome: str  # "" if no finding rests on it


@dataclass(frozen=True, slots=True)
class TurnView:
    """One turn."""

    turn_no: int
    role: str
    role_certain: bool
    start: float
    clock: str
    channel: int | None  # None on a mono call
    words: tuple[WordView, ...]
    tail: str  # what stands after the last word

    @property
    def html(self) -> Markup:
        """The words as elements; a call has a thousand, too many for a template."""
        return Markup("".join([*map(_element, self.words), escape(self.tail)]))


def _element(word: WordView) -> str:
    marks = ("w", "pale" * word.uncertain, "corrected" * word.corrected, word.outcome)
    classes = " ".join(mark for mark in marks if mark)
    times = f'data-start="{word.start}" data-end="{word.end}"'
    return f'{escape(word.lead)}<span class="{classes}" {times}>{escape(word.text)}</span>'


def channel_of(speaker: str) -> int | None:
    """The channel that a speaker of a stereo call has to itself; None for a voice of a mono one."""
    name, _, number = speaker.partition("-")
    return int(number) if name == "channel" and number.isdecimal() else None


def view_turns(
    transcript: Transcript, findings: Sequence[Finding], *, corrections: Sequence[Correction]
) -> tuple[TurnView, ...]:
    """Every turn with its words: what findings rest on is marked, and what people corrected."""
    passages = [
        _Passage(e.start, e.end, e.turn_no, f.outcome.value)
        for f in findings
        if f.outcome in SHOWN
        for e in f.evidence
        if e.quote
    ]
    corrected = [_Passage(c.start, c.end, c.turn_no, "corrected") for c in corrections]
    return tuple(
        _view_turn(turn, passages, corrected, spaced=transcript.language != "zh")
        for turn in transcript.turns
    )


def _view_turn(
    turn: Turn, passages: Sequence[_Passage], corrected: Sequence[_Passage], *, spaced: bool
) -> TurnView:
    places = places_of_words(turn)
    passages = [p for p in passages if _touches(p, turn)]
    corrected = [p for p in corrected if _touches(p, turn)]
    words: list[WordView] = []
    ended = 0
    for word, (first, last) in zip(turn.words, places, strict=True):
        lead = turn.text[ended:first]
        words.append(
            WordView(
                text=word.text.strip(),
                lead=lead or (" " if spaced and words else ""),
                start=word.start,
                end=word.end,
                uncertain=word.probability < _UNCERTAIN,
                corrected=bool(_mark_of(word, corrected)),
                outcome=_mark_of(word, passages),
            )
        )
        ended = last
    return TurnView(
        turn_no=turn.turn_no,
        role=turn.role.value,
        role_certain=turn.role_probability >= _ROLE_CERTAIN,
        start=turn.start,
        clock=clock(turn.start),
        channel=channel_of(turn.speaker),
        words=tuple(words),
        tail=turn.text[ended:],
    )


def _touches(passage: _Passage, turn: Turn) -> bool:
    return passage.turn_no in (None, turn.turn_no)


def _mark_of(word: Word, passages: Sequence[_Passage]) -> str:
    """What the first passage that the word lies in says; empty without one."""
    for passage in passages:
        if word.start < passage.end - 0.01 and word.end > passage.start + 0.01:
            return passage.mark
    return ""

"""The words of a turn with what was found in them: by colour, and by marks that need none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.text import Text

from pipeline.call import Turn, Word
from pipeline.finding import InspectedCall, Outcome

_MARKS: Final = {
    Outcome.VIOLATED: ("[!", "!]", "bold underline red"),
    Outcome.MET: ("[+", "+]", "green"),
}
_UNCERTAIN: Final = 0.4  # a word below it may be another one
_CLOSING: Final = "，。？！、；：,.?!;:…"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one speaker's words on which a finding rests."""

    speaker: str
    start: float
    end: float
    outcome: Outcome


def passages_of(call: InspectedCall) -> tuple[Passage, ...]:
    """What is to be marked in a call; violations first, for they win where two passages meet."""
    speakers = {turn.turn_no: turn.speaker for turn in call.transcript.turns}
    return tuple(
        Passage(speakers[evidence.turn_no], evidence.start, evidence.end, outcome)
        for outcome in _MARKS
        for finding in call.findings
        if finding.outcome is outcome
        for evidence in finding.evidence
        if evidence.turn_no in speakers and evidence.quote
    )


def mark_words(turn: Turn, passages: Sequence[Passage]) -> Text:
    """The turn's text with `[!…!]` around what violates a rule, `[+…+]` around what meets one and
    `?` after an uncertain word.

    A word belongs to a passage of its speaker if its middle lies in it.
    """
    if not turn.words:
        return Text(turn.text, overflow="fold")
    own = [passage for passage in passages if passage.speaker == turn.speaker]
    line = Text(overflow="fold")
    current: Outcome | None = None
    *gaps, rest = _gaps(turn)
    for word, gap in zip(turn.words, gaps, strict=True):
        outcome = _outcome_of(word, own)
        if outcome is not current:
            _close(line, current)
            line.append(gap)
            _open(line, outcome)
        else:
            line.append(gap, _MARKS[current][2] if current else None)
        current = outcome
        _append(line, word, outcome)
    _close(line, current)
    return line.append(rest)


def _outcome_of(word: Word, passages: Sequence[Passage]) -> Outcome | None:
    middle = (word.start + word.end) / 2
    return next((p.outcome for p in passages if p.start <= middle <= p.end), None)


def _gaps(turn: Turn) -> list[str]:
    """What stands before each word in the turn's text and after the last one: punctuation and
    spaces that are no words.
    """
    gaps: list[str] = []
    at = 0
    for word in turn.words:
        text = word.text.strip()
        found = turn.text.find(text, at)
        if found < 0:
            gaps.append(" " if word.text.startswith(" ") else "")
            continue
        gaps.append(turn.text[at:found])
        at = found + len(text)
    return [*gaps, turn.text[at:]]


def _open(line: Text, outcome: Outcome | None) -> None:
    if outcome is not None:
        line.append(_MARKS[outcome][0], "dim")


def _close(line: Text, outcome: Outcome | None) -> None:
    if outcome is not None:
        line.append(_MARKS[outcome][1], "dim")


def _append(line: Text, word: Word, outcome: Outcome | None) -> None:
    style = _MARKS[outcome][2] if outcome else ""
    text = word.text.strip()
    letters = text.rstrip(_CLOSING)
    if letters and word.probability < _UNCERTAIN:
        line.append(letters, f"{style} dim".strip())
        line.append("?", "dim")
        line.append(text[len(letters) :], style)
    else:
        line.append(text, style)

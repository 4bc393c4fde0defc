"""Small dialogues as text, for the tests inside phrasebooks and for cases that inspectors write.

    agent: 请您稍等片刻，马上就好。
    agent[pause=12]: 谢谢您的等待。
    customer[role_p=0.6]: 好的。

`pause` is the silence before the line in seconds (0.4 if not said; negative speaks into the line
before), `level` its loudness in dB, `role_p` how sure the speaker
is, `word_p` how sure the words are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.call import Language, Role, SpeakerSpan, Transcript, Turn, Word
from pipeline.rules import Line

_LINE: Final = re.compile(r"(agent|customer|unknown)\s*(?:\[([^\]]*)\])?\s*[:：]\s*(.+)")
_OPTION: Final = re.compile(r"(pause|role_p|word_p|level)\s*=\s*(-?\d+(?:\.\d+)?)")
_CHARACTERS_PER_S: Final = {"zh": 4.5, "es": 14.0, "en": 14.0}
_FIRST_S: Final = 1.0


class DialogueError(ValueError):
    """A line that is not `agent: …`, `customer: …` or `unknown: …`; carries the line."""


def parse_dialogue(text: str) -> tuple[Line, ...]:
    """The lines of a dialogue; blank lines and lines starting with # are skipped.

    Raises: DialogueError for the first line that cannot be read.
    """
    lines = []
    for raw in text.splitlines():
        if not raw.strip() or raw.strip().startswith("#"):
            continue
        match = _LINE.fullmatch(raw.strip())
        if match is None:
            raise DialogueError(raw.strip())
        options = {name: float(value) for name, value in _OPTION.findall(match[2] or "")}
        lines.append(
            Line(
                role=Role(match[1]),
                text=match[3].strip(),
                pause_s=options.get("pause", 0.4),
                role_probability=options.get("role_p", 0.99),
                word_probability=options.get("word_p", 0.95),
                level_db=options.get("level"),
            )
        )
    return tuple(lines)


def build_transcript(lines: Sequence[Line], language: Language) -> Transcript:
    """The transcript of a dialogue spoken at an even rate: 4.5 characters a second in Chinese,
    14 letters otherwise.
    """
    turns: list[Turn] = []
    clock = _FIRST_S
    for number, line in enumerate(lines):
        start = clock + (line.pause_s if number else 0.0)
        spoken = sum(c.isalnum() for c in line.text)
        clock = start + max(0.3, spoken / _CHARACTERS_PER_S[language])
        turns.append(
            Turn(
                turn_no=number,
                speaker=line.role.value,
                role=line.role,
                role_probability=line.role_probability,
                start=start,
                end=clock,
                text=line.text,
                level_db=line.level_db,
                words=spread_words(
                    line.text, start=start, end=clock, probability=line.word_probability
                ),
            )
        )
    spans = tuple(SpeakerSpan(t.start, t.end, t.speaker) for t in turns)
    return Transcript(language, tuple(turns), spans, duration_s=clock + 0.5)


def spread_words(text: str, *, start: float, end: float, probability: float) -> tuple[Word, ...]:
    """One word per character that is spoken, evenly from `start` to `end` in seconds."""
    spoken = [c for c in text if c.isalnum()]
    step = (end - start) / max(1, len(spoken))
    return tuple(
        Word(c, start + i * step, start + (i + 1) * step, probability) for i, c in enumerate(spoken)
    )

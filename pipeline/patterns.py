"""The notation of a phrase, one line of a phrasebook, and what it stands for.

我不知道            these words, however they are written or misheard
请您稍等[一会儿|片刻|]  one of the alternatives; the last one here is nothing
你的电话…多少        up to six words between; …12 up to twelve
^喂  没办法$         at the beginning, at the end of a clause
<时间>…给您回电话     a time, a date, a number, a name, a telephone number
退/[一二三]百/块      a regular expression over the words, alone or between others
这里是{org}         a name that the phrasebook lists
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.expressions import ExpressionError, compile_expression
from pipeline.messages import Language
from pipeline.normalise import tokenise

SLOT_NAMES: Final = {
    **{"时间": "time", "日期": "date", "数字": "number", "姓名": "name", "电话": "phone"},
    **{"hora": "time", "fecha": "date", "número": "number", "nombre": "name", "teléfono": "phone"},
    **{name: name for name in ("time", "date", "number", "name", "phone")},
}
_DEFAULT_GAP: Final = 6  # tokens
_MOST_EXPANSIONS: Final = 400
_ESSENTIAL: Final = "!"
_ELEMENT: Final = re.compile(r"…(\d*)|<([^<>]*)>|\0(\d+)\0")
_REGEX: Final = re.compile(r"/((?:[^/\\]|\\.)+)/")
_GAP: Final = re.compile(r"…\d+")
_DANGLING: Final = re.compile(r"^…\d*|…\d*$")  # a gap before or after everything says nothing
_CHOICE: Final = re.compile(r"\[([^\[\]]*)\]")
_NAME: Final = re.compile(r"\{([^{}]*)\}")


class NotationError(ValueError):
    """A phrase that cannot be read; `kind` is the end of a message key, `value` the part at
    fault.
    """

    def __init__(self, kind: str, value: str, known: str = "") -> None:
        super().__init__(kind, value)
        self.kind = kind
        self.value = value
        self.known = known


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stand together; `essential` are the places of tokens without which it is
    another phrase.
    """

    tokens: tuple[str, ...]
    essential: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A place filled by any time, date, number, name or telephone number, or by what a regular
    expression fits; its kind is then the expression between slashes.
    """

    kind: str

    @property
    def is_expression(self) -> bool:
        return self.kind.startswith("/")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase without alternatives: `elements` in order, `gaps[i]` the most tokens between
    element i and i + 1.
    """

    text: str  # as a person would write it
    elements: tuple[Piece | Slot, ...]
    gaps: tuple[int, ...]
    at_clause_start: bool = False
    at_clause_end: bool = False
    tokens: tuple[str, ...] = field(init=False, compare=False, repr=False)  # of all pieces in order

    def __post_init__(self) -> None:
        tokens = tuple(t for e in self.elements if isinstance(e, Piece) for t in e.tokens)
        object.__setattr__(self, "tokens", tokens)

    @property
    def size(self) -> int:
        """Tokens of all pieces; slots count for none."""
        return sum(len(e.tokens) for e in self.elements if isinstance(e, Piece))


def plain_text(phrase: str) -> str:
    """A phrase for people: a gap is three points, whatever it may hold."""
    return _GAP.sub("…", phrase)


@dataclass(frozen=True, slots=True, eq=False)
class PhraseSet:
    """The phrases that serve one purpose in one rule; its identity is the key of its hits."""

    patterns: tuple[Pattern, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.patterns)


NO_PHRASES: Final = PhraseSet()


def parse_phrases(
    block: str, *, language: Language, names: Mapping[str, tuple[str, ...]]
) -> tuple[Pattern, ...]:
    """The patterns of a block with one phrase per line; blank lines and lines starting with #
    are skipped.

    Raises: NotationError for the first line that cannot be read.
    """
    lines = [line.strip() for line in block.splitlines()]
    return tuple(
        pattern
        for line in lines
        if line and not line.startswith("#")
        for pattern in parse_phrase(line, language=language, names=names)
    )


def parse_phrase(
    line: str, *, language: Language, names: Mapping[str, tuple[str, ...]]
) -> tuple[Pattern, ...]:
    """Every phrase that one line stands for, alternatives and names written out.

    Raises: NotationError if the line has no word, an unknown slot or name, an unpaired bracket, a
    regular expression that cannot be read or may take for ever, or stands for more than 400
    phrases.
    """
    expressions = _REGEX.findall(line)
    for expression in expressions:
        try:
            compile_expression(expression)
        except ExpressionError as error:
            raise NotationError(error.kind, f"/{expression}/", error.detail) from error
    numbers = itertools.count()
    texts = _expand(_REGEX.sub(lambda _: f"\0{next(numbers)}\0", line), names)
    patterns = tuple(_read(text, language, expressions) for text in texts)
    return tuple(dict.fromkeys(patterns))


def _expand(line: str, names: Mapping[str, tuple[str, ...]]) -> list[str]:
    for name in _NAME.findall(line):
        if name not in names:
            raise NotationError("name", name, "、".join(names))
    written = _NAME.sub(lambda m: f"[{'|'.join(names[m.group(1)])}]", line)
    parts = _CHOICE.split(written)
    if any(mark in part for part in parts for mark in "[]{}"):
        raise NotationError("bracket", line)
    choices = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > _MOST_EXPANSIONS:
        raise NotationError("expansions", str(count), str(_MOST_EXPANSIONS))
    return ["".join(chosen) for chosen in itertools.product(*choices)]


def _read(text: str, language: Language, expressions: Sequence[str] = ()) -> Pattern:
    inner = text.strip()
    at_start, at_end = inner.startswith("^"), inner.endswith("$")
    inner = inner.removeprefix("^").removesuffix("$")
    elements: list[Piece | Slot] = []
    gaps: list[int] = []
    gap, position = 0, 0
    for match in [*_ELEMENT.finditer(inner), None]:
        words = inner[position : match.start() if match else None]
        piece = _read_piece(words, language)
        if piece.tokens:
            gap = _append(elements, gaps, piece, gap=gap)
        if match is None:
            break
        position = match.end()
        if match.group().startswith("…"):
            gap = int(match.group(1) or _DEFAULT_GAP)
        elif match.group(3):
            kind = f"/{expressions[int(match.group(3))]}/"
            gap = _append(elements, gaps, Slot(kind), gap=gap)
        elif match.group(2) in SLOT_NAMES:
            gap = _append(elements, gaps, Slot(SLOT_NAMES[match.group(2)]), gap=gap)
        else:
            raise NotationError("slot", match.group(2), "、".join(SLOT_NAMES))
    if not any(isinstance(e, Piece) or e.is_expression for e in elements):
        raise NotationError("empty", text)
    shown = _DANGLING.sub("", inner.replace(_ESSENTIAL, ""))
    for number, expression in enumerate(expressions):
        shown = shown.replace(f"\0{number}\0", f"/{expression}/")
    return Pattern(shown, tuple(elements), tuple(gaps), at_start, at_end)


def _read_piece(words: str, language: Language) -> Piece:
    tokens: list[str] = []
    essential: list[int] = []
    parts = words.split(_ESSENTIAL)
    for number, part in enumerate(parts):
        tokens += [t.text for t in tokenise(part, language)]
        if number < len(parts) - 1 and tokens:
            essential.append(len(tokens) - 1)
    return Piece(tuple(tokens), tuple(essential))


def _append(
    elements: list[Piece | Slot], gaps: list[int], element: Piece | Slot, *, gap: int
) -> int:
    """Append an element; `gap` tokens at most stand before it. Returns the next element's gap."""
    if elements:
        gaps.append(gap)
    elements.append(element)
    return 0

"""Regular expressions in phrases: understood once, searched turn by turn."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from pipeline.stream import Stream

# A repetition of something that is itself repeated can take longer than the universe has.
_REPEATED_REPEAT: Final = re.compile(r"\([^()]*[+*}][^()]*\)[+*{]")


class ExpressionError(ValueError):
    """An expression that cannot be used; `kind` is the end of a message key."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail


@lru_cache(maxsize=1000)
def compile_expression(source: str) -> re.Pattern[str]:
    """The expression, ready to search.

    Raises: ExpressionError if it is none, fits nothing at all, or repeats a repetition.
    """
    if _REPEATED_REPEAT.search(source):
        raise ExpressionError("slow_regex", "")
    try:
        compiled = re.compile(source)
    except re.error as error:
        raise ExpressionError("regex", str(error)) from error
    if compiled.fullmatch(""):
        raise ExpressionError("regex", "matches nothing")
    return compiled


def expression_spans(stream: Stream, source: str) -> tuple[tuple[int, int], ...]:
    """First and last token of every place that the expression fits, ascending.

    It is searched in the words as they are matched: simplified characters, numbers spelled,
    without punctuation; Spanish and English in lower case without accents, a space between words.
    A fit lies within one turn.
    """
    pattern = compile_expression(source)
    between = "" if stream.language == "zh" else " "
    borders = [0, *(np.flatnonzero(np.diff(stream.turn)) + 1).tolist(), len(stream.texts)]
    found = []
    for first, last in pairwise(borders):
        text, owners = "", list[int]()
        for index in range(first, last):
            text += (between if text else "") + stream.texts[index]
            owners += [index] * (len(text) - len(owners))
        for match in pattern.finditer(text):
            if match.end() > match.start():
                found.append((owners[match.start()], owners[match.end() - 1]))
    return tuple(found)

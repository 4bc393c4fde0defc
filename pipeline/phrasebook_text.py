"""A phrasebook's file as text: the lists of one rule are exchanged, every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_RULE: Final = re.compile(r"^\[\[rule\]\]\s*(?:#.*)?$", re.MULTILINE)
_ID: Final = re.compile(r"""^id\s*=\s*["']([^"'\n]+)["']""", re.MULTILINE)
_TABLE: Final = re.compile(r"^\[{1,2}([^\[\]\n]+)\]{1,2}\s*(?:#.*)?$", re.MULTILINE)
_LIST: Final = re.compile(r"^([A-Za-z_]+)\s*=\s*'''\n?(.*?)'''", re.MULTILINE | re.DOTALL)
_VERSION: Final = re.compile(r"""^(version\s*=\s*)(["'])[^"'\n]*\2""", re.MULTILINE)
_QUOTES: Final = "'''"


@dataclass(frozen=True, slots=True)
class PhraseList:
    """One list of a rule between triple quotes."""

    table: str  # such as "rule.step"; "rule" for the rule's own
    key: str  # such as "phrases", "unless" or "dialogue"
    text: str  # one phrase a line
    start: int  # where the text stands in the file, in characters
    end: int


class QuotesError(ValueError):
    """A list that holds the triple quotes that would end it."""


def phrase_lists(text: str, rule_id: str) -> tuple[PhraseList, ...]:
    """The lists of one rule in the order of the file; empty if the rule is not in it."""
    place = _place(text, rule_id)
    if place is None:
        return ()
    first, last = place
    tables = [(m.start(), m[1].strip()) for m in _TABLE.finditer(text, first, last)]
    found = []
    for match in _LIST.finditer(text, first, last):
        table = next(name for at, name in reversed(tables) if at <= match.start())
        found.append(PhraseList(table, match[1], match[2], match.start(2), match.end(2)))
    return tuple(found)


def replace_lists(text: str, rule_id: str, lists: Mapping[int, str]) -> str:
    """The file with some lists of one rule exchanged.

    Args:
        lists: new texts by place among `phrase_lists`; lines without blanks at their ends.
    Raises: QuotesError if a text holds triple quotes, IndexError if the rule has no such list.
    """
    places = phrase_lists(text, rule_id)
    for number in sorted(lists, reverse=True):
        if _QUOTES in lists[number]:
            raise QuotesError(rule_id)
        place = places[number]
        text = text[: place.start] + _lines(lists[number]) + text[place.end :]
    return text


def set_version(text: str, version: str) -> str:
    """`book.toml` with another version; unchanged if it names none.

    Raises: QuotesError if the version holds a quote or a line's end.
    """
    if re.search(r"""["'\\\n\r]""", version):
        raise QuotesError(version)
    return _VERSION.sub(lambda found: f"{found[1]}{found[2]}{version}{found[2]}", text, count=1)


def _place(text: str, rule_id: str) -> tuple[int, int] | None:
    """Where one rule begins and the next one, or the file's end."""
    heads = [match.start() for match in _RULE.finditer(text)]
    for first, last in zip(heads, [*heads[1:], len(text)], strict=True):
        named = _ID.search(text, first, last)
        if named and named[1] == rule_id:
            return first, last
    return None


def _lines(text: str) -> str:
    """As it stands in the file: one line each, the last one ended too."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return "".join(f"{line}\n" for line in lines)

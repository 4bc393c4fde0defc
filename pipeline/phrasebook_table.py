"""Reads one TOML table key by key; every slip becomes a fault, none stops the reading."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from pipeline.messages import Language
from pipeline.patterns import NotationError, PhraseSet, parse_phrases
from pipeline.phrasebook_faults import Fault

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(slots=True)
class Place:
    """Where in the files the reader is, and what it has found wrong so far."""

    file: str
    lines: Sequence[str]
    language: Language
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    library: Mapping[str, str] = field(default_factory=dict)  # rule id -> its block of phrases
    line: int = 0  # of the rule's head
    rule: str = ""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, key: str, name: str = "", **values: object) -> None:
        """Note a fault at the line of `name` within the rule, or at its head."""
        shown = (("name", name), *values.items())
        self.faults.append(
            Fault(self.file, self._line_of(name), self.rule, f"phrasebook.{key}", shown)
        )

    def _line_of(self, name: str) -> int:
        if not name:
            return self.line
        bare = name.rpartition(".")[2]
        for number in range(max(self.line, 1), len(self.lines) + 1):
            text = self.lines[number - 1].strip()
            if number > self.line and text == "[[rule]]":
                break
            if text.replace(" ", "").startswith(f"{bare}=") or f"{bare} =" in text:
                return number
        return self.line


class Table:
    """One table; `finish` names every key that nobody asked for."""

    def __init__(self, entries: Mapping[str, object], place: Place, prefix: str = "") -> None:
        self._entries = entries
        self._place = place
        self._prefix = prefix
        self._asked: dict[str, None] = {}

    def _take(self, key: str) -> object:
        self._asked[key] = None
        return self._entries.get(key)

    def _wrong(self, key: str, wanted: str) -> None:
        name = self._prefix + key
        self._place.fault(f"wants_{wanted}", name, value=self._entries.get(key))

    def keys(self) -> tuple[str, ...]:
        """Every key that was written."""
        return tuple(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A string without surrounding space."""
        value = self._take(key)
        if isinstance(value, str) and (value.strip() or not required):
            return value.strip()
        if value is not None:
            self._wrong(key, "text")
        elif required:
            self._place.fault("missing", self._prefix + key)
        return default

    def number(self, key: str, default: float | None, *, low: float, high: float) -> float | None:
        """A number from `low` to `high`, both allowed."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            self._wrong(key, "number")
            return default
        if not low <= value <= high:
            self._place.fault("range", self._prefix + key, value=value, low=low, high=high)
            return default
        return float(value)

    def real(self, key: str, default: float, *, low: float, high: float) -> float:
        """Like `number`, where absence has a value."""
        value = self.number(key, default, low=low, high=high)
        return default if value is None else value

    def whole(self, key: str, *, low: int, high: int) -> int | None:
        """A whole number, None where absent."""
        value = self.number(key, None, low=low, high=high)
        return None if value is None else round(value)

    def exact(self, key: str, default: Decimal | None) -> Decimal | None:
        """A number kept as written."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            self._wrong(key, "number")
            return default
        return Decimal(value)

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        value = self._take(key)
        if value is not None and not isinstance(value, bool):
            self._wrong(key, "flag")
            return default
        return default if value is None else value

    def choice(self, key: str, kinds: type[Choice], default: Choice | None = None) -> Choice | None:
        """One of the values of an enumeration; a near miss is told what was probably meant."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, str) and value in set(kinds):
            return kinds(value)
        self._unknown(key, value, [k.value for k in kinds])
        return default

    def choices(self, key: str, kinds: type[Choice]) -> tuple[Choice, ...]:
        """Several values of an enumeration."""
        found = []
        for value in self.texts(key):
            if value in set(kinds):
                found.append(kinds(value))
            else:
                self._unknown(key, value, [k.value for k in kinds])
        return tuple(found)

    def one_of(self, key: str, known: Sequence[str], default: str) -> str:
        """One of a few words."""
        value = self._take(key)
        if value is None or value in known:
            return default if value is None else str(value)
        self._unknown(key, value, known)
        return default

    def _unknown(self, key: str, value: object, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(str(value), known, n=1, cutoff=0.4) or [known[0]]
        listed = " | ".join(known)
        self._place.fault("choice", self._prefix + key, value=value, known=listed, near=near[0])

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self._take(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
        self._wrong(key, "texts")
        return ()

    def table(self, key: str) -> Table | None:
        """A table below this one."""
        value = self._take(key)
        if value is None:
            return None
        if isinstance(value, dict):
            return Table(value, self._place, f"{self._prefix}{key}.")
        self._wrong(key, "table")
        return None

    def tables(self, key: str) -> tuple[Table, ...]:
        """A list of tables, or one table where one is enough."""
        value = self._take(key)
        if isinstance(value, dict):
            value = [value]
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(v, dict) for v in value):
            return tuple(Table(v, self._place, f"{self._prefix}{key}.") for v in value)
        self._wrong(key, "table")
        return ()

    def phrases(self, key: str, *, required: bool = False) -> PhraseSet:
        """A block of phrases, one a line; a line `@rule.id` stands for the phrases of that rule."""
        place = self._place
        lines = []
        for line in self.text(key, required=required).splitlines():
            name = line.strip().removeprefix("@")
            if not line.strip().startswith("@"):
                lines.append(line)
            elif name in place.library:
                lines.append(place.library[name])
            else:
                self._unknown(key, name, sorted(place.library) or [""])
        try:
            patterns = parse_phrases("\n".join(lines), language=place.language, names=place.names)
        except NotationError as error:
            name = self._prefix + key
            place.fault(f"notation_{error.kind}", name, value=error.value, known=error.known)
            return PhraseSet()
        return PhraseSet(patterns)

    def wrong(self, key: str, fault: str, **values: object) -> None:
        """Note a fault that the caller found in the value of `key`."""
        self._place.fault(fault, self._prefix + key, **values)

    def finish(self) -> None:
        """Name every key that nobody asked for, with the nearest that exists."""
        for key in self._entries:
            if key not in self._asked:
                known = list(self._asked)
                near = difflib.get_close_matches(key, known, n=1, cutoff=0.0) or known[:1]
                self._place.fault("unknown_key", self._prefix + key, near=near[0] if near else "")

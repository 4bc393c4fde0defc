"""What a report consists of, before it is set on paper or written into tables.

Texts are told in the report's language already; values of tables and tiles are values still, so
that a spreadsheet gets numbers and moments, and paper gets them written as the language does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pipeline.intervals import Interval
from pipeline.messages import Language

Value = str | int | float | Decimal | date | datetime | Interval | None
Show = Literal[
    "text",
    "count",
    "points",  # up to two decimals
    "percent",  # a share 0-1
    "share",  # an interval of a share
    "mean",  # an interval of points
    "difference",  # an interval of a difference of shares, in percentage points
    "day",
    "moment",
    "place",  # seconds of a recording, as minutes and seconds
]
Tone = Literal["plain", "note", "good", "bad"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; 1 begins a part of the report."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure that is read at a glance; `note` stands below it."""

    label: str
    value: Value
    show: Show = "count"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    """Figures side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; `width` is relative to the others."""

    title: str
    show: Show = "text"
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a heading; a row has a value for each column."""

    name: str  # of its sheet
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    empty: str = ""  # what stands in its place without rows


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with what it shows in words."""

    svg: str
    about: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a record; a wide one has a line of its own, a blank one room to write."""

    label: str
    value: Value = ""
    show: Show = "text"
    wide: bool = False
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A form that is filled in."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own."""


Block = Heading | Text | Tiles | Table | Plot | Record | Signatures | NewPage


@dataclass(frozen=True, slots=True)
class Report:
    """One report, whole."""

    title: str
    subtitle: str
    language: Language
    blocks: tuple[Block, ...]
    footer: str
    made_for: datetime  # the end of its days: what files bear as their date
    tables: tuple[Table, ...] = field(default=())  # what spreadsheets get instead of the blocks'

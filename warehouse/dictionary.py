"""The data dictionary: every table, view and column of the lake, in three languages.

It is read from the schema itself: columns and types from an empty lake that was just made, meanings
from the comments there, which are messages too. A column of a view means what the column of the
same name means in the table that the view shows.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pipeline.messages import Language, catalogue, say
from warehouse.connection import open_warehouse
from warehouse.migration import VIEWS
from warehouse.statements import statement

_AREA: Final = "dictionary."
_SHOWS: Final[Mapping[str, tuple[str, ...]]] = {  # the tables whose columns a view has
    "call": ("call_result",),
    "turn": ("turn_result",),
    "scorecard": ("scorecard_result",),
    "finding": ("finding_result", "scorecard_result"),
    "evidence": ("evidence_result", "scorecard_result"),
    "finding_by_rule": ("rule_tally", "scorecard_result"),
    "finding_by_agent": ("rule_tally", "scorecard_result"),
    "scorecard_by_agent": ("scorecard_result", "rule_tally", "call_result"),
    "talk_by_role": ("role_talk_result",),
    "night": ("night_result",),
    "promise": ("promise_result", "call_result"),
}
_OWN: Final = {  # columns that only views have, or that mean something else there
    ("finding", "flagged"): "column_flagged",
    ("scorecard_by_agent", "points_mean"): "column_points_mean",
    ("scorecard_by_agent", "points_least"): "column_points_least",
    ("scorecard_by_agent", "calls"): "column_calls",
    ("scorecard_by_agent", "passed"): "column_passed",
    ("finding_by_rule", "calls"): "column_calls",
    ("finding_by_agent", "calls"): "column_calls",
}


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """One column; `meaning` is a message's key."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One table or view."""

    name: str
    kind: Literal["view", "table"]
    meaning: str
    columns: tuple[ColumnEntry, ...]


def read_dictionary() -> tuple[Entry, ...]:
    """Views first, then tables, by name.

    Raises: KeyError for a table or column that nothing explains: a programming error.
    """
    with tempfile.TemporaryDirectory() as folder, open_warehouse(Path(folder)) as warehouse:
        rows = warehouse.connection.execute(statement("queries/dictionary")).fetchall()
    comments = {(table, column): comment for table, column, _, comment, _ in rows if comment}
    tables = {table: comment for table, _, _, _, comment in rows if comment}
    found: dict[str, list[ColumnEntry]] = {}
    for table, column, kind, comment, _ in rows:
        key = _meaning(comment) if comment else _meaning_in_view(table, column, comments)
        found.setdefault(table, []).append(ColumnEntry(column, kind, key))
    shown = [name for name in VIEWS if name in _SHOWS]
    views = [Entry(n, "view", f"{_AREA}view_{n}", tuple(found[n])) for n in sorted(shown)]
    others = [
        Entry(name, "table", _meaning(tables[name]), tuple(columns))
        for name, columns in sorted(found.items())
        if name in tables
    ]
    return (*views, *others)


@cache
def _keys() -> Mapping[str, str]:
    """The message that has a comment as its English text."""
    return {t["en"]: key for key, t in catalogue().items() if key.startswith(f"{_AREA}of_")}


def _meaning(comment: str) -> str:
    return _keys()[comment]


def _meaning_in_view(view: str, column: str, comments: Mapping[tuple[str, str], str]) -> str:
    if own := _OWN.get((view, column)):
        return f"{_AREA}{own}"
    for table in _SHOWS.get(view, ()):
        if (table, column) in comments:
            return _meaning(comments[table, column])
    message = f"nothing explains the column {column} of {view}"
    raise KeyError(message)


def as_markdown(entries: Sequence[Entry], languages: Sequence[Language]) -> str:
    """The dictionary as a page: a chapter for each language."""
    parts = []
    for language in languages:
        parts += [f"# {say('dictionary.title', language)}", say("dictionary.intro", language)]
        for kind in ("view", "table"):
            parts.append(f"## {say(f'dictionary.{kind}s', language)}")
            parts += [_table(entry, language) for entry in entries if entry.kind == kind]
    return "\n\n".join(parts) + "\n"


def _table(entry: Entry, language: Language) -> str:
    head = [say(f"dictionary.{name}", language) for name in ("column", "type", "about")]
    lines = [
        f"### {entry.name}",
        "",
        say(entry.meaning, language),
        "",
        f"| {' | '.join(head)} |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{c.name}` | {c.type.lower()} | {say(c.meaning, language)} |" for c in entry.columns
    ]
    return "\n".join(lines)


def as_csv(entries: Sequence[Entry], languages: Sequence[Language]) -> str:
    """A row for each column: table, kind, column, type, and the meaning in each language."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["table", "kind", "column", "type", *languages])
    for entry in entries:
        for c in entry.columns:
            told = [say(c.meaning, language) for language in languages]
            writer.writerow([entry.name, entry.kind, c.name, c.type.lower(), *told])
    return out.getvalue()

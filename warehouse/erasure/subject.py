"""Whose calls are erased, and by which words they would be found again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

import duckdb

from warehouse.erasure.words import Words
from warehouse.statements import statement


@dataclass(frozen=True, slots=True)
class Subject:
    """A customer by reference, an agent by id, or calls before a day."""

    kind: Literal["customer", "agent", "before"]
    value: str  # personal data, but for a day

    @property
    def own_words(self) -> tuple[str, ...]:
        """What names the subject itself."""
        return () if self.kind == "before" else (self.value,)


@dataclass(frozen=True, slots=True)
class Traces:
    """The calls of a subject, and the words that must not remain."""

    call_ids: frozenset[str]
    recordings: frozenset[str]  # paths
    audio_sha256: frozenset[str]
    own_words: Collection[str]

    @property
    def names(self) -> frozenset[str]:
        """All words by which something of the subject would be known."""
        return self.call_ids | self.audio_sha256 | frozenset(self.own_words)

    @property
    def words(self) -> Words:
        """The same, to look for."""
        return Words(self.names)


def traces_of(connection: duckdb.DuckDBPyConnection, subject: Subject) -> Traces:
    """What the lake knows of a subject: every inspection of its calls, also earlier ones."""
    before = date.fromisoformat(subject.value) if subject.kind == "before" else None
    values = {"kind": subject.kind, "value": subject.value, "before": before}
    rows = connection.execute(statement("queries/calls_of_subject"), values).fetchall()
    return Traces(
        call_ids=frozenset(row[0] for row in rows),
        recordings=frozenset(row[1] for row in rows),
        audio_sha256=frozenset(row[2] for row in rows if row[2]),
        own_words=subject.own_words,
    )

"""Which stored calls another phrasebook would judge anew, and which of its rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from pipeline.checks import HoldCheck, LimitCheck
from pipeline.errors import WarehouseError
from pipeline.messages import LANGUAGES, Language
from pipeline.probability import EvidenceWeights
from pipeline.review import Verdict
from pipeline.rule_digest import (
    BookDigest,
    RuleChanges,
    book_of_rules,
    compare_books,
    digest_book,
)
from pipeline.rules import Phrasebook
from warehouse.lake import Warehouse
from warehouse.rescoring.digests import digest_of
from warehouse.statements import statement

Books = Callable[[], Iterable[Phrasebook]]
Verdicts = Mapping[tuple[str, int], Verdict]  # by judgement and place in it


@dataclass(frozen=True, slots=True)
class Rescoring:
    """What is judged anew, and by what.

    Attributes:
        books: the phrasebooks to judge by, of all languages (`pipeline.phrasebook.load_books`).
        code_version: of this program; judgements of another one are made anew by all rules.
        installed: gives the phrasebooks at hand, should the warehouse not know the parts of those
            that judged; without them all rules are judged.
        verdicts: of people (`decisions.known_verdicts`), for the precision.
        closed_months: "2026-11"; their calls stay as they are.
        since, until: days of calls, both included; all if None.
        weights: of the evidence, where they are not the program's own; `code_version` then bears
            their mark, and calls of the same phrasebook are judged by all rules, too.
        processes: that judge; 1 for none beside this one.
    """

    books: Mapping[Language, Phrasebook]
    code_version: str
    installed: Books = tuple
    verdicts: Verdicts = field(default_factory=dict)
    closed_months: Collection[str] = ()
    since: date | None = None
    until: date | None = None
    weights: EvidenceWeights | None = None
    processes: int = 2


@dataclass(frozen=True, slots=True)
class ScoredCall:
    """A call that was heard, with the judgement that counts."""

    call_id: str
    result_id: str
    scoring_id: str
    agent_id: str | None
    language: Language
    day: date  # of the call, on its own clock; of its storing where that is not known
    phrasebook_id: str
    phrasebook_version: str
    phrasebook_sha256: str
    code_version: str
    points: Decimal
    points_possible: Decimal
    passed: bool


@dataclass(frozen=True, slots=True)
class Change:
    """From one phrasebook to another, for the calls that one program judged under the first."""

    before: str  # SHA-256 of the first
    book: Phrasebook  # the other
    rules: RuleChanges

    @property
    def judged(self) -> Phrasebook:
        """The rules of the other book that are to be judged, with those that they rest on."""
        return book_of_rules(self.book, self.rules.affected)

    @property
    def needs_spans(self) -> bool:
        """Whether a rule of silence or overlap is among them."""
        return any(isinstance(rule.check, HoldCheck | LimitCheck) for rule in self.judged.rules)


@dataclass(frozen=True, slots=True)
class Batch:
    """Calls that one change concerns."""

    change: Change
    calls: tuple[ScoredCall, ...]  # ascending by call id


@dataclass(frozen=True, slots=True)
class Plan:
    """What judging anew has to do."""

    batches: tuple[Batch, ...]
    calls: int  # all that were looked at
    same: int  # judged by this phrasebook already
    closed: int  # of months that are closed: they stay as they are

    @property
    def changes(self) -> tuple[Change, ...]:
        """Each once."""
        return tuple({id(b.change): b.change for b in self.batches}.values())


def make_plan(warehouse: Warehouse, asked: Rescoring) -> Plan:
    """Which calls to judge, by which rules.

    A call whose stored judgement is of another program, or of a phrasebook whose parts are not
    known, is judged by all rules; otherwise by those that changed.

    Raises: WarehouseError if the warehouse cannot be read.
    """
    found: dict[tuple[str, str, bool], list[ScoredCall]] = {}
    same = closed = count = 0
    for call in scored_calls(warehouse, since=asked.since, until=asked.until):
        count += 1
        if f"{call.day:%Y-%m}" in asked.closed_months:
            closed += 1
            continue
        own = call.code_version == asked.code_version
        known = own or asked.weights is None
        if known and call.phrasebook_sha256 == asked.books[call.language].sha256:
            same += 1
        else:
            found.setdefault((call.language, call.phrasebook_sha256, own), []).append(call)
    batches = []
    for (language, sha256, own), calls in found.items():
        book = asked.books[call_language(language)]
        before = digest_of(warehouse, sha256) or _digest(sha256, asked.installed())
        change = Change(sha256, book, _changes(before, book, own=own))
        batches.append(Batch(change, tuple(calls)))
    return Plan(tuple(batches), count, same, closed)


def call_language(text: str) -> Language:
    """The language of that name."""
    return next(language for language in LANGUAGES if language == text)


def _digest(sha256: str, books: Iterable[Phrasebook]) -> BookDigest | None:
    return next((digest_book(book) for book in books if book.sha256 == sha256), None)


def _changes(before: BookDigest | None, book: Phrasebook, *, own: bool) -> RuleChanges:
    found = compare_books(before, book)
    if own or before is None:
        return found
    every = frozenset(rule.id for rule in book.rules)  # another program: nothing is known to stay
    return RuleChanges(found.added, found.removed, every - found.added)


def scored_calls(
    warehouse: Warehouse, *, since: date | None = None, until: date | None = None
) -> list[ScoredCall]:
    """Calls with the judgement that counts, by call id."""
    values: dict[str, Any] = {"since": since, "until": until}
    try:
        rows = warehouse.connection.execute(statement("queries/scored_calls"), values).fetchall()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error
    return [ScoredCall(*row) for row in rows]

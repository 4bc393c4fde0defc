"""Which rules of a phrasebook are others than those of another version of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline.rules import Phrasebook, Rule


@dataclass(frozen=True, slots=True)
class BookDigest:
    """A phrasebook by the hashes of its parts; `frame` concerns the judging of all rules."""

    frame: str
    rules: Mapping[str, str]  # by rule id


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """What a new version of a phrasebook makes of the rules of the old one."""

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()

    @property
    def affected(self) -> frozenset[str]:
        """Rules of the new version whose verdicts may be others than before."""
        return self.added | self.changed


def digest_book(book: Phrasebook) -> BookDigest:
    """The hashes of a phrasebook's parts, hexadecimal SHA-256.

    A rule's tests and its place in a file say nothing about its findings. Points, titles, sources
    and whether people look at it are in its findings, so they count. A field that a later
    program adds to rules makes all of them others, which costs time and nothing else.
    """
    frame = repr((book.language, book.recorded_voice, *filter(None, [book.weights])))
    return BookDigest(_sha256(frame), {rule.id: rule_sha256(rule) for rule in book.rules})


def rule_sha256(rule: Rule) -> str:
    """The hash of all that decides a rule's findings."""
    return _sha256(repr(replace(rule, tests=(), file="", line=0)))


def compare_books(before: BookDigest | None, book: Phrasebook) -> RuleChanges:
    """Rules of `book` that are new or others than before, also through rules that they rest on.

    Args:
        before: None if the parts of the earlier version are not known: every rule may be another.
    """
    if before is None:
        return RuleChanges(changed=frozenset(rule.id for rule in book.rules))
    after = digest_book(book)
    added = frozenset(after.rules.keys() - before.rules.keys())
    removed = frozenset(before.rules.keys() - after.rules.keys())
    if before.frame != after.frame:
        return RuleChanges(added, removed, frozenset(after.rules.keys()) - added)
    changed = {i for i, sha in after.rules.items() if i not in added and before.rules[i] != sha}
    _follow(book.rules, touched={*changed, *added, *removed}, changed=changed)
    return RuleChanges(added, removed, frozenset(changed - added))


def _follow(rules: Iterable[Rule], *, touched: set[str], changed: set[str]) -> None:
    """Add to `changed` the rules that rest on the findings of touched ones; a rule rests only on
    rules that stand before it.
    """
    for rule in rules:
        if rule.id not in touched and any(other in touched for other, _ in rule.when.findings):
            touched.add(rule.id)
            changed.add(rule.id)


def book_of_rules(book: Phrasebook, wanted: frozenset[str]) -> Phrasebook:
    """The phrasebook with the wanted rules and those that they rest on, in its order."""
    needed = set(wanted)
    for rule in reversed(book.rules):
        if rule.id in needed:
            needed |= {other for other, _ in rule.when.findings}
    return replace(book, rules=tuple(rule for rule in book.rules if rule.id in needed))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""Every norm is checked by a rule or has its reason, and docs/norms.md says so."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.norms_document import DOCUMENT, REASONS, all_rules, document, read_norms


def test_every_norm_has_rules_or_a_reason_not_both() -> None:
    for norm in read_norms():
        assert bool(norm.rules) != bool(norm.reason), norm.at
        assert not norm.reason or norm.reason in REASONS


def test_every_rule_that_a_norm_names_exists_and_every_rule_serves_a_norm() -> None:
    named = {rule for norm in read_norms() for rule in norm.rules}
    assert named == {rule.id for rule in all_rules()}


def test_a_rules_source_is_among_the_norms() -> None:
    places = {norm.at for norm in read_norms()}
    sources = {f"{s.file[:3]}:{s.line}" for rule in all_rules() for s in rule.sources}
    assert sources <= places


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == document(read_norms(), all_rules())


def test_every_place_that_the_checklist_names_is_among_the_norms() -> None:
    folder = os.environ.get("TINGJIAN_NORMS")
    if folder is None:
        pytest.skip("TINGJIAN_NORMS does not name the folder of the norm documents")
    known = {norm.at for norm in read_norms()}
    named = list(places_of(Path(folder, "CHECKLIST.md").read_text("utf-8")))
    assert len(named) > 140
    missing = [
        f"{document}:{first}-{last}"
        for document, first, last in named
        if not any(f"{document}:{line}" in known for line in range(first, last + 1))
    ]
    assert missing == []


def places_of(checklist: str) -> Iterator[tuple[str, int, int]]:
    """Document, first and last line of `002:189–193`, `001:22, 27` and the like."""
    for match in re.finditer(r"\b(00[0-3]):(\d+(?:[–-]\d+)?(?:, ?\d+(?:[–-]\d+)?)*)", checklist):
        for part in match[2].split(","):
            first, _, last = part.strip().replace("–", "-").partition("-")
            yield match[1], int(first), int(last or first)


def test_the_places_are_lines_of_the_documents() -> None:
    folder = os.environ.get("TINGJIAN_NORMS")
    if folder is None:
        pytest.skip("TINGJIAN_NORMS does not name the folder of the norm documents")
    texts = {p.name[:3]: p.read_text("utf-8").splitlines() for p in Path(folder).glob("00*.txt")}
    for norm in read_norms():
        number, _, line = norm.at.partition(":")
        assert texts[number][int(line) - 1].strip(), norm.at

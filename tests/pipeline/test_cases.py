"""Runs the dialogues of tests/cases, which inspectors can add to without Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from phrasebook_examples import PHRASEBOOKS, findings_of

from pipeline.call import Purpose
from pipeline.messages import Language
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Phrasebook

CASES = Path(__file__).parents[1] / "cases"


@dataclass(frozen=True, slots=True)
class Case:
    """A dialogue with what some rules must say of it."""

    place: str
    language: Language
    dialogue: str
    settings: dict[str, str]
    expected: tuple[tuple[str, str], ...]


def read_cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.txt")):
        line = 1
        for block in path.read_text("utf-8").split("\n\n"):
            rows = [r for r in block.splitlines() if r.strip() and not r.startswith("#")]
            wanted = tuple(
                (rule, outcome)
                for row in rows
                if row.startswith("=>")
                for rule, outcome in [row.removeprefix("=>").split()]
            )
            settings = dict(
                row.split(": ", 1) for row in rows if row.startswith(("purpose:", "direction:"))
            )
            spoken = [r for r in rows if not r.startswith(("=>", "purpose:", "direction:"))]
            if spoken:
                language: Language = "es" if path.name.startswith("es_") else "zh"
                place = f"{path.name}:{line}"
                yield Case(place, language, "\n".join(spoken), settings, wanted)
            line += block.count("\n") + 2


ALL = tuple(read_cases())


@cache
def book(language: Language) -> Phrasebook:
    return load_phrasebook(PHRASEBOOKS, language=language)


@pytest.mark.parametrize("case", ALL, ids=[case.place for case in ALL])
def test_the_rules_say_of_each_case_what_it_expects(case: Case) -> None:
    assert case.expected, "a case without => says nothing"
    purpose = case.settings.get("purpose")
    found = findings_of(
        case.dialogue,
        book(case.language),
        purpose=Purpose(purpose) if purpose else None,
        direction=case.settings.get("direction"),
    )
    said = {rule: found[rule].outcome.value for rule, _ in case.expected}
    assert said == dict(case.expected)

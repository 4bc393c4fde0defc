"""The bank of exchanges and the plans that put them together to calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from benchmarks.synthesis.script import ScriptError

SCRIPTS = Path(__file__).parent / "scripts"
KINDS = ("good", "bad", "near", "plain")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A few lines of dialogue, still with braces; `kind` says how the agent fares in it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a plan, there with `chance`, by `count` different exchanges."""

    part: str
    chance: float = 1.0
    count: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """The order of a call."""

    name: str
    purpose: str
    direction: str
    steps: tuple[Step, ...]


def read_parts(language: str) -> dict[str, tuple[Exchange, ...]]:
    """All exchanges of a language by part.

    Raises: ScriptError for a line before any part, or an unknown kind.
    """
    path = SCRIPTS / f"parts.{language}.txt"
    parts: dict[str, list[tuple[str, list[str]]]] = {}
    part = ""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("= "):
            part = line[2:].strip()
            parts[part] = []
        elif line.startswith("+ ") and part and line[2:].strip() in KINDS:
            parts[part].append((line[2:].strip(), []))
        elif part and parts[part]:
            parts[part][-1][1].append(line)
        else:
            message = f"{path.name}:{number}: {line!r} stands outside any '= part' and '+ kind'"
            raise ScriptError(message)
    return {
        name: tuple(Exchange(kind, "\n".join(lines)) for kind, lines in found)
        for name, found in parts.items()
    }


def read_plans(language: str) -> tuple[Plan, ...]:
    """All plans of a language, in the file's order.

    Raises: ScriptError for a step before any plan, or a step that cannot be read.
    """
    path = SCRIPTS / f"plans.{language}.txt"
    plans: list[tuple[list[str], list[Step]]] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        row = line.strip()
        if not row or row.startswith("#"):
            continue
        if row.count("|") == 2:
            plans.append(([field.strip() for field in row.split("|")], []))
            continue
        match = re.fullmatch(r"([\w.]+)(?: \?([\d.]+))?(?: x(\d+))?", row)
        if match is None or not plans:
            message = (
                f"{path.name}:{number}: {row!r} is neither 'name | purpose | direction' nor a step"
            )
            raise ScriptError(message)
        plans[-1][1].append(Step(match[1], float(match[2] or 1), int(match[3] or 1)))
    return tuple(Plan(name, purpose, way, tuple(steps)) for (name, purpose, way), steps in plans)


def read_babble() -> tuple[tuple[str, str], ...]:
    """What is said in the café, as (voice, text)."""
    rows = (SCRIPTS / "babble.txt").read_text("utf-8").splitlines()
    pairs = (row.partition(": ") for row in rows if row.strip() and not row.startswith("#"))
    return tuple((voice, text) for voice, _, text in pairs)

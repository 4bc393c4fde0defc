"""Writes docs/norms.md: every norm, the rules that check it or why none does, and the coverage.

Run as `python -m benchmarks.norms_document`.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.messages import Language
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Rule

ROOT = Path(__file__).parents[1]
NORMS = ROOT / "phrasebooks" / "norms.toml"
DOCUMENT = ROOT / "docs" / "norms.md"
_LANGUAGES: tuple[Language, ...] = ("zh", "es")

REASONS = {
    "several_calls": "shows only over several calls",
    "ledger": "points of the monthly ledger, imported, not heard in a call",
    "other_system": "needs what another system knows",
    "record": "a record or report that people write",
    "person": "a person judges it on the manual form; a machine never scores it",
    "no_call": "does not concern calls",
    "setting": "a number, kept as a setting",
    "topic": "a reason for calling, told by the call's purpose",
}


@dataclass(frozen=True, slots=True)
class Norm:
    """A norm with what checks it; `reason` is "" where rules do."""

    at: str
    what: str
    rules: tuple[str, ...]
    reason: str


def read_norms() -> tuple[Norm, ...]:
    """Every norm of phrasebooks/norms.toml, in the file's order."""
    rows = tomllib.loads(NORMS.read_text("utf-8"))["norms"]
    return tuple(
        Norm(r["at"], r["what"], tuple(r.get("rules", ())), r.get("reason", "")) for r in rows
    )


def all_rules() -> tuple[Rule, ...]:
    """The rules of both phrasebooks."""
    folder = ROOT / "phrasebooks"
    return tuple(r for lang in _LANGUAGES for r in load_phrasebook(folder, language=lang).rules)


def document(norms: Sequence[Norm], rules: Sequence[Rule]) -> str:
    """The text of docs/norms.md."""
    checked = [n for n in norms if n.rules]
    reasons = Counter(n.reason for n in norms if n.reason)
    tests = sum(len(rule.tests) for rule in rules)
    lines = [
        "# The norms and the rules that check them",
        "",
        "Made by `python -m benchmarks.norms_document` from `phrasebooks/norms.toml`; do not edit.",
        "",
        f"Of {len(norms)} norms of the four documents, {len(checked)} "
        f"({100 * len(checked) // len(norms)} %) are checked by {len(rules)} rules with {tests} "
        "tests of their own. The others:",
        "",
        "| not checked because it | norms |",
        "|---|---|",
        *(f"| {REASONS[reason]} | {count} |" for reason, count in reasons.most_common()),
        "",
        "The documents are 000 (Spanish), 001, 002 (the core) and 003; `002:112` is line 112 of",
        "002.",
        "",
        "| norm | what it asks | checked by, or why not |",
        "|---|---|---|",
    ]
    for norm in norms:
        by = ", ".join(f"`{r}`" for r in norm.rules) or f"*{REASONS[norm.reason]}*"
        lines.append(f"| {norm.at} | {norm.what} | {by} |")
    lines += [
        "",
        "## Rules",
        "",
        "| rule | what | kind | points | source |",
        "|---|---|---|---|---|",
    ]
    for rule in rules:
        source = ", ".join(f"{s.file[:3]}:{s.line}" for s in rule.sources)
        lines.append(f"| `{rule.id}` | {rule.title} | {rule.kind} | {rule.points} | {source} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the document."""
    DOCUMENT.write_text(document(read_norms(), all_rules()), "utf-8")
    sys.stdout.write(f"{DOCUMENT.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

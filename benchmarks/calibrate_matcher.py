"""Fit the model that turns a hit's evidence into a probability, and show how true it is.

    python -m benchmarks.synthesis.make_calls --seed 1 --count 60 --out CALLS
    (recognise each call: DOCUMENTS/NAME.json as `tingjian inspect --json` prints it)
    python -m benchmarks.calibrate_matcher --material CALLS DOCUMENTS --write
    python -m benchmarks.calibrate_matcher --verdicts DATA --out NEW.toml [--material …]
    tingjian rescore --weights NEW.toml --preview

Fitted is on calls that the project made itself and, with --verdicts, on what people said of the
flags of a data folder. Every third call of each is held out and never fitted, and the errors that
are printed are those of the held-out calls. Doubtful flags are reviewed oftener than certain ones:
each verdict counts as many flags as it stands for (`labelled_flags`). With too few verdicts
nothing is fitted, and what makes the held-out verdicts less probable is not written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from benchmarks.evidence_fit import (
    Labelled,
    candidates,
    effective_count,
    fit,
    held_out,
    log_loss,
    reliability_of,
)
from benchmarks.judged_calls import JudgedCall, from_truth_files
from benchmarks.reliability import describe
from benchmarks.verdict_evidence import (
    EACH_LEAST,
    VERDICTS_LEAST,
    TooFewVerdictsError,
    Verdicts,
    read_verdicts,
    refuse_too_few,
)
from pipeline.judging import concerns, view_call
from pipeline.messages import Language
from pipeline.phrasebook import load_phrasebook
from pipeline.probability import EvidenceWeights, evidence_weights
from pipeline.rating import RatedHit
from pipeline.rules import Phrasebook, Rule

WEIGHTS = Path(__file__).parents[1] / "pipeline" / "evidence_weights.toml"
_LANGUAGES: tuple[Language, ...] = ("zh", "es")


def labelled_hits(call: JudgedCall, book: Phrasebook, known: frozenset[str]) -> list[Labelled]:
    """Every candidate hit of the rules that truths speak of, with whether its turn says so.

    A hit in a turn where the rule is arguable, or of a rule that no truth names, teaches nothing.
    """
    view = view_call(call.transcript, metadata=call.metadata, metrics=call.metrics, phrasebook=book)
    found = []
    for rule in book.rules:
        if rule.id in known and concerns(rule.when, call.metadata):
            for rated in candidates(view, rule):
                said = _said(call, rule, rated)
                if said is not None:
                    found.append(Labelled(call.name, rule.id, rated.grounds, said))
    return found


def _said(call: JudgedCall, rule: Rule, rated: RatedHit) -> bool | None:
    middle = (rated.evidence.start + rated.evidence.end) / 2
    around = [t for t in call.true_turns if t.start - 0.3 <= middle <= t.end + 0.3]
    if any(rule.id in t.may for t in around):
        return None
    return any(rule.id in t.must for t in around)


def main(arguments: list[str] | None = None) -> int:
    """Fit, print how true the model is before and after, and write it if asked to.

    Returns: 1 with too few verdicts, or if what was fitted may not be written.
    """
    options = _options(arguments)
    books = {lang: load_phrasebook(options.phrasebook, language=lang) for lang in _LANGUAGES}
    made = _material(options.material, books)
    given = Verdicts((), 0, {})
    if options.verdicts:
        given = read_verdicts(options.verdicts, books)
        try:
            refuse_too_few(given, least=options.least, each_least=options.each_least)
        except TooFewVerdictsError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    before = evidence_weights()
    fitting = [r for rows in (made, given.rows) for r in _parts(rows)[0]]
    after = fit(fitting, before)
    tested = {"synthesised calls": _parts(made)[1], "verdicts": _parts(given.rows)[1]}
    sys.stdout.write(f"fitted on {_told(made, given)}, two thirds of the calls of each\n")
    for title, rows in tested.items():
        for name, weights in (("in use", before), ("fitted", after)):
            _show(f"{title}, {name}", rows, weights)
    after = replace(after, provenance=_provenance(made, given, after, tested))
    if options.out is None and not options.write:
        return 0
    if log_loss(tested["verdicts"], after) > log_loss(tested["verdicts"], before):
        sys.stderr.write("not written: the held-out verdicts are less probable than before\n")
        return 1
    write_weights(after, WEIGHTS if options.write else options.out)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--material",
        nargs=2,
        type=Path,
        action="append",
        default=[],
        metavar=("CALLS", "DOCUMENTS"),
        help="truth files, and what was recognised of them; may be given several times",
    )
    parser.add_argument(
        "--verdicts", type=Path, metavar="DATA", help="data folder: results, and people's verdicts"
    )
    parser.add_argument("--least", type=int, default=VERDICTS_LEAST, help="verdicts needed")
    parser.add_argument("--each-least", type=int, default=EACH_LEAST, help="true, and false ones")
    parser.add_argument("--phrasebook", type=Path, default=Path("phrasebooks"))
    target = parser.add_mutually_exclusive_group()
    target.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name}")
    target.add_argument("--out", type=Path, metavar="FILE", help="write another file")
    options = parser.parse_args(arguments)
    if not options.material and not options.verdicts:
        parser.error("nothing to fit on: --material, --verdicts, or both")
    return options


def _material(
    folders: Sequence[Sequence[Path]], books: dict[Language, Phrasebook]
) -> tuple[Labelled, ...]:
    """The hits of the synthesised calls."""
    calls = [
        call
        for folder, documents in folders
        for call in from_truth_files(folder, inspected=documents)
    ]
    known = frozenset(rule for c in calls for t in c.true_turns for rule in (*t.must, *t.may))
    return tuple(r for c in calls for r in labelled_hits(c, books[c.transcript.language], known))


def _parts(rows: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """What is fitted on, and what is held out."""
    held = held_out(row.call for row in rows)
    return [r for r in rows if r.call not in held], [r for r in rows if r.call in held]


def _told(made: Sequence[Labelled], given: Verdicts) -> str:
    said = sum(row.said for row in made)
    parts = [f"{len(made)} hits ({said} said) of synthesised calls"] if made else []
    return " and ".join([*parts, given.described()] if given.rows else parts)


def _provenance(
    made: Sequence[Labelled],
    given: Verdicts,
    weights: EvidenceWeights,
    tested: dict[str, list[Labelled]],
) -> str:
    told = [f"fitted {date.today()} on {_told(made, given)}, a third of the calls held out"]
    for title, rows in tested.items():
        if rows:
            error = reliability_of(rows, weights).error
            told.append(
                f"{title} held out: calibration error {error:.3f}, log loss"
                f" {log_loss(rows, weights):.3f} on {len(rows)}"
            )
    if not made:
        told.append(f"begun from: {weights.provenance}")
    return "; ".join(told)


def _show(title: str, rows: Sequence[Labelled], weights: EvidenceWeights) -> None:
    if not rows:
        return
    found, loss = reliability_of(rows, weights), log_loss(rows, weights)
    worth = effective_count([row.weight for row in rows])
    sys.stdout.write(
        f"{title}: calibration error {found.error:.3f}, log loss {loss:.3f}"
        f" on {len(rows)} hits held out (worth {worth:.0f})\n"
    )
    sys.stdout.write(describe(found))
    values = {k: v for k, v in asdict(weights).items() if k != "provenance"}
    sys.stdout.write("  " + ", ".join(f"{k} {v}" for k, v in values.items()) + "\n")


def write_weights(weights: EvidenceWeights, path: Path) -> None:
    """The coefficients as a file, with the comments of the one that ships with the project."""
    lines = WEIGHTS.read_text("utf-8").splitlines()
    values = asdict(weights)
    for number, line in enumerate(lines):
        name, equals, rest = line.partition("=")
        if equals and name.strip() in values:
            value = values[name.strip()]
            shown = f'"{value}"' if isinstance(value, str) else f"{value}"
            _, mark, comment = rest.rpartition("  #") if "  #" in rest else ("", "", "")
            lines[number] = f"{name}= {shown}" + (f"  #{comment}" if mark else "")
    path.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())

"""Fit the model that turns a hit's evidence into a probability, and show how true it is.

    python -m benchmarks.synthesis.make_calls --seed 1 --count 60 --out CALLS
    (recognise each call: DOCUMENTS/NAME.json as `tingjian inspect --json` prints it)
    python -m benchmarks.calibrate_matcher --material CALLS DOCUMENTS --write

Only calls that the project made itself are fitted on; every third of them is held out and never
fitted, and the error that is printed is that of the held-out calls.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.judged_calls import JudgedCall, from_truth_files
from benchmarks.reliability import Reliability, describe, reliability
from pipeline.check_phrases import is_softened
from pipeline.checks import PhraseCheck
from pipeline.judging import concerns, view_call
from pipeline.messages import Language
from pipeline.phrasebook import load_phrasebook
from pipeline.probability import EvidenceWeights, HitEvidence, evidence_terms, evidence_weights
from pipeline.rating import CallView, RatedHit, rate_hits
from pipeline.rules import Phrasebook, Rule
from pipeline.windows import window_mask

Floats = NDArray[np.float64]
WEIGHTS = Path(__file__).parents[1] / "pipeline" / "evidence_weights.toml"
_LANGUAGES: tuple[Language, ...] = ("zh", "es")
_PRIOR = 1.0  # strength that draws the coefficients to those in use, in hits per unit
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Labelled:
    """A hit with the truth about it."""

    call: str
    rule: str
    grounds: HitEvidence
    said: bool


def labelled_hits(call: JudgedCall, book: Phrasebook, known: frozenset[str]) -> list[Labelled]:
    """Every candidate hit of the rules that truths speak of, with whether its turn says so.

    A hit in a turn where the rule is arguable, or of a rule that no truth names, teaches nothing.
    """
    view = view_call(call.transcript, metadata=call.metadata, metrics=call.metrics, phrasebook=book)
    found = []
    for rule in book.rules:
        if rule.id in known and concerns(rule.when, call.metadata):
            for rated in _candidates(view, rule):
                said = _said(call, rule, rated)
                if said is not None:
                    found.append(Labelled(call.name, rule.id, rated.grounds, said))
    return found


def _candidates(view: CallView, rule: Rule) -> Iterable[RatedHit]:
    """Every hit that the rule would judge by its probability alone."""
    if not isinstance(rule.check, PhraseCheck) or rule.occasion is not None:
        return ()
    mask = window_mask(view.streams[rule.role], rule.window)
    rated = rate_hits(view, rule, rule.check.phrases, mask=mask, unless=rule.check.unless)
    return [r for r in rated if not is_softened(view, rule, r, softening=rule.check.softening)]


def _said(call: JudgedCall, rule: Rule, rated: RatedHit) -> bool | None:
    middle = (rated.evidence.start + rated.evidence.end) / 2
    around = [t for t in call.true_turns if t.start - 0.3 <= middle <= t.end + 0.3]
    if any(rule.id in t.may for t in around):
        return None
    return any(rule.id in t.must for t in around)


def fit(rows: Sequence[Labelled], start: EvidenceWeights) -> EvidenceWeights:
    """Logistic regression by Newton's method, drawn to `start` so that few hits change little.

    No coefficient but the intercept may become negative: better evidence never makes a hit less
    probable. One that would is set to nothing, and the others are fitted again without it.
    """
    begin = np.array(_values(start))
    terms = np.array([evidence_terms(row.grounds) for row in rows])
    truth = np.array([row.said for row in rows], dtype=np.float64)
    free = np.ones(len(begin), dtype=np.bool_)
    while True:
        weights = np.where(free, begin, 0.0)
        weights[free] = _newton(terms[:, free], truth, begin[free])
        worst = int(np.argmin(weights[1:])) + 1
        if weights[worst] >= 0:
            return _weights(weights, start)
        free[worst] = False


def _newton(terms: Floats, truth: Floats, begin: Floats) -> Floats:
    weights = begin.copy()
    scale = 1.0 / np.maximum(np.abs(begin), 0.5) ** 2
    for _ in range(_ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(terms @ weights, -30, 30)))
        slope = terms.T @ (truth - chance) - _PRIOR * scale * (weights - begin)
        bend = (terms * (chance * (1 - chance))[:, None]).T @ terms + np.diag(_PRIOR * scale)
        step = np.linalg.solve(bend, slope)
        weights += step * min(1.0, 1.0 / float(np.abs(step * np.sqrt(scale)).max() + 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _values(weights: EvidenceWeights) -> list[float]:
    return [v for k, v in asdict(weights).items() if k != "provenance"]


def _weights(values: Floats, like: EvidenceWeights) -> EvidenceWeights:
    names = [k for k in asdict(like) if k != "provenance"]
    fitted = dict(zip(names, (round(float(v), 3) for v in values), strict=True))
    # a role or a second listen that hardly varies in the material cannot be fitted on it
    kept = {"role": like.role, "acoustic": like.acoustic}
    return EvidenceWeights(provenance=like.provenance, **{**fitted, **kept})


def reliability_of(rows: Sequence[Labelled], weights: EvidenceWeights) -> Reliability:
    """How true the probabilities of hits are under some coefficients."""
    terms = np.array([evidence_terms(row.grounds) for row in rows]).reshape(len(rows), -1)
    chances = 1.0 / (1.0 + np.exp(-np.clip(terms @ np.array(_values(weights)), -30, 30)))
    return reliability([(float(p), row.said) for p, row in zip(chances, rows, strict=True)])


def main(arguments: list[str] | None = None) -> int:
    """Fit, print the reliability before and after, and write the coefficients if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--material",
        nargs=2,
        type=Path,
        action="append",
        required=True,
        metavar=("CALLS", "DOCUMENTS"),
        help="truth files, and what was recognised of them; may be given several times",
    )
    parser.add_argument("--phrasebook", type=Path, default=Path("phrasebooks"))
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name}")
    options = parser.parse_args(arguments)
    calls = [
        call
        for folder, documents in options.material
        for call in from_truth_files(folder, inspected=documents)
    ]
    known = frozenset(rule for c in calls for t in c.true_turns for rule in (*t.must, *t.may))
    books = {lang: load_phrasebook(options.phrasebook, language=lang) for lang in _LANGUAGES}
    rows = [row for c in calls for row in labelled_hits(c, books[c.transcript.language], known)]
    names = sorted({c.name for c in calls})
    held = frozenset(names[::3])
    fitting = [row for row in rows if row.call not in held]
    testing = [row for row in rows if row.call in held]
    before = evidence_weights()
    after = fit(fitting, before)
    sys.stdout.write(f"{len(fitting)} hits of {len(names) - len(held)} calls fitted\n")
    for title, weights in (("in use", before), ("fitted", after)):
        _show(title, testing, weights)
    if options.write:
        said = sum(row.said for row in fitting)
        told = f"fitted {date.today()} on {len(fitting)} hits ({said} said) of synthesised calls"
        error = reliability_of(testing, after).error
        held_out = f"held-out calibration error {error:.3f} on {len(testing)} hits"
        _write(after, f"{told}; {held_out}")
    return 0


def _show(title: str, rows: Sequence[Labelled], weights: EvidenceWeights) -> None:
    found = reliability_of(rows, weights)
    sys.stdout.write(f"{title}: calibration error {found.error:.3f} on {len(rows)} hits held out\n")
    sys.stdout.write(describe(found))
    sys.stdout.write(f"  {weights}\n")


def _write(weights: EvidenceWeights, provenance: str) -> None:
    lines = WEIGHTS.read_text("utf-8").splitlines()
    values = asdict(weights) | {"provenance": provenance}
    for number, line in enumerate(lines):
        name, equals, rest = line.partition("=")
        if equals and name.strip() in values:
            value = values[name.strip()]
            shown = f'"{value}"' if isinstance(value, str) else f"{value}"
            _, mark, comment = rest.partition("#")
            lines[number] = f"{name}= {shown}" + (f"  #{comment}" if mark else "")
    WEIGHTS.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())

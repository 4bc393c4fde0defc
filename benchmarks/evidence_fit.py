"""The fit of the model that turns a hit's evidence into a probability, and how true it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.reliability import Reliability, reliability
from pipeline.check_phrases import is_softened
from pipeline.checks import PhraseCheck
from pipeline.probability import EvidenceWeights, HitEvidence, evidence_terms
from pipeline.rating import CallView, RatedHit, rate_hits
from pipeline.rules import Rule
from pipeline.windows import window_mask

Floats = NDArray[np.float64]
_PRIOR: Final = 1.0  # strength that draws the coefficients to those in use, in hits per unit
_ROUNDS: Final = 50
_SUREST: Final = 0.999  # as `hit_probability` states it


@dataclass(frozen=True, slots=True)
class Labelled:
    """A hit with the truth about it."""

    call: str
    rule: str
    grounds: HitEvidence
    said: bool
    weight: float = 1.0  # how many hits it counts as


def candidates(view: CallView, rule: Rule) -> Iterable[RatedHit]:
    """Every hit that the rule would judge by its probability alone."""
    if not isinstance(rule.check, PhraseCheck) or rule.occasion is not None:
        return ()
    mask = window_mask(view.streams[rule.role], rule.window)
    rated = rate_hits(view, rule, rule.check.phrases, mask=mask, unless=rule.check.unless)
    return [r for r in rated if not is_softened(view, rule, r, softening=rule.check.softening)]


def fit(rows: Sequence[Labelled], start: EvidenceWeights) -> EvidenceWeights:
    """Logistic regression by Newton's method, drawn to `start` so that few hits change little.

    No coefficient but the intercept may become negative: better evidence never makes a hit less
    probable. One that would is set to nothing, and the others are fitted again without it.
    """
    begin = np.array(_values(start))
    terms = np.array([evidence_terms(row.grounds) for row in rows])
    truth = np.array([row.said for row in rows], dtype=np.float64)
    counts = np.array([row.weight for row in rows])
    free = np.ones(len(begin), dtype=np.bool_)
    while True:
        weights = np.where(free, begin, 0.0)
        weights[free] = _newton(terms[:, free], truth, begin[free], counts=counts)
        worst = int(np.argmin(weights[1:])) + 1
        if weights[worst] >= 0:
            return _weights(weights, start)
        free[worst] = False


def _newton(terms: Floats, truth: Floats, begin: Floats, *, counts: Floats) -> Floats:
    weights = begin.copy()
    scale = 1.0 / np.maximum(np.abs(begin), 0.5) ** 2
    for _ in range(_ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(terms @ weights, -30, 30)))
        slope = terms.T @ (counts * (truth - chance)) - _PRIOR * scale * (weights - begin)
        spread = counts * chance * (1 - chance)
        bend = (terms * spread[:, None]).T @ terms + np.diag(_PRIOR * scale)
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


def _chances(rows: Sequence[Labelled], weights: EvidenceWeights) -> Floats:
    terms = np.array([evidence_terms(row.grounds) for row in rows]).reshape(len(rows), -1)
    chances: Floats = 1.0 / (1.0 + np.exp(-np.clip(terms @ np.array(_values(weights)), -30, 30)))
    return chances


def reliability_of(rows: Sequence[Labelled], weights: EvidenceWeights) -> Reliability:
    """How true the probabilities of hits are under some coefficients."""
    chances = _chances(rows, weights)
    pairs = [(float(p), row.said) for p, row in zip(chances, rows, strict=True)]
    return reliability(pairs, weights=[row.weight for row in rows])


def log_loss(rows: Sequence[Labelled], weights: EvidenceWeights) -> float:
    """Mean of minus the logarithm of what was said to be the chance of what was so; nats.

    0 for no rows.
    """
    if not rows:
        return 0.0
    chances = np.clip(_chances(rows, weights), 1 - _SUREST, _SUREST)
    so = np.where([row.said for row in rows], chances, 1 - chances)
    return float(-np.average(np.log(so), weights=[row.weight for row in rows]))


def effective_count(weights: Sequence[float]) -> float:
    """How many equal rows say as much as these.

    Source: Kish 1965, Survey Sampling, 11.7: the square of the sum over the sum of the squares.
    """
    squares = sum(w * w for w in weights)
    return sum(weights) ** 2 / squares if squares else 0.0


def held_out(calls: Iterable[str]) -> frozenset[str]:
    """Every third call by name: never fitted on."""
    return frozenset(sorted(set(calls))[::3])

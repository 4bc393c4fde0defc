"""How sure a hit is: one logistic model over all its evidence, its coefficients kept as data."""

from __future__ import annotations

import hashlib
import math
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from operator import mul
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import ConfigurationError

_FILE: Final = Path(__file__).with_name("evidence_weights.toml")
_MOST_CERTAIN: Final = 0.999  # a probability is never reported as certainty


@dataclass(frozen=True, slots=True)
class EvidenceWeights:
    """Coefficients of the model; `provenance` says how they were found."""

    provenance: str
    intercept: float
    sound: float
    text: float
    word: float
    length: float
    role: float
    acoustic: float


class HitEvidence(NamedTuple):
    """What is known of one hit. Similarities 0-100, probabilities 0-1."""

    sound_similarity: float
    text_similarity: float
    word_probability: float
    role_probability: float
    tokens: int
    acoustic_llr: float | None = None


@cache
def evidence_weights() -> EvidenceWeights:
    """The coefficients that ship with the project."""
    return read_weights(_FILE)


def read_weights(path: Path) -> EvidenceWeights:
    """The coefficients of a file.

    Raises: ConfigurationError if it cannot be read, or has not exactly the model's coefficients.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError("judging.weights_unreadable", path=path, cause=error) from error
    wanted = {field.name for field in fields(EvidenceWeights)}
    strange = sorted(wanted ^ values.keys())
    strange += [n for n in sorted(wanted & values.keys()) if not _fits(n, values[n])]
    if strange:
        raise ConfigurationError("judging.weights_unfit", path=path, names=", ".join(strange))
    figures = {n: float(v) for n, v in values.items() if n != "provenance"}
    return EvidenceWeights(provenance=values["provenance"], **figures)


def _fits(name: str, value: object) -> bool:
    if name == "provenance":
        return isinstance(value, str)
    return isinstance(value, int | float) and math.isfinite(value)


def weights_mark(weights: EvidenceWeights) -> str:
    """What results call the program's version by when other coefficients judged than its own."""
    if weights == evidence_weights():
        return ""
    return f"+weights.{hashlib.sha256(repr(weights).encode()).hexdigest()[:12]}"


def hit_probability(evidence: HitEvidence, weights: EvidenceWeights | None = None) -> float:
    """The probability, 0.001-0.999, that the role really said the phrase.

    Logistic in sound and text similarity, recognition probability of the words, role
    probability, number of tokens, and the second listen where there was one; each is measured
    from a typical value, so that the intercept is the log-odds of a typical doubtful hit.
    """
    w = weights or evidence_weights()
    values = (w.intercept, w.sound, w.text, w.word, w.length, w.role, w.acoustic)
    score = sum(map(mul, values, evidence_terms(evidence)))
    return min(max(1 / (1 + math.exp(-score)), 1 - _MOST_CERTAIN), _MOST_CERTAIN)


def evidence_terms(evidence: HitEvidence) -> tuple[float, ...]:
    """What the coefficients of `EvidenceWeights` multiply, in their order; the first is 1.

    Each is measured from a typical value: 84 of sound and 70 of text similarity, word probability
    0.8, six tokens in powers of two, role probability 0.95 in log-odds.
    """
    role = min(max(evidence.role_probability, 0.01), 0.99)
    return (
        1.0,
        evidence.sound_similarity / 100 - 0.84,
        evidence.text_similarity / 100 - 0.70,
        evidence.word_probability - 0.80,
        math.log2(max(evidence.tokens, 1) / 6),
        math.log(role / (1 - role)) - math.log(19),
        evidence.acoustic_llr or 0.0,
    )

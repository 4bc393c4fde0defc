import numpy as np

from benchmarks.evidence_fit import Labelled, fit, reliability_of
from pipeline.probability import EvidenceWeights, HitEvidence, hit_probability

TRUE = EvidenceWeights("true", 0.5, 30.0, 0.0, 0.0, 1.0, 0.6, 0.3)
START = EvidenceWeights("start", 0.0, 15.0, 1.0, 1.0, 0.5, 0.6, 0.3)


def drawn(count: int, seed: int) -> list[Labelled]:
    """Hits whose truth is drawn with the probability that `TRUE` gives them."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        grounds = HitEvidence(
            sound_similarity=float(rng.uniform(70, 100)),
            text_similarity=float(rng.uniform(30, 100)),
            word_probability=float(rng.uniform(0.3, 1)),
            role_probability=0.95,
            tokens=int(rng.integers(3, 14)),
        )
        said = bool(rng.random() < hit_probability(grounds, TRUE))
        rows.append(Labelled(f"call{number % 10}", "rule", grounds, said))
    return rows


def test_the_fit_finds_the_coefficients_that_drew_the_truth() -> None:
    found = fit(drawn(6000, 1), START)
    assert abs(found.sound - TRUE.sound) < 3
    assert abs(found.length - TRUE.length) < 0.2
    assert abs(found.intercept - TRUE.intercept) < 0.3


def test_better_evidence_never_makes_a_hit_less_probable() -> None:
    found = fit(drawn(400, 2), START)
    assert min(found.sound, found.text, found.word, found.length) >= 0


def test_a_true_model_has_a_small_calibration_error_and_a_wrong_one_a_large() -> None:
    rows = drawn(4000, 3)
    wrong = EvidenceWeights("wrong", 3.0, 0.0, 0.0, 0.0, 0.0, 0.6, 0.3)  # always 95 %
    assert reliability_of(rows, TRUE).error < 0.03
    assert reliability_of(rows, wrong).error > 0.2


def test_few_hits_change_little() -> None:
    found = fit(drawn(3, 4), START)
    assert abs(found.sound - START.sound) < 5

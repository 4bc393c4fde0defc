"""Coefficients of agreement against published examples and against other implementations."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, interval_distance
from rating_tables import (
    FLEISS_1971,
    FOURTEEN_RATERS,
    KRIPPENDORFF,
    SHROUT_FLEISS,
    from_columns,
    from_counts,
    from_joint,
    of_codes,
    random_codes,
)
from scipy.stats import f_oneway
from sklearn.metrics import cohen_kappa_score

from pipeline.agreement.alpha import Level, krippendorff_alpha
from pipeline.agreement.coefficients import (
    Weights,
    cohen_kappa,
    confusion,
    fleiss_kappa,
    gwet_ac1,
    prevalence,
    raw_agreement,
)
from pipeline.agreement.ratings import Ratings
from pipeline.agreement.scores import Form, intraclass
from pipeline.agreement.tally import value_of

EXACT = 1e-9


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_is_that_of_krippendorff_2011(level: Level, published: float) -> None:
    values = [1, 2, 3, 4, 5]
    found = value_of(krippendorff_alpha(from_columns(KRIPPENDORFF, "12345"), level=level,
                                        values=values))  # fmt: skip
    assert found == pytest.approx(published, abs=5e-4)


def test_kappa_is_that_of_cohen_1968() -> None:
    # Cohen 1968, Weighted kappa, table 1: 200 patients, three diagnoses; kappa is given as 0.492
    diagnoses = from_joint([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    assert value_of(cohen_kappa(diagnoses)) == pytest.approx(0.492, abs=5e-4)
    assert value_of(raw_agreement(diagnoses)) == pytest.approx(0.70)


def test_kappa_and_ac1_are_those_of_gwet_for_three_diagnoses() -> None:
    # Gwet, irrCAC for R, overview: table cont3x3abstractors, 0.7964094 and 0.8493305
    abstractors = from_joint([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
    assert value_of(cohen_kappa(abstractors)) == pytest.approx(0.7964094, abs=5e-8)
    assert value_of(gwet_ac1(abstractors)) == pytest.approx(0.8493305, abs=5e-8)


def test_where_nearly_all_is_one_category_kappa_falls_and_ac1_does_not() -> None:
    # Gwet 2002, Kappa statistic is not satisfactory: 118 and 2 doubly rated, 5 and 0 apart;
    # by hand: observed 118/125, chance (123 * 120 + 2 * 5) / 125^2, tendency 243/250
    rare = from_joint([[118, 5], [2, 0]])
    assert value_of(raw_agreement(rare)) == pytest.approx(118 / 125)
    assert value_of(cohen_kappa(rare)) == pytest.approx(-0.0234, abs=5e-5)
    assert value_of(gwet_ac1(rare)) == pytest.approx(0.9408, abs=5e-5)


def test_fleiss_kappa_is_that_of_fleiss_1971() -> None:
    counts = [[patient.count(d) for d in "12345"] for patient in FLEISS_1971.split()]
    assert value_of(fleiss_kappa(from_counts(counts))) == pytest.approx(0.430, abs=5e-4)


def test_fleiss_kappa_is_that_of_the_fourteen_raters() -> None:
    assert value_of(fleiss_kappa(from_counts(FOURTEEN_RATERS))) == pytest.approx(0.210, abs=5e-4)


def test_ac1_with_missing_ratings_is_gwet_s() -> None:
    # Gwet, irrCAC for R, overview: cac.raw4raters, AC1 0.77544; Krippendorff's alpha 0.74342
    table = from_columns(KRIPPENDORFF, "12345")
    assert value_of(gwet_ac1(table)) == pytest.approx(0.77544, abs=5e-6)
    assert value_of(fleiss_kappa(table)) == pytest.approx(0.76117, abs=5e-6)


@pytest.mark.parametrize(
    ("form", "published"),
    [("1-1", 0.17), ("2-1", 0.29), ("3-1", 0.71), ("1-k", 0.44), ("2-k", 0.62), ("3-k", 0.91)],
)
def test_intraclass_correlations_are_those_of_shrout_and_fleiss_1979(
    form: Form, published: float
) -> None:
    found = value_of(intraclass(SHROUT_FLEISS, form=form))
    assert found == pytest.approx(published, abs=5e-3)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_cohen_equals_scikit_learn(seed: int, weights: Weights) -> None:
    codes = random_codes(seed)
    found = value_of(cohen_kappa(of_codes(codes, categories=4), weights=weights))
    other = cohen_kappa_score(
        codes[:, 0], codes[:, 1], labels=range(4), weights=None if weights == "none" else weights
    )
    assert found == pytest.approx(other, abs=EXACT)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_equals_nltk(seed: int, level: Level) -> None:
    codes = random_codes(seed, raters=4, missing=0.25)
    triples = [(r, u, int(c)) for (u, r), c in np.ndenumerate(codes) if c >= 0]
    paired = [
        int(c) for row in codes if (row >= 0).sum() > 1 for c in row[row >= 0]
    ]  # what counts; between two ranks lie their own halves and all of those between

    def between(a: int, b: int) -> float:
        low, high = sorted((a, b))
        inside = sum(low <= c <= high for c in paired)
        return (inside - (paired.count(a) + paired.count(b)) / 2) ** 2 if a != b else 0.0

    distances = {"nominal": binary_distance, "ordinal": between, "interval": interval_distance}
    other = AnnotationTask(triples, distance=distances[level]).alpha()
    found = value_of(krippendorff_alpha(of_codes(codes, categories=4), level=level))
    assert found == pytest.approx(other, abs=EXACT)


@pytest.mark.parametrize("seed", range(5))
def test_fleiss_and_raw_agreement_equal_nltk(seed: int) -> None:
    codes = random_codes(seed, raters=5)
    task = AnnotationTask([(r, u, int(c)) for (u, r), c in np.ndenumerate(codes)])
    table = of_codes(codes, categories=4)
    assert value_of(fleiss_kappa(table)) == pytest.approx(task.pi(), abs=EXACT)
    assert value_of(raw_agreement(table)) == pytest.approx(task.avg_Ao(), abs=EXACT)


@pytest.mark.parametrize("seed", range(5))
def test_ac1_and_fleiss_equal_their_definitions_in_whole_fractions(seed: int) -> None:
    # no permissive library has AC1: every pair of ratings is looked at, in exact arithmetic
    codes = random_codes(seed, raters=4, missing=0.2).tolist()
    rated = [[c for c in row if c >= 0] for row in codes]
    agree = [
        Fraction(sum(a == b for i, a in enumerate(row) for b in row[:i]), n * (n - 1) // 2)
        for row in rated
        if (n := len(row)) >= 2
    ]
    some = [row for row in rated if row]
    share = [sum(Fraction(row.count(c), len(row)) for row in some) / len(some) for c in range(4)]
    observed = sum(agree) / len(agree)
    for coefficient, chance in (
        (gwet_ac1, sum(p * (1 - p) for p in share) / 3),
        (fleiss_kappa, sum(p * p for p in share)),
    ):
        expected = float((observed - chance) / (1 - chance))
        found = value_of(coefficient(of_codes(np.array(codes), categories=4)))
        assert found == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("seed", range(5))
def test_intraclass_correlations_equal_those_from_scipy_and_least_squares(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, k = 12, 4
    scores = 90 + rng.normal(0, 5, (n, 1)) + rng.normal(0, 2, (1, k)) + rng.normal(0, 3, (n, k))
    f = f_oneway(*scores).statistic  # between calls over within calls
    found = {form: value_of(intraclass(scores, form=form))
             for form in ("1-1", "1-k", "2-1", "2-k", "3-1", "3-k")}  # fmt: skip
    assert found["1-1"] == pytest.approx((f - 1) / (f + k - 1), abs=EXACT)
    assert found["1-k"] == pytest.approx((f - 1) / f, abs=EXACT)
    call = np.repeat(np.eye(n), k, axis=0)
    rater = np.tile(np.eye(k), (n, 1))

    def residual(design: np.ndarray) -> float:
        fit, *_ = np.linalg.lstsq(design, scores.ravel(), rcond=None)
        return float(((scores.ravel() - design @ fit) ** 2).sum())

    rest = residual(np.hstack([call, rater]))
    msb = (residual(rater) - rest) / (n - 1)
    msj = (residual(call) - rest) / (k - 1)
    mse = rest / ((n - 1) * (k - 1))
    for form, expected in {
        "2-1": (msb - mse) / (msb + (k - 1) * mse + k * (msj - mse) / n),
        "2-k": (msb - mse) / (msb + (msj - mse) / n),
        "3-1": (msb - mse) / (msb + (k - 1) * mse),
        "3-k": (msb - mse) / msb,
    }.items():
        assert found[form] == pytest.approx(expected, abs=EXACT)


def test_a_call_that_one_rater_left_out_does_not_enter_the_intraclass_correlation() -> None:
    gap = np.vstack([SHROUT_FLEISS, [5, np.nan, 6, 7]])
    assert value_of(intraclass(gap)) == value_of(intraclass(SHROUT_FLEISS))


def test_confusion_and_prevalence_count() -> None:
    table = from_joint([[3, 1], [2, 4]])
    assert confusion(table).tolist() == [[3, 1], [2, 4]]
    assert prevalence(table).tolist() == [pytest.approx(9 / 20), pytest.approx(11 / 20)]


@pytest.mark.parametrize(
    ("codes", "fault"),
    [
        ([[-1, -1], [-1, -1]], "no_ratings"),
        ([[0, -1], [1, -1]], "one_rater"),
        ([[0, -1], [-1, 1]], "no_pairs"),
    ],
)
def test_what_cannot_be_told_is_named(codes: list[list[int]], fault: str) -> None:
    table: Ratings = of_codes(np.array(codes), categories=2)
    for coefficient in (
        raw_agreement, cohen_kappa, fleiss_kappa, gwet_ac1, krippendorff_alpha,
    ):  # fmt: skip
        tally = coefficient(table)
        assert tally.fault == fault
        assert value_of(tally) is None


def test_with_one_category_alone_chance_explains_all_but_ac1_still_speaks() -> None:
    table = from_joint([[7, 0], [0, 0]])
    assert value_of(raw_agreement(table)) == 1.0
    assert value_of(gwet_ac1(table)) == 1.0
    for coefficient in (cohen_kappa, fleiss_kappa, krippendorff_alpha):
        assert value_of(coefficient(table)) is None


def test_scores_that_do_not_differ_have_no_correlation() -> None:
    assert value_of(intraclass(np.full((4, 3), 98.0))) is None
    assert intraclass(np.full((4, 3), np.nan)).fault == "no_ratings"
    assert intraclass(np.array([[98.0, np.nan], [97.0, np.nan]])).fault == "one_rater"

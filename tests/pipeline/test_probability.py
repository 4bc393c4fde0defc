import math
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.probability import (
    EvidenceWeights,
    HitEvidence,
    evidence_weights,
    hit_probability,
    read_weights,
    weights_mark,
)

PLAIN = EvidenceWeights("test", 0.0, 10.0, 0.0, 0.0, 0.0, 0.0, 1.0)
SURE = HitEvidence(100.0, 100.0, 0.95, 0.99, 6)


def test_the_model_is_logistic_in_its_evidence() -> None:
    # 10 * (0.94 - 0.84) = 1
    found = hit_probability(HitEvidence(94.0, 70.0, 0.8, 0.95, 6), PLAIN)
    assert found == pytest.approx(1 / (1 + math.exp(-1)))


def test_a_second_listen_moves_the_probability() -> None:
    # log-probability 2 better: 10 * 0 + 2
    found = hit_probability(HitEvidence(84.0, 70.0, 0.8, 0.95, 6, acoustic_llr=2.0), PLAIN)
    assert found == pytest.approx(1 / (1 + math.exp(-2)))


def test_more_of_each_kind_of_evidence_never_lowers_the_probability() -> None:
    base = HitEvidence(85.0, 70.0, 0.7, 0.9, 5)
    better = (
        HitEvidence(95.0, 70.0, 0.7, 0.9, 5),
        HitEvidence(85.0, 90.0, 0.7, 0.9, 5),
        HitEvidence(85.0, 70.0, 0.9, 0.9, 5),
        HitEvidence(85.0, 70.0, 0.7, 0.99, 5),
        HitEvidence(85.0, 70.0, 0.7, 0.9, 10),
    )
    assert all(hit_probability(b) >= hit_probability(base) for b in better)
    assert hit_probability(better[0]) > hit_probability(base)  # sound tells most


def test_a_probability_is_never_certainty() -> None:
    assert hit_probability(SURE) < 1.0
    assert hit_probability(HitEvidence(0.0, 0.0, 0.0, 0.0, 1)) > 0.0


def test_the_coefficients_say_where_they_come_from() -> None:
    assert evidence_weights().provenance


def test_a_file_of_coefficients_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "weights.toml"
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_weights(path)
    path.write_text('provenance = "by hand"\nintercept = 0.0\nsuond = 1.0\n', "utf-8")
    with pytest.raises(
        ConfigurationError, match="acoustic, length, role, sound, suond, text, word"
    ):
        read_weights(path)


def test_other_coefficients_mark_the_version_and_the_own_ones_do_not() -> None:
    own = evidence_weights()
    assert weights_mark(own) == ""
    other = weights_mark(replace(own, sound=own.sound + 1))
    assert other.startswith("+weights.")
    assert other != weights_mark(replace(own, sound=own.sound + 2))

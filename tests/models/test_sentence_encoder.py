from pathlib import Path

import numpy as np
import pytest

from models.installed import verify
from models.registry import load_registry
from models.sentence_encoder import SENTENCE_ENCODER, SentenceEncoder, _runs, load_sentence_encoder
from pipeline.errors import ModelError, ModelMissingError


def test_a_run_is_a_piece_beside_its_neighbours_with_nothing_beyond_the_ends() -> None:
    rows = np.array([[1.0], [2.0], [3.0]], dtype=np.float32)
    assert _runs(rows, size=2, before=0).tolist() == [[1, 2], [2, 3], [3, 0]]
    assert _runs(rows, size=3, before=1).tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 0]]


def test_the_encoder_is_fetched_only_when_it_is_named(tmp_path: Path) -> None:
    registry = load_registry()
    assert SENTENCE_ENCODER not in {model.name for model in registry.embedded}
    assert SENTENCE_ENCODER not in {state.model for state in verify(registry, tmp_path)}
    assert {s.state for s in verify(registry, tmp_path, names=[SENTENCE_ENCODER])} == {"missing"}


def test_a_missing_encoder_names_the_command_that_fetches_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError) as caught:
        load_sentence_encoder(tmp_path)
    assert f"tingjian models pull {SENTENCE_ENCODER}" in caught.value.text("zh")


def test_files_that_are_no_encoder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "sp.model").write_bytes(b"no pieces")
    (tmp_path / "weights.npz").write_bytes(b"no numbers")
    with pytest.raises(ModelError):
        SentenceEncoder(tmp_path, version="x")

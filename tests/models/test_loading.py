from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from models.loading import (
    EMBEDDING_FILE,
    SEGMENTATION_FILE,
    load_campplus,
    load_embedding,
    load_segmentation,
    load_state_dict_safely,
)
from pipeline.errors import ModelError

_ROOT = Path(__file__).parents[2]


class _Trap:
    """Unpickled without care, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return (Path.touch, (self.path,))


@pytest.fixture
def sprung(tmp_path: Path) -> Path:
    """Where the trap makes its file."""
    return tmp_path / "sprung"


def test_the_trap_works_where_nobody_takes_care(tmp_path: Path, sprung: Path) -> None:
    torch.save({"state_dict": _Trap(sprung)}, tmp_path / "trap.pt")
    torch.load(tmp_path / "trap.pt", weights_only=False)
    assert sprung.exists()


@pytest.mark.parametrize(
    ("load", "name"),
    [(load_segmentation, SEGMENTATION_FILE), (load_embedding, EMBEDDING_FILE)],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_a_checkpoint_that_would_run_code_is_refused_and_does_not_run(
    tmp_path: Path,
    sprung: Path,
    *,
    load: Callable[[Path], torch.nn.Module],
    name: str,
    zipped: bool,
) -> None:
    held = {"state_dict": {"a": torch.zeros(1)}, "hyper_parameters": _Trap(sprung)}
    torch.save(held, tmp_path / name, _use_new_zipfile_serialization=zipped)
    with pytest.raises(ModelError) as caught:
        load(tmp_path)
    assert caught.value.key == "models.not_loadable"
    assert str(tmp_path / name) in str(caught.value)
    assert not sprung.exists()


def test_a_bare_pickle_is_refused_and_does_not_run(tmp_path: Path, sprung: Path) -> None:
    (tmp_path / "bare.pt").write_bytes(pickle.dumps(_Trap(sprung)))
    with pytest.raises(ModelError):
        load_state_dict_safely(tmp_path / "bare.pt")
    assert not sprung.exists()


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.pt").write_text("these are no weights", "utf-8")
    with pytest.raises(ModelError, match=r"text\.pt"):
        load_state_dict_safely(tmp_path / "text.pt")


def test_weights_that_lack_a_layer_are_refused(tmp_path: Path) -> None:
    torch.save({"head.conv1.weight": torch.zeros(32, 1, 3, 3)}, tmp_path / EMBEDDING_FILE)
    with pytest.raises(ModelError, match="Missing key"):
        load_campplus(tmp_path)


def test_a_segmentation_checkpoint_without_its_parts_is_refused(tmp_path: Path) -> None:
    torch.save({"state_dict": {}}, tmp_path / SEGMENTATION_FILE)
    with pytest.raises(ModelError, match="hyper_parameters"):
        load_segmentation(tmp_path)


@pytest.mark.models
def test_segmentation_gives_seven_classes_for_each_frame_of_ten_seconds(
    models_folder: Path,
) -> None:
    network = load_segmentation(models_folder / "segmentation-3.0")
    assert not network.training
    with torch.inference_mode():
        found = network(torch.zeros(1, 1, 160_000))
    # frames: 160 000 samples less the 991 of one field, by the step of 270, plus one
    assert found.shape == (1, 589, 7)
    # logarithms of probabilities; in digital silence nobody speaks
    torch.testing.assert_close(found.exp().sum(dim=-1), torch.ones(1, 589))
    assert (found.argmax(dim=-1) == 0).all()


@pytest.mark.models
def test_the_embedding_hears_only_what_the_weights_leave(models_folder: Path) -> None:
    network = load_embedding(models_folder / "campplus-zh-en")
    noise = torch.randn(1, 1, 32_000, generator=torch.Generator().manual_seed(3)) / 10
    with torch.inference_mode():
        whole = network(noise)
        assert whole.shape == (1, 192)
        torch.testing.assert_close(network(noise, weights=torch.ones(1, 59)), whole)
        half = torch.cat([torch.ones(1, 30), torch.zeros(1, 30)], dim=1)
        assert not torch.allclose(network(noise, weights=half), whole, atol=1e-2)
        assert network(noise, weights=torch.zeros(1, 59)).isnan().all()


@pytest.mark.models
def test_the_embedding_says_what_is_too_short(models_folder: Path) -> None:
    network = load_embedding(models_folder / "campplus-zh-en")
    with pytest.raises(ValueError, match="719 samples, a voice needs 720"):
        network(torch.zeros(1, 1, 719))
    with torch.inference_mode():
        assert network(torch.zeros(1, 1, 720)).isfinite().all()


@pytest.mark.models
def test_loading_needs_no_network_and_leaves_no_sender_of_reports(models_folder: Path) -> None:
    code = f"""
import os, socket, sys, threading, warnings
warnings.simplefilter("error")
def refuse(*args, **options): sys.exit("a socket was opened")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from pathlib import Path
from models.loading import load_embedding, load_segmentation
folder = Path({str(models_folder)!r})
load_segmentation(folder / "segmentation-3.0")
load_embedding(folder / "campplus-zh-en")
from pyannote.audio.telemetry.metrics import is_metrics_enabled
assert not is_metrics_enabled()
assert threading.enumerate() == [threading.main_thread()], threading.enumerate()
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr

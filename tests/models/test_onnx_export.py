from pathlib import Path

import numpy as np
import pytest

from models.loading import load_campplus, load_segmentation
from models.onnx_export import EMBEDDING, SEGMENTATION, embedding_onnx, segmentation_onnx
from models.registry import load_registry
from models.segmentation import SpeechSegmenter
from models.voice_embedding import VoiceEmbedder

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def voices() -> np.ndarray:
    """Three seconds of something that has harmonics and swells, as speech has, over noise."""
    time_s = np.arange(3 * 16_000) / 16_000
    tone = sum(np.sin(2 * np.pi * 140 * k * time_s) / k for k in range(1, 12))
    noise = np.random.default_rng(1).normal(scale=0.01, size=len(time_s))
    swell = 1.1 + np.sin(2 * np.pi * 2 * time_s)
    return (0.05 * tone * swell + noise).astype(np.float32)


def test_the_exported_segmentation_says_what_torch_says(
    models_folder: Path, voices: np.ndarray
) -> None:
    import onnxruntime
    import torch

    registry = load_registry()
    network = load_segmentation(models_folder / SEGMENTATION)
    exported = onnxruntime.InferenceSession(str(segmentation_onnx(registry, models_folder)))
    for samples in (160_000, 48_000):
        waveform = np.resize(voices, (2, 1, samples)).astype(np.float32)
        with torch.no_grad():
            expected = network(torch.from_numpy(waveform)).numpy()
        (found,) = exported.run(None, {"waveform": waveform})
        assert found.shape == expected.shape
        assert np.abs(np.exp(found) - np.exp(expected)).max() < 1e-3


@pytest.mark.parametrize("frames", [30, 100, 131, 333])
def test_the_exported_embedding_says_what_torch_says(models_folder: Path, frames: int) -> None:
    import onnxruntime
    import torch

    exported = onnxruntime.InferenceSession(str(embedding_onnx(load_registry(), models_folder)))
    features = np.random.default_rng(frames).normal(size=(2, frames, 80)).astype(np.float32)
    with torch.no_grad():
        expected = load_campplus(models_folder / EMBEDDING)(torch.from_numpy(features), None)
    (found,) = exported.run(None, {"features": features})
    assert np.abs(found - expected.numpy()).max() < 1e-3


def test_a_voice_is_a_direction_and_does_not_depend_on_loudness(
    models_folder: Path, voices: np.ndarray
) -> None:
    embedder = VoiceEmbedder(embedding_onnx(load_registry(), models_folder))
    loud, quiet = embedder.embed(voices), embedder.embed(0.1 * voices)
    assert np.linalg.norm(loud) == pytest.approx(1.0, abs=1e-5)
    assert float(loud @ quiet) > 0.99


@pytest.mark.parametrize("seconds", [0.0, 0.01, 9.99, 25.0])
def test_any_length_gives_one_probability_a_frame(models_folder: Path, seconds: float) -> None:
    segmenter = SpeechSegmenter(segmentation_onnx(load_registry(), models_folder))
    channel = np.zeros(round(seconds * 16_000), dtype=np.float32)
    activity = segmenter.listen(channel, step_s=5.0)
    assert activity.speech().shape == (int(np.ceil(len(channel) / 270)),)
    assert np.all(activity.speech() < 0.5)

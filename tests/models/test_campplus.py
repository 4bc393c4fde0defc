from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch

from models.campplus import DIMENSION, CamPlusPlus, segment_means, statistics
from models.fbank import centred, fbank

# first three formants of a, i, u, e, o in a man's voice, in hertz (Peterson and Barney, 1952)
_VOWELS = (
    (730, 1090, 2440),
    (270, 2290, 3010),
    (300, 870, 2240),
    (530, 1840, 2480),
    (570, 840, 2410),
)


def test_statistics_are_mean_and_unbiased_deviation() -> None:
    # 1, 2, 3: mean 2, squared distances 1 + 0 + 1, over 3 - 1
    frames = torch.tensor([[[1.0, 2.0, 3.0]]])
    assert statistics(frames).tolist() == [[2.0, 1.0]]


def test_weights_of_zero_leave_frames_out() -> None:
    frames = torch.tensor([[[1.0, 100.0, 2.0, 3.0]]])
    found = statistics(frames, torch.tensor([[1.0, 0.0, 1.0, 1.0]]))
    torch.testing.assert_close(found, torch.tensor([[2.0, 1.0]]))


def test_weights_are_stretched_to_the_frames() -> None:
    # two weights for four frames: the first two count, 1 and 3: mean 2, deviation sqrt(2)
    frames = torch.tensor([[[1.0, 3.0, 50.0, 70.0]]])
    found = statistics(frames, torch.tensor([[1.0, 0.0]]))
    torch.testing.assert_close(found, torch.tensor([[2.0, 2**0.5]]))


@pytest.mark.parametrize("weights", [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
def test_where_no_more_than_a_frame_counts_there_is_no_voice(weights: list[float]) -> None:
    found = statistics(torch.ones(1, 5, 3), torch.tensor([weights]))
    assert found.shape == (1, 10)
    assert found.isnan().all()


def test_each_segment_of_a_hundred_frames_has_its_own_mean_and_the_last_may_be_short() -> None:
    frames = torch.cat([torch.full((100,), 4.0), torch.tensor([1.0, 3.0])])[None, None]
    means = segment_means(frames)
    assert means.shape == frames.shape
    assert means[0, 0, :100].unique().tolist() == [4.0]
    assert means[0, 0, 100:].tolist() == [2.0, 2.0]


def test_the_network_halves_the_frames_and_gives_a_voice_of_192_numbers() -> None:
    network = CamPlusPlus().eval()
    with torch.inference_mode():
        frames = network.frames(torch.zeros(2, 33, 80))
        assert frames.shape == (2, 512, 17)
        assert network(torch.zeros(2, 33, 80)).shape == (2, DIMENSION)


def test_voices_in_a_batch_do_not_touch_each_other() -> None:
    network = CamPlusPlus().eval()
    features = torch.randn(2, 40, 80, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        torch.testing.assert_close(network(features)[1:], network(features[1:]))


@pytest.mark.models
def test_the_published_weights_fit_without_a_rest(models_folder: Path) -> None:
    from models.loading import load_campplus

    network = load_campplus(models_folder / "campplus-zh-en")
    assert not network.training
    # as many entries as `torch.load` lists in the file
    assert len(network.state_dict()) == 937


def _speak(pitch_hz: float, tract: float, vowels: Sequence[int]) -> npt.NDArray[np.float32]:
    """Vowels of a quarter of a second each from a made voice: pulses and breath, three resonances.

    tract: how much higher than a man's the resonances lie.
    """
    noise = np.random.default_rng(5)
    hz = np.fft.rfftfreq(4000, 1 / 16_000)
    spoken = []
    for vowel in vowels:
        falling_hz = pitch_hz * np.linspace(1.05, 0.95, 4000)
        pulses = np.diff(np.floor(np.cumsum(falling_hz) / 16_000), prepend=0.0)
        spectrum = np.fft.rfft(pulses + 0.01 * noise.standard_normal(4000))
        for centre_hz in _VOWELS[vowel]:
            pole = np.pi * (-90 + 2j * centre_hz * tract)
            s = 2j * np.pi * hz
            spectrum *= abs(pole) ** 2 / ((s - pole) * (s - pole.conjugate()))
        sound = np.fft.irfft(spectrum) * np.hanning(4000) ** 0.3
        spoken.append(0.3 * sound / np.abs(sound).max())
    return np.concatenate(spoken).astype(np.float32)


@pytest.mark.models
def test_two_made_voices_are_told_apart_whatever_they_say(models_folder: Path) -> None:
    from models.loading import load_campplus

    network = load_campplus(models_folder / "campplus-zh-en")
    said = ((0, 1, 2, 3, 4, 0, 1, 2), (3, 4, 1, 0, 2, 3, 0, 4), (2, 0, 4, 1, 3, 2, 4, 1))
    clips = [_speak(pitch, tract, v) for pitch, tract in ((110, 1.0), (210, 1.18)) for v in said]
    features = torch.from_numpy(centred(fbank(np.stack(clips))))
    with torch.inference_mode():
        voices = torch.nn.functional.normalize(network(features))
    cosine = voices @ voices.T
    same = torch.cat([cosine[:3, :3].flatten(), cosine[3:, 3:].flatten()])
    assert same.min() > cosine[:3, 3:].max() + 0.1, cosine

from __future__ import annotations

import numpy as np
import pytest

from models.fbank import MEL_BINS, centred, fbank


def _noise(samples: int, level: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return (np.random.default_rng(7).standard_normal(samples) * level).astype(np.float32)


@pytest.mark.parametrize("level", [0.1, 1e-3, 1e-6])
def test_filter_banks_are_those_of_torchaudio(level: float) -> None:
    import torch

    from models.torchaudio_shim import prepare_torchaudio

    prepare_torchaudio()
    from torchaudio.compliance import kaldi

    samples = _noise(16_123, level)
    expected = kaldi.fbank(
        torch.from_numpy(samples)[None], num_mel_bins=80, sample_frequency=16_000, dither=0.0
    )
    np.testing.assert_allclose(fbank(samples), expected.numpy(), atol=2e-3)


def test_a_tone_is_loudest_in_the_band_around_it() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(8000) / 16_000).astype(np.float32)
    # mel(f) = 1127 ln(1 + f/700): mel(20) = 31.7, mel(8000) = 2840.0, so 81 steps of 34.67;
    # mel(1000) = 1000.0 is step 27.93, nearest to the peak of band 28, which has the index 27
    assert set(fbank(tone).argmax(axis=1)) == {27}


def test_there_is_a_frame_for_each_whole_window() -> None:
    # 25 ms windows every 10 ms: 400 samples hold one, 559 still one, 560 two
    assert [fbank(np.zeros(n, np.float32)).shape for n in (399, 400, 559, 560)] == [
        (0, MEL_BINS),
        (1, MEL_BINS),
        (1, MEL_BINS),
        (2, MEL_BINS),
    ]


def test_silence_is_the_floor_and_not_minus_infinity() -> None:
    # ln of the smallest step above 1 in single precision, 2 to the power of -23
    np.testing.assert_allclose(fbank(np.zeros(400, np.float32)), -23 * np.log(2), rtol=1e-6)


def test_several_recordings_at_once_give_what_each_gives_alone() -> None:
    both = np.stack([_noise(4000, 0.1), _noise(4000, 0.2)[::-1]])
    np.testing.assert_array_equal(fbank(both)[1], fbank(both[1]))


def test_centred_banks_do_not_tell_how_loud_the_line_is() -> None:
    samples = _noise(8000, 0.1)
    np.testing.assert_allclose(centred(fbank(samples)), centred(fbank(samples / 4)), atol=1e-3)

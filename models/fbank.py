"""Logarithmic mel filter banks as Kaldi computes them, which is what CAM++ was trained on."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from pipeline.engines import ENGINE_RATE_HZ

FloatArray = npt.NDArray[np.float32]

MEL_BINS = 80
WINDOW_SAMPLES = 400  # 25 ms
SHIFT_SAMPLES = 160  # 10 ms
_FFT_SAMPLES = 512
_LOW_HZ = 20.0
_PREEMPHASIS = 0.97
_POVEY_POWER = 0.85  # the default window is a Hann window raised to this power
_FLOOR = np.float32(np.finfo(np.float32).eps)  # of a band's energy, before the logarithm


def fbank(samples: npt.NDArray[np.float32]) -> FloatArray:
    """Log mel energies of every whole window.

    Each window loses its mean, is pre-emphasised, shaped and transformed; no dither, no energy.

    Args:
        samples: at 16 kHz, full scale 1.0, shape (..., samples).
    Returns: shape (..., frames, 80), frames = 1 + (samples - 400) // 160; none below
        400 samples.
    Source: Kaldi `compute-fbank-feats` with its defaults and 80 bins.
    """
    if samples.shape[-1] < WINDOW_SAMPLES:
        return np.zeros((*samples.shape[:-1], 0, MEL_BINS), dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW_SAMPLES, axis=-1)
    frames = windows[..., ::SHIFT_SAMPLES, :]
    frames = frames - frames.mean(axis=-1, keepdims=True)
    before = np.concatenate([frames[..., :1], frames[..., :-1]], axis=-1)
    shaped = (frames - np.float32(_PREEMPHASIS) * before) * _window()
    spectrum = np.fft.rfft(shaped, n=_FFT_SAMPLES, axis=-1)
    power = spectrum.real**2 + spectrum.imag**2
    energies = power[..., :-1] @ _mel_weights()
    return np.log(np.maximum(energies, _FLOOR)).astype(np.float32)


def centred(features: FloatArray) -> FloatArray:
    """Filter banks less their mean over the frames, which removes the colour of the line.

    Args:
        features: shape (..., frames, bins), at least one frame.
    """
    mean: FloatArray = features.mean(axis=-2, keepdims=True)
    return features - mean


@cache
def _window() -> FloatArray:
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW_SAMPLES) / (WINDOW_SAMPLES - 1))
    return np.asarray(hann**_POVEY_POWER, dtype=np.float32)


@cache
def _mel_weights() -> FloatArray:
    """Triangles, equally spaced in mel, shape (256, 80); the Nyquist bin belongs to none."""
    edges = np.linspace(_mel(_LOW_HZ), _mel(ENGINE_RATE_HZ / 2), MEL_BINS + 2)
    bins = _mel(np.arange(_FFT_SAMPLES // 2) * ENGINE_RATE_HZ / _FFT_SAMPLES)[:, None]
    rise = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(np.minimum(rise, fall), 0.0), dtype=np.float32)


def _mel(hz: float | npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(1127.0 * np.log1p(np.asarray(hz) / 700.0))

"""Sounds of a call that are not speech, made from sines and noise: music on hold, tones, hum, a
café.

All are 8 kHz float32; levels are RMS decibels relative to full scale.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthesis.telephone import LINE_RATE_HZ, set_level

Samples = NDArray[np.float32]

# Four chords, three notes each, as semitones from A4: a slow cadence of our own.
_CHORDS = ((-9, -5, -2), (-12, -9, -5), (-4, 0, 3), (-2, 2, 5))
_KEYS = "123A456B789C*0#D"
_ROWS_HZ, _COLUMNS_HZ = (697, 770, 852, 941), (1209, 1336, 1477, 1633)


def tone(frequencies_hz: Sequence[float], duration_s: float, *, level_db: float) -> Samples:
    """A sum of sines with 5 ms edges."""
    time = np.arange(round(duration_s * LINE_RATE_HZ)) / LINE_RATE_HZ
    wave = np.sum([np.sin(2 * np.pi * f * time) for f in frequencies_hz], axis=0)
    wave = wave / np.sqrt(len(frequencies_hz) / 2) * 10 ** (level_db / 20)
    edge = np.minimum(1, np.minimum(time, duration_s - time) / 0.005)
    samples: Samples = (wave * np.maximum(edge, 0)).astype(np.float32)
    return samples


def ringback(duration_s: float, *, level_db: float = -24.0) -> Samples:
    """What a caller in China hears before the answer: 450 Hz, 1 s on, 4 s off."""
    wave = np.zeros(round(duration_s * LINE_RATE_HZ), np.float32)
    burst = tone([450], 1.0, level_db=level_db)
    for start in range(0, len(wave), 5 * LINE_RATE_HZ):
        part = burst[: len(wave) - start]
        wave[start : start + len(part)] = part
    return wave


def keys(pressed: str, *, level_db: float = -18.0) -> Samples:
    """DTMF of the keys, 120 ms each with 90 ms between.

    Raises: ValueError for a character that is on no telephone.
    """
    parts = []
    for key in pressed:
        place = _KEYS.index(key)
        pair = (_ROWS_HZ[place // 4], _COLUMNS_HZ[place % 4])
        parts += [tone(pair, 0.12, level_db=level_db), np.zeros(720, np.float32)]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def hold_music(duration_s: float, *, level_db: float = -26.0, tempo_s: float = 0.3) -> Samples:
    """A plucked arpeggio over four chords, without end."""
    count = round(duration_s * LINE_RATE_HZ)
    wave = np.zeros(count + 2 * LINE_RATE_HZ, np.float32)
    note_time = np.arange(LINE_RATE_HZ) / LINE_RATE_HZ
    step = round(tempo_s * LINE_RATE_HZ)
    for index, start in enumerate(range(0, count, step)):
        chord = _CHORDS[index // 8 % len(_CHORDS)]
        semitone = chord[(0, 1, 2, 1)[index % 4]] + (12 if index % 8 == 6 else 0)
        pitch = 440 * 2 ** (semitone / 12)
        overtones = [np.sin(2 * np.pi * pitch * n * note_time) / n**1.5 for n in (1, 2, 3)]
        wave[start : start + LINE_RATE_HZ] += np.sum(overtones, axis=0) * np.exp(-3.5 * note_time)
    return set_level(wave[:count], level_db, rate_hz=LINE_RATE_HZ)


def hum(duration_s: float, *, level_db: float) -> Samples:
    """50 Hz mains and its odd harmonics up to 750 Hz."""
    time = np.arange(round(duration_s * LINE_RATE_HZ)) / LINE_RATE_HZ
    harmonics = [np.sin(2 * np.pi * 50 * n * time + n) / n**0.7 for n in (1, 3, 5, 7, 9, 11, 15)]
    return _at_level(np.sum(harmonics, axis=0), level_db)


def noise(
    duration_s: float, *, level_db: float, rng: np.random.Generator, pink: bool = False
) -> Samples:
    """White noise, or pink (3 dB less per octave), at an RMS level."""
    count = round(duration_s * LINE_RATE_HZ)
    if count == 0:
        return np.zeros(0, np.float32)
    wave = rng.standard_normal(count)
    if pink:
        spectrum = np.fft.rfft(wave)
        spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
        spectrum[0] = 0
        wave = np.fft.irfft(spectrum, count)
    return _at_level(wave, level_db)


def cafe(clips: Sequence[Samples], duration_s: float, *, rng: np.random.Generator) -> Samples:
    """Many voices at once over room noise, none of them understood; level -20 dB, to be scaled.

    Args:
        clips: speech at 8 kHz; nine of them always sound together, at levels that differ by up to
            9 dB.
    """
    count = round(duration_s * LINE_RATE_HZ)
    mix = noise(duration_s, level_db=-34, rng=rng, pink=True)
    for _ in range(9 if clips else 0):
        place = -int(rng.integers(0, 3 * LINE_RATE_HZ))
        weight = 10 ** (-float(rng.uniform(0, 9)) / 20)
        while place < count:
            clip = clips[int(rng.integers(len(clips)))]
            begin, end = max(place, 0), min(place + len(clip), count)
            if end > begin:
                mix[begin:end] += weight * clip[begin - place : end - place]
            place += len(clip) + int(rng.integers(0, LINE_RATE_HZ // 2))
    for _ in range(round(duration_s / 4)):
        start = int(rng.integers(0, max(count - 800, 1)))
        clink = tone([*rng.uniform(1800, 3200, 2)], 0.1, level_db=-22.0)[: count - start]
        decay = np.exp(-np.arange(len(clink)) / 160).astype(np.float32)
        mix[start : start + len(clink)] += clink * decay
    return set_level(mix, -20.0, rate_hz=LINE_RATE_HZ)


def _at_level(wave: NDArray[np.float64], level_db: float) -> Samples:
    samples: Samples = (wave * 10 ** (level_db / 20) / np.sqrt(np.mean(wave**2))).astype(np.float32)
    return samples

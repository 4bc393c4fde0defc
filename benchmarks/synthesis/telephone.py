"""What a telephone line does to speech: band, companding, codec, level, leakage, noise.

Samples are float32, full scale 1.0, one channel. Levels are decibels relative to full scale.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LINE_RATE_HZ = 8_000
Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Line:
    """The condition of a call.

    `leakage_db`: how far below its own level each party is heard on the other's channel; None is
    not at all.
    `babble_db`: of café voices, relative to the customer's speech. `gsm`: the customer calls from
    a GSM mobile.
    `floor_db`: of the ever-present line noise, full scale.
    """

    name: str
    leakage_db: float | None = None
    babble_db: float | None = None
    hum_db: float | None = None
    gsm: bool = False
    floor_db: float = -66.0


LINES = {
    line.name: line
    for line in (
        Line("clean"),
        Line("leak", leakage_db=-29.0, floor_db=-60.0),
        Line("cafe", babble_db=-13.0, floor_db=-60.0),
        Line("gsm", gsm=True, leakage_db=-38.0),
        Line("hum", hum_db=-48.0, floor_db=-54.0),
        Line("worst", leakage_db=-26.0, babble_db=-10.0, gsm=True, floor_db=-54.0),
    )
}


def resample(samples: Samples, *, from_hz: int, to_hz: int) -> Samples:
    """Change the rate in the frequency domain; what the new rate cannot hold is dropped."""
    if from_hz == to_hz or len(samples) == 0:
        return samples.astype(np.float32)
    count = round(len(samples) * to_hz / from_hz)
    spectrum = np.fft.rfft(samples)
    bins = count // 2 + 1
    kept = np.zeros(bins, np.complex128)
    kept[: min(bins, len(spectrum))] = spectrum[:bins]
    return (np.fft.irfft(kept, count) * (count / len(samples))).astype(np.float32)


def band_limit(
    samples: Samples, *, rate_hz: int = LINE_RATE_HZ, low_hz: float = 300.0, high_hz: float = 3400.0
) -> Samples:
    """Keep the telephone band; edges fall over 100 Hz below and 200 Hz above, phase is kept."""
    if len(samples) == 0:
        return samples.astype(np.float32)
    spectrum = np.fft.rfft(samples)
    frequency = np.fft.rfftfreq(len(samples), 1 / rate_hz)
    rise = np.clip((frequency - (low_hz - 100)) / 100, 0, 1)
    fall = np.clip(((high_hz + 200) - frequency) / 200, 0, 1)
    gain = np.sin(rise * np.pi / 2) * np.sin(fall * np.pi / 2)
    return np.fft.irfft(spectrum * gain, len(samples)).astype(np.float32)


def active_level_db(samples: Samples, *, rate_hz: int) -> float:
    """RMS level of the 20 ms frames that lie within 30 dB of the loudest one; -inf for silence."""
    frame = rate_hz // 50
    count = len(samples) // frame
    if count == 0:
        return _decibel(float(np.mean(np.square(samples)))) if len(samples) else float("-inf")
    power = np.mean(np.square(samples[: count * frame]).reshape(count, frame), axis=1)
    return _decibel(float(np.mean(power[power >= power.max() / 1000])))


def set_level(samples: Samples, level_db: float, *, rate_hz: int) -> Samples:
    """Scale so that the active level is `level_db`; silence stays silence."""
    found = active_level_db(samples, rate_hz=rate_hz)
    if not np.isfinite(found):
        return samples
    return (samples * 10 ** ((level_db - found) / 20)).astype(np.float32)


def leak(other: Samples, *, below_db: float, delay_s: float = 0.012) -> Samples:
    """What is heard of the other party: `below_db` (negative) weaker and a little later."""
    delay = round(delay_s * LINE_RATE_HZ)
    late = np.concatenate([np.zeros(delay, np.float32), other])[: len(other)]
    return (late * 10 ** (below_db / 20)).astype(np.float32)


def encode_alaw(samples: Samples) -> bytes:
    """G.711 A-law, one byte per sample; beyond full scale is clipped."""
    pcm = _pcm13(samples)
    sign = np.where(pcm >= 0, 0x80, 0)
    size = np.where(pcm >= 0, pcm, -pcm - 1)
    size = np.clip(size, 0, 4095)
    segment = np.maximum(np.floor(np.log2(np.maximum(size, 1))).astype(int) - 4, 0)
    low = np.where(segment > 0, size >> np.maximum(segment, 1), size >> 1) & 0x0F
    code = np.where(size < 32, size >> 1, (segment << 4) | low)
    return bytes(((code | sign) ^ 0x55).astype(np.uint8))


def decode_alaw(code: bytes) -> Samples:
    """Samples of a G.711 A-law stream."""
    raw = np.frombuffer(code, np.uint8).astype(int) ^ 0x55
    segment, low = (raw >> 4) & 0x07, raw & 0x0F
    size = np.where(segment == 0, 2 * low + 1, (2 * low + 33) << np.maximum(segment - 1, 0))
    return (np.where(raw & 0x80, size, -size) / 4096).astype(np.float32)


def encode_mulaw(samples: Samples) -> bytes:
    """G.711 µ-law, one byte per sample; beyond full scale is clipped."""
    pcm = np.clip(np.round(samples * 8192), -8158, 8158).astype(int)
    size = np.abs(pcm) + 33
    segment = np.floor(np.log2(size)).astype(int) - 5
    code = (segment << 4) | ((size >> (segment + 1)) & 0x0F)
    return bytes((~(code | np.where(pcm < 0, 0x80, 0)) & 0xFF).astype(np.uint8))


def decode_mulaw(code: bytes) -> Samples:
    """Samples of a G.711 µ-law stream."""
    raw = ~np.frombuffer(code, np.uint8).astype(int) & 0xFF
    segment, low = (raw >> 4) & 0x07, raw & 0x0F
    size = ((2 * low + 33) << segment) - 33
    return (np.where(raw & 0x80, -size, size) / 8192).astype(np.float32)


def gsm_round_trip(samples: Samples) -> Samples:
    """Through the GSM 06.10 full-rate codec (libsndfile's), as a mobile would send it."""
    import soundfile

    box = io.BytesIO()
    soundfile.write(box, samples, LINE_RATE_HZ, format="WAV", subtype="GSM610")
    box.seek(0)
    decoded, _ = soundfile.read(box, dtype="float32")
    padded = np.zeros(len(samples), np.float32)
    count = min(len(samples), len(decoded))
    padded[:count] = decoded[:count]
    return padded


def _pcm13(samples: Samples) -> NDArray[np.int_]:
    return np.clip(np.floor(samples * 4096), -4096, 4095).astype(int)


def _decibel(power: float) -> float:
    return 10 * float(np.log10(power)) if power > 0 else float("-inf")

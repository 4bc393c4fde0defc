"""Recordings of known tones in every format, made on the spot."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]  # shape (channels, samples), full scale 1.0


def tones(*tone: tuple[float, float], duration_s: float = 1.0, rate_hz: int = 8000) -> Samples:
    """One channel for each (frequency in Hz, amplitude)."""
    t = np.arange(round(duration_s * rate_hz)) / rate_hz
    return np.stack([amplitude * np.sin(2 * np.pi * hz * t) for hz, amplitude in tone])


def amplitude_at(channel: npt.NDArray[np.floating], hz: float, *, rate_hz: int = 16_000) -> float:
    """Amplitude of one frequency over the middle half of a channel, by projection."""
    n = len(channel)
    part = channel[n // 4 : n // 4 + n // 2].astype(np.float64)
    wave = np.exp(-2j * np.pi * hz * np.arange(len(part)) / rate_hz)
    window = np.hanning(len(part))
    return float(2 * abs(np.sum(part * window * wave)) / window.sum())


def encode(
    container: str,
    codec: str,
    samples: Samples,
    *,
    rate_hz: int = 8000,
    codec_options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    video: bool = False,
    sound: bool = True,
) -> bytes:
    """A file in memory; with `video`, half a second of grey film beside the sound."""
    file = io.BytesIO()
    with av.open(file, "w", format=container, options=container_options or {}) as output:
        film = output.add_stream("mpeg4", rate=10) if video else None
        if sound:
            stream = output.add_stream(codec, rate=rate_hz, options=codec_options or {})
            stream.layout = "mono" if len(samples) == 1 else "stereo"
        if film is not None:
            film.width = film.height = 64
            for _ in range(5):
                output.mux(film.encode(av.VideoFrame(64, 64, "yuv420p")))
            output.mux(film.encode(None))
        if sound:
            for frame in _frames(samples, rate_hz, stream.codec_context):
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
    return file.getvalue()


def _frames(samples: Samples, rate_hz: int, encoder) -> list[av.AudioFrame]:
    values = np.ascontiguousarray(samples.T.reshape(1, -1))
    layout = "mono" if len(samples) == 1 else "stereo"
    frame = av.AudioFrame.from_ndarray(values, format="dbl", layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = rate_hz, 0, Fraction(1, rate_hz)
    if not encoder.is_open:
        encoder.open()
    to_encoder = av.AudioResampler(
        encoder.format.name, layout, rate_hz, frame_size=encoder.frame_size or 1024
    )
    return to_encoder.resample(frame) + to_encoder.resample(None)


def wav(
    data: bytes,
    *,
    rate_hz: int = 8000,
    channels: int = 1,
    tag: int = 1,
    bits: int = 16,
    declared_bytes: int | None = None,
    block: int | None = None,
    extra: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """A RIFF WAVE file written by hand. `declared_bytes` is what the header claims of the sound."""
    block = channels * bits // 8 if block is None else block
    fmt = struct.pack("<HHIIHH", tag, channels, rate_hz, rate_hz * block % 2**32, block, bits)
    fmt += struct.pack("<H", len(extra)) + extra if extra else b""
    size = len(data) if declared_bytes is None else declared_bytes
    body = b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt
    body += b"data" + struct.pack("<I", size) + data + after
    return b"RIFF" + struct.pack("<I", len(body)) + body


def pcm16(samples: Samples) -> bytes:
    """Interleaved 16-bit little-endian."""
    return (samples.T * 32767).round().astype("<i2").tobytes()


# GSM 06.10, section 1.7: the fields of a frame in order, with their numbers of bits.
_GSM_HEAD = (6, 6, 5, 5, 4, 4, 3, 3)  # eight log area ratios
_GSM_PULSES = 13  # of 3 bits each, in each of four sub-frames


def gsm_pulses() -> list[tuple[int, int]]:
    """The fields (value, bits) of a GSM frame whose excitation repeats every 40 samples.

    40 samples at 8 kHz are 5 ms, so frames of it are a buzz of 200 Hz and its multiples.
    """
    fields = [(2 ** (bits - 1), bits) for bits in _GSM_HEAD]
    for _ in range(4):
        fields += [(40, 7), (0, 2), (0, 2), (40, 6)]  # lag, its gain, grid, block amplitude
        fields += [(7, 3)] + [(4 - i % 2, 3) for i in range(_GSM_PULSES - 1)]
    return fields


def gsm(frames: int) -> bytes:
    """A headerless GSM file: 33 bytes for 20 ms, the mark 0xD first, high bits first."""
    bits = "1101" + "".join(f"{value:0{width}b}" for value, width in gsm_pulses())
    return int(bits, 2).to_bytes(33, "big") * frames


def gsm_in_wav(pairs: int) -> bytes:
    """GSM as Microsoft packs it into WAV: 65 bytes for two frames, low bits first, no mark."""
    number = place = 0
    for value, width in gsm_pulses() * 2:
        number |= value << place
        place += width
    data = number.to_bytes(65, "little") * pairs
    return wav(data, tag=0x31, bits=0, block=65, extra=struct.pack("<H", 320))


def spoiled(data: bytes, start: float, end: float) -> bytes:
    """The file with a passage, given in fractions of its length, replaced by nonsense."""
    first, last = round(len(data) * start), round(len(data) * end)
    noise = np.random.default_rng(7).integers(0, 256, last - first, dtype=np.uint8).tobytes()
    return data[:first] + noise + data[last:]


def keys(warnings: Sequence[tuple[str, dict[str, object]]]) -> list[str]:
    """The message keys of a recording's warnings."""
    return [key for key, _ in warnings]


def save(folder: Path, name: str, data: bytes) -> Path:
    """Write a file and say where."""
    path = folder / name
    path.write_bytes(data)
    return path

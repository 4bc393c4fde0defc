"""The sound of a call for the browser: its peaks, and a WAV that every browser plays.

Telephone recordings come in codings that no browser plays (A-law, GSM); so a recording becomes
16-bit WAV at 8 kHz beside the warehouse when somebody first listens; one that is just that is
copied, without what else is in the file. Its peaks, a hundredth of
that, are made by the night. A file's name is the recording's hash: nothing that a client sends is
part of a path.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import wave
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.audio_process import DecodeLimits
from pipeline.audio_reading import read_audio
from pipeline.errors import AudioError

PEAKS_PER_S: Final = 20
_PLAIN_BYTES_MAX: Final = 64 * 2**20  # more is decoded piece by piece
SOUND_FOLDER: Final = "sound"  # of the data folder
_RATE_HZ: Final = 8000
_BEHIND_PAGES: Final = DecodeLimits(niceness=10)
_decoding = threading.Lock()  # one recording at a time: an hour of sound takes half a gigabyte
Peaks = tuple[tuple[float, ...], ...]  # by channel, PEAKS_PER_S a second, 0-1


def prepare_sound(recording: Path, *, audio_sha256: str, folder: Path) -> Path:
    """The WAV of a recording, made if it is not there yet; and its peaks with it.

    Args:
        folder: where it is kept.
    Raises: AudioError if the recording is not there any more, is another one, or gives no sound.
    """
    wav = folder / f"{audio_sha256}.wav"
    if not wav.exists():
        with _decoding:
            if not wav.exists():  # whoever came at the same time may have made it
                content = _as_it_is(recording, audio_sha256)
                _write_whole(wav, content or _wav(_decode(recording, audio_sha256, folder)))
    return wav


def prepare_peaks(recording: Path, *, audio_sha256: str, folder: Path) -> Peaks:
    """The peaks of a recording, made if they are not there yet.

    Raises: AudioError as `prepare_sound`.
    """
    peaks = folder / f"{audio_sha256}.json"
    if not peaks.exists():
        with _decoding:
            if not peaks.exists():
                _decode(recording, audio_sha256, folder)
    return tuple(map(tuple, json.loads(peaks.read_text("utf-8"))))


def keep_peaks(waveform: NDArray[np.float32], *, audio_sha256: str, folder: Path) -> None:
    """Keep the peaks of a sound that is at hand, for who will look at it.

    Args:
        waveform: shape (channels, samples), at twice the telephone rate.
    """
    _keep_peaks(_to_telephone_rate(waveform), audio_sha256, folder)


def _keep_peaks(samples: NDArray[np.float32], audio_sha256: str, folder: Path) -> None:
    text = json.dumps([_peaks(channel) for channel in samples])
    _write_whole(folder / f"{audio_sha256}.json", text.encode())


def _decode(recording: Path, audio_sha256: str, folder: Path) -> NDArray[np.float32]:
    """The sound at telephone rate; its peaks are kept, since they cost nothing now."""
    found, waveform = read_audio(recording, limits=_BEHIND_PAGES)
    if found.audio_sha256 != audio_sha256:
        raise AudioError("console.other_sound", path=recording)
    samples = _to_telephone_rate(waveform)
    if not (folder / f"{audio_sha256}.json").exists():
        _keep_peaks(samples, audio_sha256, folder)
    return samples


def _as_it_is(recording: Path, audio_sha256: str) -> bytes | None:
    """A recording that browsers play, under a header of ours; None if it is to be decoded."""
    try:
        if recording.stat().st_size > _PLAIN_BYTES_MAX:
            return None
        content = recording.read_bytes()
        with wave.open(BytesIO(content)) as reader:
            form = (reader.getsampwidth(), reader.getframerate(), reader.getnchannels())
            frames = reader.readframes(reader.getnframes())
    except (OSError, EOFError, wave.Error):
        return None
    if form not in ((2, _RATE_HZ, 1), (2, _RATE_HZ, 2)) or not frames:
        return None
    if hashlib.sha256(content).hexdigest() != audio_sha256:
        raise AudioError("console.other_sound", path=recording)
    return _framed(frames, channels=form[2])


def _to_telephone_rate(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Every second sample of the mean of neighbours; shape (channels, samples) at 8 kHz."""
    pairs = samples.shape[1] // 2 * 2
    halved: NDArray[np.float32] = (samples[:, :pairs:2] + samples[:, 1:pairs:2]) * np.float32(0.5)
    return halved


def _peaks(channel: NDArray[np.float32]) -> list[float]:
    size = _RATE_HZ // PEAKS_PER_S
    padded = np.pad(np.abs(channel), (0, -len(channel) % size))
    return [round(float(p), 3) for p in padded.reshape(-1, size).max(axis=1)]


def _wav(samples: NDArray[np.float32]) -> bytes:
    frames = (np.clip(samples, -1, 1).T * 32767).astype("<i2").tobytes()
    return _framed(frames, channels=samples.shape[0])


def _framed(frames: bytes, *, channels: int) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(_RATE_HZ)
        writer.writeframes(frames)
    return file.getvalue()


def _write_whole(path: Path, content: bytes) -> None:
    """Two requests at once may both write; each reader sees a whole file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)  # noqa: PTH105 - atomic on POSIX

"""The sound that browsers get: copied where they play it, decoded where they do not."""

from __future__ import annotations

import hashlib
import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import AudioError
from warehouse.sounds import prepare_peaks, prepare_sound


def _record(path: Path, *, rate_hz: int, channels: int = 2) -> str:
    """A second of a tone of half the full scale on each channel; the file's hash."""
    tone = 16384 * np.sin(2 * np.pi * 250 * np.arange(rate_hz) / rate_hz)
    sides = [tone, *([np.zeros(rate_hz)] * (channels - 1))]
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate_hz)
        writer.writeframes(np.stack(sides, axis=1).astype("<i2").tobytes())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _played(path: Path) -> tuple[int, int, np.ndarray]:
    with wave.open(str(path)) as reader:
        frames = np.frombuffer(reader.readframes(reader.getnframes()), "<i2")
        return reader.getframerate(), reader.getnchannels(), frames


@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_any_recording_becomes_the_same_kind_of_wav(tmp_path: Path, rate_hz: int) -> None:
    path = tmp_path / "call.wav"
    sha256 = _record(path, rate_hz=rate_hz)
    wav = prepare_sound(path, audio_sha256=sha256, folder=_folder(tmp_path))
    rate, channels, frames = _played(wav)
    assert (rate, channels) == (8000, 2)
    assert abs(len(frames) - 2 * 8000) <= 2 * 80  # a second of both sides
    assert abs(int(np.abs(frames[::2]).max()) - 16384) < 1000
    assert int(np.abs(frames[1::2]).max()) < 200  # the other side stays silent


def test_a_plain_recording_is_copied_without_what_else_is_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    _record(path, rate_hz=8000)
    secret = b"the caller's name"
    path.write_bytes(path.read_bytes() + b"note" + len(secret).to_bytes(4, "little") + secret)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    wav = prepare_sound(path, audio_sha256=sha256, folder=_folder(tmp_path))
    assert secret not in wav.read_bytes()
    assert np.array_equal(_played(wav)[2], _played(path)[2])


def test_another_file_in_its_place_is_not_played(tmp_path: Path) -> None:
    for rate_hz in (8000, 16000):
        path = tmp_path / "call.wav"
        _record(path, rate_hz=rate_hz)
        with pytest.raises(AudioError):
            prepare_sound(path, audio_sha256="0" * 64, folder=_folder(tmp_path))
    assert not list(_folder(tmp_path).glob("*.wav"))


def test_several_who_listen_first_at_once_all_hear_it(tmp_path: Path) -> None:
    path, folder = tmp_path / "call.wav", _folder(tmp_path)
    sha256 = _record(path, rate_hz=16000)
    found: list[object] = []

    def listen() -> None:
        found.append(_played(prepare_sound(path, audio_sha256=sha256, folder=folder))[0])
        found.append(len(prepare_peaks(path, audio_sha256=sha256, folder=folder)))

    threads = [threading.Thread(target=listen) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, found)) == ["2"] * 4 + ["8000"] * 4
    assert len(list(folder.iterdir())) == 2  # nothing half-written stays


def _folder(tmp_path: Path) -> Path:
    return tmp_path / "not yet" / "sound"  # as of a night that a cluster heard

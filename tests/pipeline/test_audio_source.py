from __future__ import annotations

import os
from pathlib import Path

import pytest
from recordings import encode, pcm16, tones, wav

from pipeline.audio import DecodeLimits, read_audio
from pipeline.errors import AudioError

GOOD = wav(pcm16(tones((440, 0.5))))


def refusal(path: Path, limits: DecodeLimits | None = None) -> AudioError:
    """The error that reading the file gives; its text must name the file."""
    with pytest.raises(AudioError) as caught:
        read_audio(path, limits=limits or DecodeLimits())
    assert str(path) in caught.value.text("zh")
    assert caught.value.values["path"] == str(path)
    return caught.value


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("empty.wav", b"", "audio.empty"),
        ("note.wav", b"The recorder was switched off on Monday.\n" * 200, "audio.text"),
        ("page.mp3", "<html><body>找不到页面 Página</body></html>".encode(), "audio.text"),
        ("note.alaw", b"any byte would be a sample of A-law", "audio.text"),
        ("bom.wav", "录音".encode("utf-8-sig"), "audio.text"),
        ("list.wav", b"ffconcat version 1.0\nfile 'good.wav'\n", "audio.text"),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:1,\ngood.wav\n", "audio.text"),
        ("noise.wav", bytes(range(256)) * 100, "audio.unreadable"),
        ("gbk.wav", "录音文件不存在".encode("gb18030") * 20, "audio.unreadable"),
        ("noise.gsm", bytes(range(256)) * 100, "audio.not_gsm"),
        ("riff.wav", GOOD[:20], "audio.unreadable"),
        ("header.wav", GOOD[:44], "audio.no_samples"),
        ("declared.wav", wav(b"", declared_bytes=16_000), "audio.no_samples"),
        ("alien.wav", wav(bytes(9600), tag=0x4242), "audio.unreadable"),
        ("six.wav", wav(bytes(9600), channels=6), "audio.channels"),
        ("none.wav", wav(bytes(9600), channels=0, block=2), "audio.unreadable"),
        ("slow.wav", wav(bytes(9600), rate_hz=1), "audio.sample_rate"),
        ("fast.wav", wav(bytes(9600), rate_hz=500_000), "audio.sample_rate"),
        ("still.wav", wav(bytes(9600), rate_hz=0), "audio.unreadable"),
        ("wild.wav", wav(bytes(9600), rate_hz=2**32 - 1), "audio.unreadable"),
    ],
)
def test_what_is_no_recording_is_refused_by_its_own_error(tmp_path, name, data, key):
    (tmp_path / "good.wav").write_bytes(GOOD)
    path = tmp_path / name
    path.write_bytes(data)
    assert refusal(path).key == key


@pytest.mark.parametrize(
    ("beginning", "detail"),
    [
        (b"ffconcat version 1.0\nfile 'good.wav'\n", "Format not"),  # recognised, not allowed
        (b"#EXTM3U\n#EXTINF:1,\ngood.wav\n", ""),
    ],
)
def test_a_list_of_other_files_is_not_followed_even_if_it_looks_binary(tmp_path, beginning, detail):
    (tmp_path / "good.wav").write_bytes(GOOD)
    path = tmp_path / "list.m3u8"
    path.write_bytes(beginning + b"#\x00\xff\xfe" + bytes(range(256)) * 20)
    error = refusal(path)
    assert error.key == "audio.unreadable"
    assert detail in str(error.values["detail"])


def test_half_an_mp4_that_keeps_its_index_at_the_end_says_what_is_missing(tmp_path):
    path = tmp_path / "a.m4a"
    data = encode("ipod", "aac", tones((440, 0.5), rate_hz=16_000), rate_hz=16_000)
    path.write_bytes(data[: len(data) // 2])
    error = refusal(path)
    assert error.key == "audio.unreadable"
    assert "moov atom not found" in str(error)


def test_a_silent_film_has_no_sound_track(tmp_path):
    path = tmp_path / "a.mkv"
    path.write_bytes(encode("matroska", "", tones((440, 0.5)), video=True, sound=False))
    assert refusal(path).key == "audio.no_audio"


def test_a_missing_file_is_named(tmp_path):
    assert refusal(tmp_path / "none.wav").key == "audio.missing"


def test_a_path_through_a_file_is_missing_too(tmp_path):
    (tmp_path / "a.wav").write_bytes(GOOD)
    assert refusal(tmp_path / "a.wav" / "b.wav").key == "audio.missing"


def test_a_folder_is_no_recording(tmp_path):
    assert refusal(tmp_path).key == "audio.folder"


def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path):
    os.mkfifo(tmp_path / "a.wav")
    assert refusal(tmp_path / "a.wav").key == "audio.not_a_file"


def test_a_file_that_may_not_be_read_is_named(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(GOOD)
    path.chmod(0)
    me = os.geteuid()
    try:
        if me == 0:  # root may read everything: look with the eyes of another
            os.seteuid(65_534)
        error = refusal(path)
    finally:
        os.seteuid(me)
    assert error.key == "audio.permission"


def test_a_file_beyond_the_size_limit_is_not_even_hashed(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(GOOD)
    os.truncate(path, 2**36)  # sparse; it would take minutes to hash
    error = refusal(path)
    assert error.key == "audio.too_large"
    assert error.values["size_mb"] == pytest.approx(68_719.5)


def test_a_recording_beyond_the_duration_limit_is_stopped(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(GOOD)
    read_audio(path, limits=DecodeLimits(duration_s=1.0))
    error = refusal(path, DecodeLimits(duration_s=0.9))
    assert error.key == "audio.too_long"


def test_a_small_file_that_unfolds_into_much_sound_ends_at_the_limit(tmp_path):
    # a quarter of an hour of digital silence: 14 MB of samples in a FLAC of less than 0.2 MB
    path = tmp_path / "a.flac"
    path.write_bytes(encode("flac", "flac", tones((440, 0.0), duration_s=900.0)))
    assert path.stat().st_size < 200_000
    assert refusal(path, DecodeLimits(duration_s=600.0)).key == "audio.too_long"

from __future__ import annotations

import hashlib
import struct
import wave

import numpy as np
import pytest
from recordings import amplitude_at, encode, gsm, gsm_in_wav, pcm16, save, tones, wav

from pipeline.audio import read_audio
from pipeline.messages import LANGUAGES, catalogue, say

LEFT = (440.0, 0.5)
RIGHT = (1000.0, 0.25)


# name, container, codec, rate in Hz, what the level may differ by
LOSSLESS, G711, LOSSY = 0.003, 0.01, 0.06
STEREO = [
    ("a.wav", "wav", "pcm_u8", 8000, G711),
    ("a.wav", "wav", "pcm_s16le", 8000, LOSSLESS),
    ("a.wav", "wav", "pcm_s24le", 44_100, LOSSLESS),
    ("a.wav", "wav", "pcm_s32le", 48_000, LOSSLESS),
    ("a.wav", "wav", "pcm_f32le", 16_000, LOSSLESS),
    ("a.wav", "wav", "pcm_f64le", 11_025, LOSSLESS),
    ("a.wav", "wav", "pcm_alaw", 8000, G711),
    ("a.wav", "wav", "pcm_mulaw", 8000, G711),
    ("a.mp3", "mp3", "libmp3lame", 22_050, LOSSY),
    ("a.opus", "ogg", "libopus", 48_000, LOSSY),
    ("a.oga", "ogg", "vorbis", 16_000, LOSSY),
    ("a.flac", "flac", "flac", 32_000, LOSSLESS),
    ("a.m4a", "ipod", "aac", 16_000, LOSSY),
]


@pytest.mark.parametrize(("name", "container", "codec", "rate_hz", "tolerance"), STEREO)
def test_each_channel_keeps_its_tone_and_level(
    tmp_path, name, container, codec, rate_hz, tolerance
):
    sound = tones(LEFT, RIGHT, duration_s=2.0, rate_hz=rate_hz)
    strict = {"strict": "experimental"} if codec == "vorbis" else {}
    data = encode(container, codec, sound, rate_hz=rate_hz, codec_options=strict)
    recording, waveform = read_audio(save(tmp_path, name, data))
    assert (recording.channels, recording.sample_rate_hz) == (2, rate_hz)
    assert recording.duration_s == pytest.approx(2.0, abs=0.07)  # AAC ends on a frame of 64 ms
    assert waveform.dtype == np.float32
    assert waveform.shape == (2, pytest.approx(recording.duration_s * 16_000, abs=2))
    assert amplitude_at(waveform[0], 440) == pytest.approx(0.5, abs=tolerance)
    assert amplitude_at(waveform[1], 1000) == pytest.approx(0.25, abs=tolerance)
    assert amplitude_at(waveform[0], 1000) < 0.01
    assert amplitude_at(waveform[1], 440) < 0.01
    assert recording.warnings == ()


@pytest.mark.parametrize(
    ("name", "container", "codec", "rate_hz"),
    [
        ("a.amr", "amr", "libopencore_amrnb", 8000),
        ("a.3gp", "3gp", "libopencore_amrnb", 8000),
        ("a.wav", "wav", "adpcm_ms", 8000),
        ("a.alaw", "alaw", "pcm_alaw", 8000),
        ("a.al", "alaw", "pcm_alaw", 8000),
        ("a.ulaw", "mulaw", "pcm_mulaw", 8000),
        ("a.UL", "mulaw", "pcm_mulaw", 8000),
        ("a.au", "au", "pcm_mulaw", 8000),
    ],
)
def test_one_channel_of_telephone_formats_keeps_its_tone(tmp_path, name, container, codec, rate_hz):
    best = {"b": "12200"} if codec == "libopencore_amrnb" else {}
    sound = tones(LEFT, duration_s=2.0)
    data = encode(container, codec, sound, rate_hz=rate_hz, codec_options=best)
    recording, waveform = read_audio(save(tmp_path, name, data))
    assert (recording.channels, recording.sample_rate_hz) == (1, 8000)
    assert recording.duration_s == pytest.approx(2.0, abs=0.13)  # ADPCM fills its last block
    # FFmpeg's AMR decoder gives 0.41 for this tone, that of the codec's reference 0.48
    assert amplitude_at(waveform[0], 440) == pytest.approx(0.5, abs=0.1)
    assert recording.warnings == ()


def test_headerless_gsm_is_the_buzz_that_its_frames_describe(tmp_path):
    # 100 frames of 20 ms; an excitation every 40 samples at 8 kHz is 200 Hz and its multiples
    recording, waveform = read_audio(save(tmp_path, "a.gsm", gsm(100)))
    assert (recording.codec, recording.duration_s, recording.sample_rate_hz) == ("gsm", 2.0, 8000)
    spectrum = np.abs(np.fft.rfft(waveform[0, 8000:24_000])) ** 2  # one second: bins of 1 Hz
    assert spectrum[::200].sum() > 0.99 * spectrum.sum()
    assert spectrum[200::200].sum() > 0


def test_gsm_inside_wav_sounds_as_the_same_frames_without_header(tmp_path):
    _, bare = read_audio(save(tmp_path, "a.gsm", gsm(100)))
    recording, boxed = read_audio(save(tmp_path, "a.wav", gsm_in_wav(50)))
    assert recording.codec == "gsm_ms"
    assert recording.duration_s == 2.0
    assert recording.warnings == ()
    np.testing.assert_array_equal(boxed, bare)


def test_wav_of_the_standard_library_is_read_sample_by_sample(tmp_path):
    values = np.array([0, 16384, -16384, 32767, -32768, 1], "<i2")
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(values.tobytes())
    recording, waveform = read_audio(tmp_path / "a.wav")
    np.testing.assert_array_equal(waveform[0], values / np.float32(32768))
    assert recording.duration_s == 6 / 16_000
    assert recording.codec == "pcm_s16le"
    assert recording.audio_sha256 == hashlib.sha256((tmp_path / "a.wav").read_bytes()).hexdigest()
    assert recording.path == str(tmp_path / "a.wav")


def test_upsampling_invents_nothing_above_the_band_of_the_call(tmp_path):
    noise = np.random.default_rng(3).normal(0, 0.1, (1, 16_000))
    _, waveform = read_audio(save(tmp_path, "a.wav", wav(pcm16(noise))))
    power = np.abs(np.fft.rfft(waveform[0].astype(np.float64))) ** 2
    hz = np.fft.rfftfreq(waveform.shape[1], 1 / 16_000)
    assert power[hz > 4200].sum() < 1e-4 * power.sum()
    assert power[hz < 3700].sum() > 0.9 * power.sum()


def test_downsampling_folds_nothing_back_into_the_band(tmp_path):
    sound = tones((1000, 0.25), duration_s=2.0, rate_hz=48_000)
    sound += tones((10_000, 0.25), duration_s=2.0, rate_hz=48_000)  # would fold to 6000 Hz
    _, waveform = read_audio(save(tmp_path, "a.wav", wav(pcm16(sound), rate_hz=48_000)))
    assert amplitude_at(waveform[0], 1000) == pytest.approx(0.25, abs=0.003)
    assert amplitude_at(waveform[0], 6000) < 1e-3


def test_channels_are_not_mixed_whatever_the_file_calls_them(tmp_path):
    # WAVE_FORMAT_EXTENSIBLE with "front left" and "low frequency" as the places of the speakers
    subformat = bytes.fromhex("0100000000001000800000aa00389b71")
    extra = struct.pack("<HI", 16, 0x9) + subformat
    data = wav(pcm16(tones(LEFT, RIGHT)), channels=2, tag=0xFFFE, extra=extra)
    _, waveform = read_audio(save(tmp_path, "a.wav", data))
    assert amplitude_at(waveform[0], 440) == pytest.approx(0.5, abs=0.003)
    assert amplitude_at(waveform[1], 1000) == pytest.approx(0.25, abs=0.003)
    assert amplitude_at(waveform[1], 440) < 0.001


def test_every_warning_and_error_is_told_in_three_languages():
    samples = {
        "path": "a.wav", "size_mb": 1.5, "limit_mb": 1, "beginning": "x", "detail": "y",
        "channels": 3, "rate_hz": 1, "limit_h": 4.0, "limit_s": 9.0, "signal": "SIGSEGV",
        "declared_s": 2.0, "decoded_s": 1.0, "damaged": 1, "packets": 2, "gaps": 1, "gap_s": 0.5,
        "streams": 2, "channel": 0, "share": 0.1, "peak": 3.0, "samples": 4,
    }  # fmt: skip
    audio_keys = [key for key in catalogue() if key.startswith("audio.")]
    assert len(audio_keys) > 30
    for key in audio_keys:
        texts = {say(key, language, **samples) for language in LANGUAGES}
        assert len(texts) == 3

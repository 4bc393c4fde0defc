from __future__ import annotations

import hashlib
import struct
import wave

import numpy as np
import pytest
from recordings import (
    amplitude_at,
    encode,
    gsm,
    gsm_in_wav,
    keys,
    pcm16,
    spoiled,
    tones,
    wav,
)

from pipeline.audio import read_audio
from pipeline.messages import LANGUAGES, catalogue, say

LEFT = (440.0, 0.5)
RIGHT = (1000.0, 0.25)


def save(folder, name: str, data: bytes):
    path = folder / name
    path.write_bytes(data)
    return path


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


def test_a_cut_wav_is_heard_with_both_lengths_named(tmp_path):
    data = wav(pcm16(tones(LEFT, duration_s=4.0)))
    recording, waveform = read_audio(save(tmp_path, "a.wav", data[: 44 + 2 * 8000 * 3]))
    assert recording.warnings == (("audio.truncated", {"declared_s": 4.0, "decoded_s": 3.0}),)
    assert waveform.shape == (1, 48_000)


def test_a_header_that_declares_an_hour_is_not_believed(tmp_path):
    data = wav(pcm16(tones(LEFT)), declared_bytes=3600 * 16_000)
    recording, _ = read_audio(save(tmp_path, "a.wav", data))
    assert recording.duration_s == 1.0
    assert recording.warnings == (("audio.truncated", {"declared_s": 3600.0, "decoded_s": 1.0}),)


@pytest.mark.parametrize("declared", [0, 0xFFFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFDB])
def test_sizes_that_streaming_recorders_leave_are_no_fault(tmp_path, declared):
    data = wav(pcm16(tones(LEFT)), declared_bytes=declared)
    recording, _ = read_audio(save(tmp_path, "a.wav", data))
    assert recording.duration_s == 1.0
    assert recording.warnings == ()


def test_sound_behind_the_declared_end_is_heard_too(tmp_path):
    data = wav(pcm16(tones(LEFT, duration_s=3.0)), declared_bytes=16_000)
    recording, waveform = read_audio(save(tmp_path, "a.wav", data))
    assert waveform.shape == (1, 48_000)
    expected = ("audio.longer_than_declared", {"declared_s": 1.0, "decoded_s": 3.0})
    assert recording.warnings == (expected,)


def test_a_long_chunk_behind_the_sound_is_not_sound(tmp_path):
    note = b"x" * 20_000  # 1.25 s if it were sound
    after = b"LIST" + struct.pack("<I", len(note)) + note
    recording, _ = read_audio(save(tmp_path, "a.wav", wav(pcm16(tones(LEFT)), after=after)))
    assert recording.duration_s == 1.0
    assert recording.warnings == ()


@pytest.mark.parametrize(
    ("name", "container", "codec", "rate_hz"),
    [
        ("a.wav", "wav", "adpcm_ima_wav", 8000),
        ("a.flac", "flac", "flac", 16_000),
        ("a.mp3", "mp3", "libmp3lame", 16_000),
        ("a.mka", "matroska", "libopus", 48_000),
    ],
)
def test_half_a_file_names_its_declared_length(tmp_path, name, container, codec, rate_hz):
    sound = tones(LEFT, duration_s=4.0, rate_hz=rate_hz)
    data = encode(container, codec, sound, rate_hz=rate_hz)
    recording, _ = read_audio(save(tmp_path, name, data[: len(data) // 2]))
    (key, values), *_ = recording.warnings
    assert key == "audio.truncated"
    assert values["declared_s"] == pytest.approx(4.0, abs=0.15)
    assert values["decoded_s"] == pytest.approx(recording.duration_s, abs=0.001)
    assert 1.0 < recording.duration_s < 3.0  # the halves of a file are not those of its sound


def test_an_mp3_without_a_frame_count_is_not_called_cut_by_a_guess(tmp_path):
    # silence, then tone, at a variable bit rate: the length guessed from the first frames is wrong
    sound = np.concatenate([np.zeros((1, 32_000)), tones(LEFT, duration_s=2.0, rate_hz=16_000)], 1)
    data = encode(
        "mp3",
        "libmp3lame",
        sound,
        rate_hz=16_000,
        codec_options={"flags": "+qscale", "global_quality": "236"},
        container_options={"write_xing": "0"},
    )
    recording, _ = read_audio(save(tmp_path, "a.mp3", data))
    assert recording.duration_s == pytest.approx(4.0, abs=0.15)
    assert recording.warnings == ()


def test_an_ogg_without_its_last_page_may_lack_its_end(tmp_path):
    sound = tones(LEFT, duration_s=4.0, rate_hz=48_000)
    data = encode("ogg", "libopus", sound, rate_hz=48_000)
    recording, _ = read_audio(save(tmp_path, "a.opus", data[: len(data) // 2]))
    assert keys(recording.warnings) == ["audio.unfinished"]
    assert 0.5 < recording.duration_s < 3.5


def test_damaged_packets_are_counted_and_times_stay_true(tmp_path):
    # 440 Hz for 3 s, then 1000 Hz; the damage lies between 1 s and 2 s
    sound = np.concatenate(
        [
            tones(LEFT, duration_s=3.0, rate_hz=16_000),
            tones((1000, 0.5), duration_s=2.0, rate_hz=16_000),
        ],
        axis=1,
    )
    data = encode("ipod", "aac", sound, rate_hz=16_000)
    recording, waveform = read_audio(save(tmp_path, "a.m4a", spoiled(data, 0.2, 0.4)))
    assert {"audio.damaged", "audio.gaps"} <= set(keys(recording.warnings))
    assert recording.duration_s == pytest.approx(5.0, abs=0.1)
    after = waveform[0, round(3.2 * 16_000) : round(4.8 * 16_000)]
    assert amplitude_at(after, 1000) == pytest.approx(0.5, abs=0.06)


def test_lost_pages_of_ogg_become_silence_in_their_place(tmp_path):
    sound = tones(LEFT, duration_s=5.0, rate_hz=48_000)
    data = encode("ogg", "libopus", sound, rate_hz=48_000)
    recording, waveform = read_audio(save(tmp_path, "a.opus", spoiled(data, 0.4, 0.6)))
    (key, values) = recording.warnings[0]
    assert key == "audio.gaps"
    assert recording.duration_s == pytest.approx(5.0, abs=0.05)
    silent_s = np.count_nonzero(np.abs(waveform[0]) < 1e-4) / 16_000
    assert silent_s == pytest.approx(values["gap_s"], abs=0.2)


def test_a_film_gives_its_sound(tmp_path):
    data = encode("matroska", "pcm_s16le", tones(LEFT), video=True)
    recording, waveform = read_audio(save(tmp_path, "a.mkv", data))
    assert keys(recording.warnings) == ["audio.video_ignored"]
    assert amplitude_at(waveform[0], 440) == pytest.approx(0.5, abs=0.003)


def test_a_cover_picture_is_not_a_film(tmp_path):
    # an ID3v2.3 tag with a frame APIC; of the picture itself, the signature is enough
    picture = b"\0image/png\0\x03\0" + b"\x89PNG\r\n\x1a\n" + bytes(200)
    frame = b"APIC" + struct.pack(">IH", len(picture), 0) + picture
    tag = b"ID3\x03\0\0" + bytes([0, 0, len(frame) >> 7, len(frame) & 127]) + frame
    data = encode("mp3", "libmp3lame", tones(LEFT, rate_hz=16_000), rate_hz=16_000)
    recording, _ = read_audio(save(tmp_path, "a.mp3", tag + data))
    assert recording.warnings == ()


def test_equal_channels_are_heard_as_one(tmp_path):
    one = tones(LEFT)
    both = np.concatenate([one, one])
    recording, waveform = read_audio(save(tmp_path, "a.wav", wav(pcm16(both), channels=2)))
    assert recording.channels == 2
    assert waveform.shape == (1, 16_000)
    assert keys(recording.warnings) == ["audio.identical_channels"]


def test_copies_with_another_gain_and_codec_noise_are_heard_as_the_louder_one(tmp_path):
    voice = np.random.default_rng(5).normal(0, 0.1, (1, 16_000)) + tones(LEFT, duration_s=2.0)
    both = np.concatenate([-0.7 * voice, voice])
    data = encode("wav", "pcm_alaw", both)
    recording, waveform = read_audio(save(tmp_path, "a.wav", data))
    assert waveform.shape[0] == 1
    assert amplitude_at(waveform[0], 440) == pytest.approx(0.5, abs=0.02)
    assert keys(recording.warnings) == ["audio.identical_channels"]


@pytest.mark.parametrize("leak", [0.1, 0.5])
def test_leakage_between_the_parties_is_not_a_copy(tmp_path, leak):
    agent, customer = tones(LEFT, RIGHT)
    both = np.stack([agent + leak * customer, customer + leak * agent])
    recording, waveform = read_audio(save(tmp_path, "a.wav", wav(pcm16(both), channels=2)))
    assert waveform.shape[0] == 2
    assert recording.warnings == ()


def test_a_faint_copy_is_one_party_leaking_into_the_silence_of_the_other(tmp_path):
    agent = tones(LEFT)
    both = np.concatenate([agent, 0.05 * agent])
    recording, waveform = read_audio(save(tmp_path, "a.wav", wav(pcm16(both), channels=2)))
    assert waveform.shape[0] == 2
    assert recording.warnings == ()


def test_one_silent_channel_is_named(tmp_path):
    both = np.concatenate([tones(LEFT), np.full((1, 8000), 0.2)])  # silent, though not at zero
    recording, waveform = read_audio(save(tmp_path, "a.wav", wav(pcm16(both), channels=2)))
    assert recording.warnings == (("audio.silent_channel", {"channel": 1}),)
    assert waveform.shape[0] == 2


def test_silence_everywhere_is_named_once(tmp_path):
    recording, _ = read_audio(save(tmp_path, "a.wav", wav(bytes(32_000), channels=2)))
    assert recording.warnings == (("audio.silent", {}),)


def test_clipped_tops_are_counted(tmp_path):
    # |2 sin| > 1 for two thirds of the time: sin exceeds 1/2 between 30 and 150 degrees
    sound = np.clip(tones((100, 2.0)), -1, 1)
    recording, _ = read_audio(save(tmp_path, "a.wav", wav(pcm16(sound))))
    ((key, values),) = recording.warnings
    assert key == "audio.clipping"
    assert values["share"] == pytest.approx(2 / 3, abs=0.07)  # each run's first two do not count


def test_a_tone_at_full_scale_is_not_clipped(tmp_path):
    recording, _ = read_audio(save(tmp_path, "a.wav", wav(pcm16(tones((440, 1.0))))))
    assert recording.warnings == ()


def test_samples_that_are_no_numbers_become_silence(tmp_path):
    values = tones(LEFT)[0].astype("<f4")
    values[[1000, 2000, 3000]] = [np.nan, np.inf, -np.inf]
    data = wav(values.tobytes(), tag=3, bits=32)
    recording, waveform = read_audio(save(tmp_path, "a.wav", data))
    assert recording.warnings == (("audio.not_finite", {"samples": 3}),)
    assert np.isfinite(waveform).all()
    assert np.abs(waveform).max() < 0.6


def test_floats_in_the_scale_of_integers_are_brought_to_full_scale(tmp_path):
    values = (tones(LEFT)[0] * 32768).astype("<f4")
    recording, waveform = read_audio(save(tmp_path, "a.wav", wav(values.tobytes(), tag=3, bits=32)))
    assert keys(recording.warnings) == ["audio.over_scale"]
    assert np.abs(waveform).max() == pytest.approx(1.0, abs=1e-6)


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

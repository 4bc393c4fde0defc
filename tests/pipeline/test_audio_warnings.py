from __future__ import annotations

import struct

import numpy as np
import pytest
from recordings import amplitude_at, encode, keys, pcm16, save, spoiled, tones, wav

from pipeline.audio import read_audio

LEFT = (440.0, 0.5)
RIGHT = (1000.0, 0.25)


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
    assert waveform.shape[1] == pytest.approx(recording.duration_s * 16_000, abs=2)
    before, after = waveform[0, 35_200:46_400], waveform[0, 51_200:76_800]  # 2.2-2.9 s, 3.2-4.8 s
    assert amplitude_at(before, 440) == pytest.approx(0.5, abs=0.06)
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

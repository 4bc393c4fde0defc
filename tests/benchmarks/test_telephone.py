"""The telephone line, measured on tones whose results follow by hand."""

import numpy as np
import pytest

from benchmarks.synthesis.telephone import (
    active_level_db,
    band_limit,
    decode_alaw,
    decode_mulaw,
    encode_alaw,
    encode_mulaw,
    gsm_round_trip,
    leak,
    resample,
    set_level,
)


def sine(frequency_hz, *, duration_s=1.0, rate_hz=8000, amplitude=0.5):
    time = np.arange(round(duration_s * rate_hz)) / rate_hz
    return (amplitude * np.sin(2 * np.pi * frequency_hz * time)).astype(np.float32)


def rms(samples):
    return float(np.sqrt(np.mean(np.square(samples.astype(np.float64)))))


@pytest.mark.parametrize("frequency_hz", [400, 1000, 3000, 3300])
def test_the_telephone_band_passes_unchanged(frequency_hz):
    tone = sine(frequency_hz)
    assert np.max(np.abs(band_limit(tone) - tone)) < 1e-5


@pytest.mark.parametrize("frequency_hz", [50, 150, 199, 3601, 3900])
def test_what_lies_outside_the_telephone_band_is_gone(frequency_hz):
    assert rms(band_limit(sine(frequency_hz))) < 1e-5


def test_the_edge_of_the_band_is_between():
    # 250 Hz is half way up the lower edge: sin(45 deg) = 0.7071 of 0.5/sqrt(2) = 0.3536 is 0.25
    assert rms(band_limit(sine(250))) == pytest.approx(0.25, abs=1e-3)


def test_resampling_keeps_a_tone_and_its_length():
    tone = resample(sine(1000, rate_hz=24000), from_hz=24000, to_hz=8000)
    assert len(tone) == 8000
    assert np.max(np.abs(tone - sine(1000))) < 1e-4


def test_resampling_drops_what_the_new_rate_cannot_hold():
    assert rms(resample(sine(5000, rate_hz=24000), from_hz=24000, to_hz=8000)) < 1e-5


def test_the_active_level_ignores_pauses():
    # half a second of a sine of amplitude 0.1: RMS 0.0707, -23.01 dB, whatever silence follows
    samples = np.concatenate(
        [sine(1000, duration_s=0.5, amplitude=0.1), np.zeros(20000, np.float32)]
    )
    assert active_level_db(samples, rate_hz=8000) == pytest.approx(-23.01, abs=0.05)


def test_a_level_is_set_exactly():
    samples = set_level(sine(1000), -30, rate_hz=8000)
    assert rms(samples) == pytest.approx(10 ** (-30 / 20), rel=1e-3)


def test_silence_stays_silence_at_any_level():
    assert not np.any(set_level(np.zeros(8000, np.float32), -20, rate_hz=8000))


def test_leakage_is_weaker_by_the_given_decibels_and_late():
    click = np.zeros(800, np.float32)
    click[100] = 1.0
    heard = leak(click, below_db=-20, delay_s=0.01)
    assert np.flatnonzero(heard).tolist() == [180]  # 100 + 0.01 s at 8 kHz
    assert heard[180] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("encode", "decode"), [(encode_alaw, decode_alaw), (encode_mulaw, decode_mulaw)]
)
def test_companding_keeps_the_noise_33_decibels_below_the_signal(encode, decode):
    # ITU-T G.712 asks 33 dB for sines from 0 to -30 dBm0
    for amplitude in (0.9, 0.3, 0.05):
        tone = sine(1020, amplitude=amplitude)
        error = decode(encode(tone)) - tone
        assert 20 * np.log10(rms(tone) / rms(error)) > 33


@pytest.mark.parametrize(
    ("encode", "decode"), [(encode_alaw, decode_alaw), (encode_mulaw, decode_mulaw)]
)
def test_every_companded_code_comes_back_as_itself(encode, decode):
    codes = bytes(range(256))
    again = encode(decode(codes))
    # of µ-law's two zeros (0xFF and 0x7F) one survives
    assert sum(a != b for a, b in zip(codes, again, strict=True)) <= (
        1 if encode is encode_mulaw else 0
    )


def test_known_values_of_g711():
    # ITU-T G.711 tables 1a and 2a: the smallest positive steps, and the top of the scale
    assert encode_alaw(np.array([0.0], np.float32)) == b"\xd5"
    assert encode_alaw(np.array([1.0], np.float32)) == b"\xaa"
    assert encode_mulaw(np.array([0.0], np.float32)) == b"\xff"
    assert encode_mulaw(np.array([1.0], np.float32)) == b"\x80"


def test_beyond_full_scale_is_clipped():
    loud = np.array([3.0, -3.0], np.float32)
    assert encode_alaw(loud) == encode_alaw(np.array([1.0, -1.0], np.float32))
    assert encode_mulaw(loud) == encode_mulaw(np.array([1.0, -1.0], np.float32))


def test_gsm_keeps_the_length_and_roughly_the_tone():
    pytest.importorskip(
        "soundfile", reason="the GSM encoder is in the dependency group 'synthesis'"
    )
    tone = sine(600)
    coded = gsm_round_trip(tone)
    assert len(coded) == len(tone)
    assert rms(coded) == pytest.approx(rms(tone), rel=0.2)
    assert rms(coded - tone) > 1e-3  # the codec is lossy: a copy would be none

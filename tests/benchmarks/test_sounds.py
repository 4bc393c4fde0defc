"""Tones, music and noise, measured."""

import numpy as np
import pytest

from benchmarks.synthesis import sounds


def loudest_hz(samples):
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.fft.rfftfreq(len(samples), 1 / 8000)[np.argmax(spectrum)])


def rms_db(samples):
    return 10 * np.log10(np.mean(np.square(samples.astype(np.float64))))


def test_ringback_is_450_hertz_one_second_in_five():
    wave = sounds.ringback(10)
    assert len(wave) == 80000
    assert loudest_hz(wave) == pytest.approx(450, abs=1)
    sounding = np.flatnonzero(np.abs(wave) > 0.001) / 8000
    assert sounding.min() < 0.01
    assert not np.any((sounding > 1.0) & (sounding < 5.0))
    assert np.any((sounding > 5.0) & (sounding < 6.0))


def test_a_key_is_its_row_and_its_column():
    # key 5: 770 and 1336 Hz
    wave = sounds.keys("5")[:960]
    spectrum = np.abs(np.fft.rfft(wave, 80000))
    frequency = np.fft.rfftfreq(80000, 1 / 8000)
    low = frequency < 1000
    assert frequency[low][np.argmax(spectrum[low])] == pytest.approx(770, abs=5)
    assert frequency[~low][np.argmax(spectrum[~low])] == pytest.approx(1336, abs=5)


def test_an_unknown_key_is_refused():
    with pytest.raises(ValueError, match="substring"):
        sounds.keys("x")


def test_no_keys_make_no_sound():
    assert len(sounds.keys("")) == 0


@pytest.mark.parametrize("pink", [False, True])
def test_noise_has_the_level_asked_for(pink):
    wave = sounds.noise(2, level_db=-40, rng=np.random.default_rng(1), pink=pink)
    assert rms_db(wave) == pytest.approx(-40, abs=0.01)


def test_pink_noise_is_lower_pitched_than_white():
    def share_below_1000_hz(pink):
        wave = sounds.noise(2, level_db=-20, rng=np.random.default_rng(2), pink=pink)
        power = np.abs(np.fft.rfft(wave)) ** 2
        return power[:2000].sum() / power.sum()

    assert share_below_1000_hz(False) == pytest.approx(0.25, abs=0.03)  # 1 of 4 kHz
    assert share_below_1000_hz(True) > 0.7


def test_hum_is_mains():
    wave = sounds.hum(2, level_db=-40)
    assert loudest_hz(wave) == pytest.approx(50, abs=0.5)
    assert rms_db(wave) == pytest.approx(-40, abs=0.01)


def test_hold_music_never_pauses():
    wave = sounds.hold_music(10)
    frames = wave[: 10 * 8000].reshape(-1, 4000)
    assert len(wave) == 80000
    assert np.min(10 * np.log10(np.mean(frames**2, axis=1))) > -40


def test_a_cafe_is_the_same_for_the_same_seed():
    clips = [sounds.tone([300 + 50 * n], 1.3, level_db=-20) for n in range(4)]
    one, two = (sounds.cafe(clips, 5, rng=np.random.default_rng(3)) for _ in range(2))
    other = sounds.cafe(clips, 5, rng=np.random.default_rng(4))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)

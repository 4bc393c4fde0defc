import numpy as np
import pytest

from models.segmentation import FRAME_S
from models.spans import (
    Interval,
    close_gaps,
    cut,
    frame_level_db,
    hysteresis,
    intervals_of,
    is_tone,
    level_db,
    longer_than,
)


def test_a_span_begins_over_the_onset_and_lasts_while_over_the_offset() -> None:
    probability = np.array([0.4, 0.4, 0.9, 0.4, 0.1, 0.4, 0.4], dtype=np.float32)
    active = hysteresis(probability, onset=0.5, offset=0.3)
    assert active.tolist() == [True, True, True, True, False, False, False]


def test_runs_of_frames_become_intervals_of_their_length() -> None:
    active = np.zeros(100, dtype=np.bool_)
    active[10:30] = active[50:51] = True
    first, second = intervals_of(active)
    assert first.duration_s == pytest.approx(20 * FRAME_S)
    assert second.duration_s == pytest.approx(FRAME_S)
    # a frame's field is 991 samples wide, its middle 30.97 ms after its first sample
    assert first.start == pytest.approx(10 * FRAME_S + 0.03097 - FRAME_S / 2, abs=1e-4)


def test_no_active_frame_gives_no_interval() -> None:
    assert intervals_of(np.zeros(5, dtype=np.bool_)) == ()


def test_short_pauses_are_closed_and_long_ones_stay() -> None:
    intervals = (Interval(0.0, 1.0), Interval(1.2, 2.0), Interval(3.0, 4.0))
    assert close_gaps(intervals, max_gap_s=0.5) == (Interval(0.0, 2.0), Interval(3.0, 4.0))


def test_splinters_are_dropped() -> None:
    intervals = (Interval(0.0, 0.1), Interval(1.0, 2.0))
    assert longer_than(intervals, min_s=0.5) == (Interval(1.0, 2.0),)


def test_levels_are_in_db_of_full_scale() -> None:
    # a sine of amplitude 0.1 has an RMS of 0.0707, which is -23.0 dB
    sine = (0.1 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)).astype(np.float32)
    assert level_db(sine) == pytest.approx(-23.0, abs=0.05)
    assert frame_level_db(sine)[20:40] == pytest.approx(np.full(20, -23.0), abs=0.3)
    assert level_db(np.zeros(100, np.float32)) == -100.0
    assert level_db(np.zeros(0, np.float32)) == -100.0


def test_a_cut_takes_margins_only_where_the_recording_has_them() -> None:
    channel = np.arange(16_000, dtype=np.float32)
    assert len(cut(channel, Interval(0.5, 0.75))) == 4_000
    assert len(cut(channel, Interval(0.0, 0.5), margin_s=0.25)) == 12_000
    assert cut(channel, Interval(0.5, 0.75), margin_s=0.25)[0] == 4_000


def test_a_dial_tone_and_two_keys_are_tones() -> None:
    time_s = np.arange(16_000) / 16_000
    dial = np.sin(2 * np.pi * 450 * time_s)
    key = np.sin(2 * np.pi * 697 * time_s) + np.sin(2 * np.pi * 1209 * time_s)
    assert is_tone(dial.astype(np.float32))
    assert is_tone(key.astype(np.float32))


def test_a_voice_noise_and_silence_are_no_tones() -> None:
    time_s = np.arange(16_000) / 16_000
    # a pitch that falls from 220 to 180 Hz, with eight harmonics
    phase = 2 * np.pi * (220 * time_s - 20 * time_s**2)
    voice = sum(np.sin(k * phase) / k for k in range(1, 9)).astype(np.float32)
    noise = np.random.default_rng(4).normal(size=16_000).astype(np.float32)
    assert not is_tone(voice)
    assert not is_tone(noise)
    assert not is_tone(np.zeros(16_000, np.float32))


def test_a_voice_on_a_humming_line_is_no_tone() -> None:
    time = np.arange(32_000) / 16_000
    hum = 0.5 * np.sin(2 * np.pi * 50 * time) + 0.2  # nearly all of the power, and an offset
    # a voice: twelve harmonics of a fundamental that glides
    glide = 2 * np.pi * np.cumsum(140 + 30 * np.sin(2 * np.pi * 1.5 * time)) / 16_000
    voice = sum(0.05 / k * np.sin(k * glide) for k in range(1, 13))
    assert not is_tone((hum + voice).astype(np.float32))

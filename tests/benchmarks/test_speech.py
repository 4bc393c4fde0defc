"""What is done to speech after the network, without the network."""

import numpy as np

from benchmarks.synthesis.speech import trim


def test_silence_at_both_ends_is_cut_to_ten_milliseconds():
    tone = np.sin(np.arange(24000) * 0.1).astype(np.float32)
    quiet = np.full(12000, 1e-4, np.float32)
    trimmed = trim(np.concatenate([quiet, tone, quiet]))
    assert abs(len(trimmed) - 24000) <= 480


def test_a_pause_inside_stays():
    tone = np.sin(np.arange(2400) * 0.1).astype(np.float32)
    assert len(trim(np.concatenate([tone, np.zeros(4800, np.float32), tone]))) == 9600


def test_less_than_a_frame_is_left_alone():
    assert len(trim(np.zeros(100, np.float32))) == 100

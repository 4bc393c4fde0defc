import numpy as np

from models.sections import sections
from pipeline.engines import ENGINE_RATE_HZ, Waveform

MINUTE = 60 * ENGINE_RATE_HZ


def noise(minutes: float, *, seed: int = 1) -> Waveform:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 0.1, (2, round(minutes * MINUTE))).astype(np.float32)


def test_an_ordinary_call_is_one_section() -> None:
    waveform = noise(5)
    (only,) = sections(waveform)
    assert only.start_s == 0.0
    assert only.waveform.shape == waveform.shape


def test_a_long_call_is_cut_where_both_parties_are_silent() -> None:
    waveform = noise(8)
    # one party is silent at 2:50, both at 3:20 for four seconds
    waveform[0, 170 * ENGINE_RATE_HZ : 176 * ENGINE_RATE_HZ] = 0
    waveform[:, 200 * ENGINE_RATE_HZ : 204 * ENGINE_RATE_HZ] = 0
    first, second = sections(waveform)
    assert 200.0 < first.end_s < 204.0
    assert second.start_s == first.end_s
    assert second.end_s == 480.0


def test_no_sample_is_left_out_or_heard_twice() -> None:
    waveform = noise(17)
    found = sections(waveform)
    assert len(found) >= 4
    assert np.array_equal(np.concatenate([s.waveform for s in found], axis=1), waveform)
    assert all(150.0 <= s.end_s - s.start_s <= 300.0 for s in found[:-1])


def test_a_section_by_itself_is_one_section() -> None:
    for section in sections(noise(11)):
        assert len(sections(section.waveform)) == 1


def test_an_empty_recording_is_one_empty_section() -> None:
    (only,) = sections(np.zeros((2, 0), dtype=np.float32))
    assert only.waveform.shape == (2, 0)

import numpy as np
import pytest

from models.packing import Piece, Window, cut_pieces, divide, pack, whole_piece
from models.spans import Interval
from pipeline.call import SpeakerSpan

RATE = 16_000


def piece(start: float, end: float) -> Piece:
    audio = np.full(round((end - start) * RATE), 0.5, dtype=np.float32)
    return Piece("channel-0", Interval(start, end), audio, start)


def test_what_fits_into_one_window_is_read_together() -> None:
    pieces = [piece(0, 2), piece(3, 5), piece(8, 12)]
    (window,) = pack(pieces, max_window_s=9.0, gap_s=0.5)
    # 2 + 0.5 + 2 + 0.5 + 4 = 9.0
    assert window.offsets == (0.0, 2.5, 5.0)
    assert window.duration_s == pytest.approx(9.0)
    assert window.speech_s == pytest.approx(8.0)


def test_windows_are_as_few_as_can_be_and_about_equally_long() -> None:
    pieces = [piece(0, 2), piece(3, 5), piece(8, 12), piece(20, 22)]
    windows = pack(pieces, max_window_s=9.0, gap_s=0.5)
    # full windows would last 9.0 and 2.0 seconds; these last 4.5 and 6.5
    assert [len(w.pieces) for w in windows] == [2, 2]
    assert [w.duration_s for w in windows] == [4.5, 6.5]


def test_a_piece_longer_than_the_window_stands_alone() -> None:
    windows = pack([piece(0, 20), piece(21, 22)], max_window_s=12.0, gap_s=0.5)
    assert [w.duration_s for w in windows] == [20.0, 1.0]


def test_between_the_pieces_of_a_window_is_silence() -> None:
    window = pack([piece(0, 1), piece(5, 6)], max_window_s=12.0, gap_s=0.5)[0]
    audio = window.audio()
    assert np.all(audio[: 1 * RATE] == 0.5)
    assert np.all(audio[1 * RATE : round(1.5 * RATE)] == 0.0)
    assert np.all(audio[round(1.5 * RATE) : round(2.5 * RATE)] == 0.5)


def test_a_moment_in_a_gap_belongs_to_the_nearer_piece() -> None:
    window = Window((piece(0, 1), piece(5, 6)), (0.0, 2.0))
    assert [window.piece_at(t) for t in (0.5, 1.2, 1.9, 2.5, 9.0)] == [0, 0, 1, 1, 1]


def test_margins_do_not_reach_into_the_neighbour() -> None:
    channel = np.random.default_rng(1).normal(size=10 * RATE).astype(np.float32)
    spans = [SpeakerSpan(1.0, 2.0, "channel-0"), SpeakerSpan(2.2, 3.0, "channel-0")]
    first, second = cut_pieces(channel, spans, margin_s=0.2, max_piece_s=14.0)
    # the pause of 0.2 s is shared, the free sides get 0.2 s each
    assert first.audio_s == pytest.approx(0.2 + 1.0 + 0.1, abs=1e-3)
    assert second.audio_start == pytest.approx(2.1)


def test_a_long_span_is_divided_at_its_quietest_moment() -> None:
    channel = np.full(20 * RATE, 0.5, dtype=np.float32)
    channel[9 * RATE : round(9.4 * RATE)] = 0.0
    parts = divide(channel, Interval(0.0, 20.0), max_s=14.0)
    assert len(parts) == 2
    assert 9.0 < parts[0].end < 9.4
    assert parts[0].end == parts[1].start
    assert parts[1].end == 20.0


def test_quiet_and_loud_pieces_are_read_at_the_same_level() -> None:
    noise = np.random.default_rng(2).normal(scale=0.2, size=4 * RATE).astype(np.float32)
    noise[2 * RATE :] *= 0.05
    spans = [SpeakerSpan(0.0, 1.5, "channel-0"), SpeakerSpan(2.2, 3.9, "channel-0")]
    loud, quiet = cut_pieces(noise, spans, margin_s=0.0, max_piece_s=14.0)
    assert np.std(quiet.audio()) == pytest.approx(np.std(loud.audio()), rel=0.05)


def spans(*intervals: tuple[float, float, str]) -> list[SpeakerSpan]:
    return [SpeakerSpan(start, end, speaker) for start, end, speaker in intervals]


def test_a_short_recording_of_one_voice_is_one_piece() -> None:
    recording = np.full((1, 6 * RATE), 0.25, dtype=np.float32)
    spoken = spans((0.5, 2.0, "voice-0"), (3.0, 5.0, "voice-0"))
    whole = whole_piece(recording, spoken, at_most_s=10.0)
    assert whole is not None
    assert (whole.span, whole.audio_start) == (Interval(0.5, 5.0), 0.0)
    assert len(whole.samples) == 6 * RATE


@pytest.mark.parametrize(
    ("channels", "seconds", "spoken"),
    [
        (1, 6, ()),
        (1, 6, ((0.5, 2.0, "voice-0"), (3.0, 5.0, "voice-1"))),
        (1, 11, ((0.5, 2.0, "voice-0"),)),
        (2, 6, ((0.5, 2.0, "channel-1"),)),
    ],
    ids=["nobody", "two voices", "long", "stereo"],
)
def test_any_other_recording_is_read_in_its_pieces(
    channels: int, seconds: int, spoken: tuple[tuple[float, float, str], ...]
) -> None:
    recording = np.full((channels, seconds * RATE), 0.25, dtype=np.float32)
    assert whole_piece(recording, spans(*spoken), at_most_s=10.0) is None

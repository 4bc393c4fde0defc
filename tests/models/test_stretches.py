import numpy as np
import pytest

from models.segmentation import FRAME_S, FRAMES_PER_WINDOW, WindowActivity
from models.spans import Interval
from models.stretches import hand_overs, join_turns, links, overlap_border


def window(*parts: tuple[int, int]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """One window of (frames, class) in a row; the rest is silence."""
    probability = np.zeros((1, FRAMES_PER_WINDOW, 7), dtype=np.float32)
    probability[..., 0] = 1.0
    at = 0
    for frames, heard in parts:
        probability[0, at : at + frames, 0] = 0.0
        probability[0, at : at + frames, heard] = 1.0
        at += frames
    return probability


def one_window(*parts: tuple[int, int]) -> WindowActivity:
    return WindowActivity(np.zeros(1, dtype=np.int64), window(*parts), FRAMES_PER_WINDOW)


def test_a_pause_within_a_turn_is_bridged() -> None:
    joined = join_turns([Interval(1, 2), Interval(2.5, 4)], [], max_gap_s=0.7, margin_s=0.0)
    assert joined == [Interval(1, 4)]


def test_a_long_pause_ends_a_turn() -> None:
    own = [Interval(1, 2), Interval(3, 4)]
    assert join_turns(own, [], max_gap_s=0.7, margin_s=0.0) == own


def test_a_pause_in_which_the_other_speaks_is_not_bridged() -> None:
    own = [Interval(1, 2), Interval(2.5, 4)]
    assert join_turns(own, [Interval(2.1, 2.4)], max_gap_s=0.7, margin_s=0.0) == own


def test_turns_do_not_grow_over_half_of_the_pause_between_the_voices() -> None:
    (turn,) = join_turns([Interval(1, 2)], [Interval(2.25, 4)], max_gap_s=0.7, margin_s=0.5)
    assert turn == Interval(0.5, 2.125)


def test_a_hand_over_lies_where_the_window_changes_its_speaker() -> None:
    (frame,) = hand_overs(one_window((200, 1), (200, 2)))
    assert abs(frame - 200) <= 8


def test_no_hand_over_where_one_voice_pauses() -> None:
    assert hand_overs(one_window((200, 1), (30, 0), (200, 1))) == []


def test_links_tell_one_local_speaker_from_two() -> None:
    activity = one_window((100, 1), (100, 2), (100, 1))
    found = [Interval(i * 100 * FRAME_S, (i + 1) * 100 * FRAME_S - FRAME_S) for i in range(3)]
    told = links(activity, found)
    assert told[0, 2] > 0.9
    assert told[0, 1] < -0.9


def test_no_link_between_stretches_that_no_window_heard_together() -> None:
    activity = WindowActivity(
        np.array([0, 2 * FRAMES_PER_WINDOW]),
        np.concatenate([window((100, 1)), window((100, 1))]),
        3 * FRAMES_PER_WINDOW,
    )
    later = 2 * FRAMES_PER_WINDOW * FRAME_S
    told = links(activity, [Interval(0.1, 1.5), Interval(later + 0.1, later + 1.5)])
    assert told[0, 1] == 0


def test_in_a_usual_call_the_border_of_overlaps_stays() -> None:
    # 30 of 200 frames of speech hold two voices: a share of 0.15
    activity = one_window((170, 1), (30, 4))
    assert overlap_border(activity, least=0.6, usual_share=0.15) == pytest.approx(0.6)


def test_where_many_speak_at_once_less_certainty_is_needed() -> None:
    # half of the speech: odds 0.6/0.4 times 0.15/0.85 over 1 = 0.2647, a probability of 0.2093
    activity = one_window((100, 1), (100, 4))
    assert overlap_border(activity, least=0.6, usual_share=0.15) == pytest.approx(0.2093, abs=1e-4)


def test_where_nobody_speaks_at_once_more_certainty_is_needed() -> None:
    # the share is taken for 0.02 at least: odds 1.5 * 0.17647 / 0.020408 = 12.97
    activity = one_window((200, 1))
    assert overlap_border(activity, least=0.6, usual_share=0.15) == pytest.approx(0.9284, abs=1e-4)

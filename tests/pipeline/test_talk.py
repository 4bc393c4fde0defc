import pytest

from pipeline.call import Role, SpeakerSpan, Transcript, Turn
from pipeline.talk import interruptions, intersect, measure_talk, merge


def call(*spans: tuple[str, float, float], duration: float = 20.0) -> Transcript:
    turns = (
        Turn(0, "left", Role.AGENT, 0.99, 0.0, 1.0, "您好，这里是桔子树"),
        Turn(1, "right", Role.CUSTOMER, 0.99, 1.0, 2.0, "你好"),
    )
    return Transcript("zh", turns, tuple(SpeakerSpan(a, b, s) for s, a, b in spans), duration)


def test_talk_and_silence_are_summed_per_role() -> None:
    metrics = measure_talk(call(("left", 1, 4), ("right", 6, 8), ("left", 11, 12)))
    assert metrics.agent_talk_s == 4.0
    assert metrics.customer_talk_s == 2.0
    assert metrics.silence_s == 14.0  # 20 - 6
    assert metrics.longest_silence_s == 3.0  # from 8 to 11; the ends do not count
    assert metrics.overlap_s == 0.0
    assert metrics.agent_chars_per_min == pytest.approx(8 / 4 * 60)


def test_overlap_is_counted_once() -> None:
    metrics = measure_talk(call(("left", 0, 4), ("right", 2, 6), ("right", 3, 5)))
    assert metrics.overlap_s == 2.0
    assert metrics.silence_s == 14.0


def test_speaking_into_the_others_words_is_an_interruption() -> None:
    assert interruptions(call(("right", 2, 8), ("left", 5, 9))) == ((5, 8),)


def test_a_word_of_listening_is_no_interruption() -> None:
    assert interruptions(call(("right", 2, 8), ("left", 5, 5.5))) == ()


def test_beginning_as_the_other_ends_is_no_interruption() -> None:
    assert interruptions(call(("right", 2, 5.4), ("left", 5, 9))) == ()


def test_a_silent_recording_has_no_rate() -> None:
    metrics = measure_talk(Transcript("zh", (), (), 10.0))
    assert metrics.silence_s == 10.0
    assert metrics.longest_silence_s == 0.0
    assert metrics.agent_chars_per_min is None


def test_turns_stand_in_where_there_are_no_spans() -> None:
    assert measure_talk(call()).agent_talk_s == 1.0


def test_intervals_merge_and_intersect() -> None:
    assert merge([(3, 4), (1, 2), (2, 3), (5, 5)]) == ((1, 4),)
    assert intersect([(0, 4), (6, 9)], [(3, 7)]) == ((3, 4), (6, 7))

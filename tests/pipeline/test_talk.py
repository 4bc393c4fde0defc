import pytest

from pipeline.call import Role, SpeakerSpan, Transcript, Turn
from pipeline.talk import Silence, interruptions, intersect, measure_talk, merge, silences


def call(*spans: tuple[str, float, float], duration: float = 20.0) -> Transcript:
    turns = (
        Turn(0, "left", Role.AGENT, 0.99, 0.0, 1.0, "您好，这里是桔子树"),
        Turn(1, "right", Role.CUSTOMER, 0.99, 1.0, 2.0, "你好"),
    )
    return Transcript("zh", turns, tuple(SpeakerSpan(a, b, s) for s, a, b in spans), duration)


def spoken(*parts: tuple[Role, float, float], voices: tuple[SpeakerSpan, ...] = ()) -> Transcript:
    """Turns of (role, start, end) with words and spans, and voices in which nothing was read."""
    turns = tuple(
        Turn(number, role.value, role, 0.99, start, end, "您好")
        for number, (role, start, end) in enumerate(parts)
    )
    own = tuple(SpeakerSpan(turn.start, turn.end, turn.speaker) for turn in turns)
    spans = tuple(sorted((*own, *voices), key=lambda span: span.start))
    return Transcript("zh", turns, spans, 40.0)


def test_talk_and_silence_are_summed_per_role() -> None:
    metrics = measure_talk(call(("left", 1, 4), ("right", 6, 8), ("left", 11, 12)))
    assert metrics.agent_talk_s == 4.0
    assert metrics.customer_talk_s == 2.0
    assert metrics.silence_s == 14.0  # 20 - 6
    assert metrics.overlap_s == 0.0
    assert metrics.agent_chars_per_min == pytest.approx(8 / 4 * 60)


def test_the_longest_silence_lies_between_words_and_says_where() -> None:
    metrics = measure_talk(
        spoken((Role.AGENT, 5, 8), (Role.CUSTOMER, 11, 12), (Role.AGENT, 20, 21))
    )
    assert (metrics.longest_silence_s, metrics.longest_silence_start_s) == (8.0, 12.0)
    only = measure_talk(spoken((Role.AGENT, 5, 8)))  # before and after is no part of the call
    assert (only.longest_silence_s, only.longest_silence_start_s) == (0.0, None)


def test_a_voice_without_words_ends_a_silence_from_a_second_on() -> None:
    said = ((Role.AGENT, 0.0, 2.0), (Role.CUSTOMER, 22.0, 24.0))
    cough = spoken(*said, voices=(SpeakerSpan(10.0, 10.5, "customer"),))
    assert measure_talk(cough).longest_silence_s == 20.0
    unread = spoken(*said, voices=(SpeakerSpan(9.0, 12.0, "customer"),))
    assert measure_talk(unread).longest_silence_s == 10.0  # 12 to 22
    first, second = silences(unread, unread=True)
    assert first == Silence(2.0, 9.0, Role.AGENT, Role.CUSTOMER)
    assert second == Silence(12.0, 22.0, Role.CUSTOMER, Role.CUSTOMER)
    assert silences(unread) == (Silence(2.0, 22.0, Role.AGENT, Role.CUSTOMER),)  # of a hold


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

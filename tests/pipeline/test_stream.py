import numpy as np
from phrasebook_examples import dialogue

from pipeline.call import Role, Transcript, Turn, Word
from pipeline.stream import build_stream, character_times


def turn(number: int, role: Role, text: str, start: float, end: float, **more: object) -> Turn:
    return Turn(number, role.value, role, float(more.get("p", 0.99)), start, end, text)  # type: ignore[arg-type]


def test_a_words_time_is_spread_over_its_characters() -> None:
    words = (Word("老师", 1.0, 2.0, 0.8), Word("好", 3.0, 4.0, 0.5))
    spoken = Turn(0, "a", Role.AGENT, 0.99, 1.0, 4.0, "老师，好", words)
    starts, ends, sure = character_times(spoken)
    assert starts[:2] == [1.0, 1.5]
    assert (starts[3], ends[3], sure[3]) == (3.0, 4.0, 0.5)


def test_a_turn_without_words_spreads_its_own_time() -> None:
    starts, ends, sure = character_times(Turn(0, "a", Role.AGENT, 0.99, 2.0, 4.0, "您好"))
    assert (starts, ends, sure) == ([2.0, 3.0], [3.0, 4.0], [1.0, 1.0])


def test_only_the_roles_own_words_are_in_its_stream() -> None:
    stream = build_stream(dialogue("agent: 您好\ncustomer: 我约课\nagent: 好的"), Role.AGENT)
    assert "".join(stream.texts) == "您好好的"
    assert stream.exchange.tolist() == [0, 0, 1, 1]


def test_listening_words_of_the_other_party_do_not_take_the_word() -> None:
    stream = build_stream(dialogue("agent: 请您稍等\ncustomer: 嗯\nagent: 一会儿"), Role.AGENT)
    assert set(stream.exchange.tolist()) == {0}


def test_turns_of_doubtful_role_belong_to_both_streams_with_their_doubt() -> None:
    turns = (
        turn(0, Role.UNKNOWN, "喂", 0.0, 1.0),
        turn(1, Role.CUSTOMER, "你好", 1.5, 2.5, p=0.6),
        turn(2, Role.CUSTOMER, "我约课", 3.0, 4.0),
    )
    stream = build_stream(Transcript("zh", turns, (), 5.0), Role.AGENT)
    assert "".join(stream.texts) == "喂你好"
    np.testing.assert_allclose(stream.role_probability, [0.5, 0.4, 0.4])


def test_a_pause_inside_a_turn_ends_a_clause() -> None:
    words = (Word("不", 0.0, 0.2, 0.9), Word("行", 0.2, 0.4, 0.9), Word("吧", 1.0, 1.2, 0.9))
    spoken = Turn(0, "a", Role.AGENT, 0.99, 0.0, 1.2, "不行吧", words)
    stream = build_stream(Transcript("zh", (spoken,), (), 2.0), Role.AGENT)
    assert stream.clause_end.tolist() == [False, True, True]
    assert stream.clause_start.tolist() == [True, False, True]


def test_a_quote_is_cut_from_the_written_text_with_its_punctuation() -> None:
    stream = build_stream(dialogue("agent: 好的，请您稍等。\nagent: 马上就好。"), Role.AGENT)
    assert stream.quote(2, 5) == "请您稍等"
    assert stream.quote(0, 3) == "好的，请您"
    assert stream.quote(4, 7) == "稍等 马上"


def test_a_role_that_says_nothing_has_an_empty_stream() -> None:
    stream = build_stream(dialogue("customer: 您好"), Role.AGENT)
    assert stream.texts == ()
    assert stream.exchanges == 0

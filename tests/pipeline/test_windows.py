from phrasebook_examples import dialogue

from pipeline.call import Role
from pipeline.rules import Window
from pipeline.stream import build_stream
from pipeline.windows import call_bounds, window_mask

CALL = "\n".join(f"customer: 我要约课\nagent: {words}" for words in ("甲乙", "丙丁", "戊己"))


def inside(window: Window) -> str:
    stream = build_stream(dialogue(CALL), Role.AGENT)
    mask = window_mask(stream, window)
    return "".join(t for t, m in zip(stream.texts, mask.tolist(), strict=True) if m)


def test_without_conditions_the_whole_call_is_searched() -> None:
    assert inside(Window()) == "甲乙丙丁戊己"


def test_turns_are_counted_from_both_ends() -> None:
    assert inside(Window(first_turns=1)) == "甲乙"
    assert inside(Window(last_turns=2)) == "丙丁戊己"


def test_seconds_are_counted_from_the_roles_first_word() -> None:
    assert inside(Window(first_s=0.3)) == "甲乙"
    assert inside(Window(last_s=0.2)) == "己"


def test_a_share_of_the_call_is_between_first_and_last_word() -> None:
    # words from 1.0 s to about 6.0 s, whoever speaks; the last fifth begins near 5.0 s
    assert inside(Window(last_share=0.2)) == "戊己"


def test_after_the_customers_first_words() -> None:
    late = "agent: 甲\ncustomer: 我要约课\nagent: 乙"
    stream = build_stream(dialogue(late), Role.AGENT)
    assert window_mask(stream, Window(after_customer=True)).tolist() == [False, True]


def test_the_beginning_can_be_skipped() -> None:
    assert inside(Window(skip_turns=1)) == "丙丁戊己"
    assert inside(Window(skip_turns=1, first_turns=2)) == "丙丁"
    # the agent begins at 2.29, 4.02 and 5.76 s: 0.89 s customer, 0.4 s pause, 0.44 s agent
    assert inside(Window(skip_s=1.0)) == "丙丁戊己"


def test_the_first_share_is_counted_from_the_first_word_of_the_call() -> None:
    # from 1.0 s to 6.2 s: half of it ends at 3.6 s
    assert inside(Window(first_share=0.5)) == "甲乙"


def test_conditions_narrow_together() -> None:
    assert inside(Window(first_turns=2, last_turns=2)) == "丙丁"


def test_the_call_lasts_from_first_to_last_word() -> None:
    begin, end = call_bounds(dialogue("agent: 您好您好您好您好您"))
    assert (begin, end) == (1.0, 3.0)  # nine characters at 4.5 a second, from 1 s

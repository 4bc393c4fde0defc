from __future__ import annotations

from flows.marked_words import Passage, mark_words
from pipeline.call import Role, Turn, Word
from pipeline.finding import Outcome


def _turn(*words: Word, text: str | None = None) -> Turn:
    said = text or "".join(word.text for word in words)
    return Turn(0, "channel-0", Role.AGENT, 0.99, 0.0, 9.0, said, words)


def _words(text: str, *, probability: float = 0.9) -> tuple[Word, ...]:
    """One character a second from 0."""
    return tuple(Word(c, float(n), n + 1.0, probability) for n, c in enumerate(text))


def _passage(start: float, end: float, outcome: Outcome = Outcome.VIOLATED) -> Passage:
    return Passage("channel-0", start, end, outcome)


def test_what_violates_stands_between_marks() -> None:
    marked = mark_words(_turn(*_words("我不知道啊")), [_passage(1.0, 4.0)])
    assert marked.plain == "我[!不知道!]啊"
    assert any("red" in str(span.style) and "underline" in str(span.style) for span in marked.spans)


def test_what_meets_a_rule_has_its_own_marks() -> None:
    marked = mark_words(_turn(*_words("您好")), [_passage(0.0, 2.0, Outcome.MET)])
    assert marked.plain == "[+您好+]"
    assert any("green" in str(span.style) for span in marked.spans)


def test_a_word_belongs_to_a_passage_if_its_middle_lies_in_it() -> None:
    assert mark_words(_turn(*_words("甲乙丙")), [_passage(0.6, 1.6)]).plain == "甲[!乙!]丙"


def test_two_passages_that_touch_are_one_stretch_and_a_violation_wins() -> None:
    passages = [_passage(0.0, 2.0), _passage(1.0, 3.0, Outcome.MET)]
    assert mark_words(_turn(*_words("甲乙丙丁")), passages).plain == "[!甲乙!][+丙+]丁"


def test_the_other_party_s_words_at_the_same_time_stay_unmarked() -> None:
    other = Passage("channel-1", 0.0, 9.0, Outcome.VIOLATED)
    assert mark_words(_turn(*_words("您好")), [other]).plain == "您好"


def test_an_uncertain_word_bears_a_question_mark_before_its_punctuation() -> None:
    words = (Word("好，", 0.0, 1.0, 0.2), Word("行", 1.0, 2.0, 0.9))
    marked = mark_words(_turn(*words), [])
    assert marked.plain == "好?，行"
    assert any("dim" in str(span.style) for span in marked.spans)


def test_spaces_between_words_come_from_the_turn_s_text() -> None:
    words = (Word(" Buenas", 0.0, 1.0, 0.9), Word(" tardes", 1.0, 2.0, 0.9))
    marked = mark_words(_turn(*words, text="¡Buenas tardes!"), [_passage(1.0, 2.0)])
    assert marked.plain == "¡Buenas [!tardes!]!"


def test_a_turn_without_timed_words_is_shown_as_it_is() -> None:
    assert mark_words(_turn(text="您好"), [_passage(0.0, 9.0)]).plain == "您好"

from __future__ import annotations

from pipeline.call import Role, Transcript, Turn, Word
from pipeline.correction import Correction, correct, places_of_words


def transcript(text: str, words: str, *, language: str = "zh") -> Transcript:
    """One turn from 0 s on; each word lasts a second."""
    parts = words.split()
    timed = tuple(Word(part, float(i), i + 1.0, 0.4) for i, part in enumerate(parts))
    turn = Turn(3, "channel-0", Role.AGENT, 0.9, 0.0, float(len(parts)), text, timed)
    return Transcript(language, (turn,), (), float(len(parts)))  # type: ignore[arg-type]


def test_the_corrected_words_stand_in_the_text_and_share_the_time() -> None:
    before = transcript("我不，知道。", "我 不 知 道")
    (turn,) = correct(before, [Correction(3, 1.0, 3.0, "也知")]).turns
    assert turn.text == "我也知道。"  # the comma stood inside the passage
    assert [(w.text, w.start, w.end, w.probability) for w in turn.words] == [
        ("我", 0.0, 1.0, 0.4), ("也", 1.0, 2.0, 1.0), ("知", 2.0, 3.0, 1.0), ("道", 3.0, 4.0, 0.4),
    ]  # fmt: skip


def test_a_later_correction_replaces_an_earlier_one() -> None:
    before = transcript("句子", "句 子")
    twice = [Correction(3, 0.0, 2.0, "桔子树"), Correction(3, 0.0, 2.0, "橘子")]
    assert correct(before, twice).turns[0].text == "橘子"


def test_nothing_was_said() -> None:
    (turn,) = correct(transcript("嗯好", "嗯 好"), [Correction(3, 0.0, 1.0, "")]).turns
    assert (turn.text, [word.text for word in turn.words]) == ("好", ["好"])


def test_another_turn_or_a_passage_without_words_stays() -> None:
    before = transcript("好", "好")
    assert correct(before, [Correction(4, 0.0, 1.0, "坏"), Correction(3, 7.0, 8.0, "坏")]) == before


def test_spanish_words_are_separated_by_spaces() -> None:
    before = transcript("no es mía", "no es mía", language="es")
    (turn,) = correct(before, [Correction(3, 1.0, 2.0, "va a ser")]).turns
    assert turn.text == "no va a ser mía"
    assert [word.text for word in turn.words] == ["no", "va", "a", "ser", "mía"]
    assert turn.words[2].start == 1.0 + 1 / 3


def test_each_word_has_its_place_in_the_text() -> None:
    turn = transcript("好，好 x", "好 好 ? x").turns[0]
    assert places_of_words(turn) == ((0, 1), (2, 3), (3, 3), (4, 5))

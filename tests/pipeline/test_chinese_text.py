from pipeline.call import Segment, Word
from pipeline.chinese_text import in_simplified


def written(*texts: str) -> tuple[str, list[str]]:
    words = tuple(Word(t, float(i), i + 1.0, 0.9) for i, t in enumerate(texts))
    segment = in_simplified(Segment(0, len(texts), "a", "".join(texts), words))
    return segment.text, [w.text for w in segment.words]


def test_traditional_characters_become_simplified() -> None:
    assert written("請", "您", "稍", "等")[0] == "请您稍等"


def test_a_pause_becomes_a_comma_after_the_word_before_it() -> None:
    assert written("你", "好", " 我", "想") == ("你好，我想", ["你", "好，", "我", "想"])


def test_punctuation_is_chinese_and_not_doubled() -> None:
    assert written("是", "谁?", " 你", "好!") == ("是谁？你好！", ["是", "谁？", "你", "好！"])


def test_latin_words_keep_their_space() -> None:
    assert written("用", " A", " B")[0] == "用 A B"

from itertools import pairwise

import numpy as np
import pytest

from models.packing import Piece, Window
from models.spans import Interval
from models.whisper_engine import TimedToken
from models.word_times import words_of_pieces

RATE = 16_000


def window() -> Window:
    """Two pieces of two seconds, at 10 s and at 20 s of the call, with margins of 0.2 s."""
    pieces = tuple(
        Piece(
            "channel-0", Interval(at, at + 2.0), np.zeros(round(2.4 * RATE), np.float32), at - 0.2
        )
        for at in (10.0, 20.0)
    )
    return Window(pieces, (0.0, 2.9))


def test_a_word_stretched_over_the_pause_belongs_where_it_ends() -> None:
    # 谢谢 is said at the start of the second piece, whose speech begins at 2.9 + 0.2 = 3.1 s
    tokens = [TimedToken("时间", 1.6, 2.1, 0.9), TimedToken("谢谢", 2.1, 3.5, 0.8)]
    first, second = words_of_pieces(window(), tokens, language="zh")
    assert "".join(w.text for w in first) == "时间"
    assert "".join(w.text for w in second) == "谢谢"
    assert second[0].start == pytest.approx(20.0)
    assert second[-1].end == pytest.approx(20.4)


def test_a_token_of_several_characters_is_divided_evenly() -> None:
    tokens = [TimedToken("我不知道", 0.2, 1.0, 0.7)]
    first, _ = words_of_pieces(window(), tokens, language="zh")
    assert [w.text for w in first] == list("我不知道")
    assert [w.start for w in first] == pytest.approx([10.0, 10.2, 10.4, 10.6])
    assert {w.probability for w in first} == {0.7}


def test_punctuation_stays_with_its_word_and_its_time_is_ignored() -> None:
    tokens = [TimedToken("谁", 0.4, 0.6, 0.9), TimedToken("?", 0.6, 3.0, 0.9)]
    first, second = words_of_pieces(window(), tokens, language="zh")
    assert [(w.text, w.end) for w in first] == [("谁?", 10.4)]
    assert second == ()


def test_words_stay_within_the_speech_of_their_piece() -> None:
    tokens = [TimedToken(" hola", 0.0, 0.4, 0.9), TimedToken(" adiós", 2.0, 2.38, 0.9)]
    first, _ = words_of_pieces(window(), tokens, language="es")
    assert first[0].start == 10.0
    assert first[1].end == 12.0
    assert all(a.end <= b.start for a, b in pairwise(first))


def test_latin_letters_in_chinese_stay_together() -> None:
    tokens = [TimedToken("APP上", 0.2, 1.0, 0.9)]
    first, _ = words_of_pieces(window(), tokens, language="zh")
    assert [w.text for w in first] == ["APP", "上"]

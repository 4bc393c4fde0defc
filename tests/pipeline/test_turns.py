import pytest

from pipeline.call import Segment, SpeakerSpan, Word
from pipeline.errors import TranscriptError
from pipeline.turns import build_turns


def segment(speaker: str, start: float, end: float, text: str) -> Segment:
    step = (end - start) / len(text)
    words = tuple(
        Word(c, start + i * step, start + (i + 1) * step, 0.9) for i, c in enumerate(text)
    )
    return Segment(start, end, speaker, text, words)


def test_neighbouring_segments_of_one_speaker_are_one_turn() -> None:
    turns = build_turns([segment("a", 0, 1, "您好"), segment("a", 1.5, 3, "请说")], ())
    assert [(t.speaker, t.start, t.end, t.text) for t in turns] == [("a", 0, 3, "您好请说")]
    assert len(turns[0].words) == 4


def test_a_long_pause_begins_a_new_turn() -> None:
    turns = build_turns([segment("a", 0, 1, "稍等"), segment("a", 12, 13, "久等")], ())
    assert [t.text for t in turns] == ["稍等", "久等"]


def test_the_other_partys_words_end_a_turn() -> None:
    segments = [
        segment("a", 0, 1, "您好"),
        segment("b", 1.1, 1.3, "喂"),
        segment("a", 1.4, 2, "请说"),
    ]
    assert [t.text for t in build_turns(segments, ())] == ["您好", "喂", "请说"]


def test_a_turn_has_the_level_of_its_spans_weighted_by_their_length() -> None:
    spans = [
        SpeakerSpan(0, 3, "a", -20.0),
        SpeakerSpan(3, 4, "a", -28.0),
        SpeakerSpan(0, 4, "b", -60.0),
    ]
    # (3 s at -20 dB and 1 s at -28 dB) = -22 dB
    assert build_turns([segment("a", 0, 4, "您好")], spans)[0].level_db == -22.0


def test_words_with_spaces_keep_one_between_segments() -> None:
    segments = [segment("a", 0, 1, "hola"), segment("a", 1.2, 2, "buenas")]
    assert build_turns(segments, ())[0].text == "hola buenas"


def test_nothing_said_makes_no_turn() -> None:
    assert build_turns((), [SpeakerSpan(0, 1, "a", -20.0)]) == ()


def test_a_word_that_ends_before_it_starts_is_refused() -> None:
    bad = Segment(0, 1, "a", "您", (Word("您", 0.8, 0.2, 0.9),))
    with pytest.raises(TranscriptError, match=r"0\.8"):
        build_turns([bad], ())

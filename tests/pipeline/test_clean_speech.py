from __future__ import annotations

from pipeline.call import SpeakerSpan
from pipeline.clean_speech import clean_speech


def spans(*found: tuple[str, float, float]) -> list[SpeakerSpan]:
    return [SpeakerSpan(start, end, speaker) for speaker, start, end in found]


def test_what_another_voice_covers_is_left_out() -> None:
    call = spans(("a", 0, 2), ("b", 1.5, 3), ("a", 4, 7), ("b", 5, 5.5))
    # 0-1.5, 4-5 and 5.5-7 are a's alone; the longest first, the earlier before the later
    assert clean_speech(call, "a") == ((0, 1.5), (5.5, 7), (4, 5))
    assert clean_speech(call, "b") == ((2, 3),)


def test_long_stretches_are_cut_into_equal_pieces() -> None:
    assert clean_speech(spans(("a", 0, 8)), "a", piece_s=4.0) == ((0, 4), (4, 8))
    assert clean_speech(spans(("a", 0, 9)), "a", piece_s=4.0) == ((0, 3), (3, 6), (6, 9))


def test_short_pieces_hardly_have_a_voice_and_enough_is_enough() -> None:
    assert clean_speech(spans(("a", 0, 0.4), ("a", 1, 1.5)), "a") == ((1, 1.5),)
    assert clean_speech(spans(("a", 0, 30)), "a", piece_s=3.0, most_s=6.0) == ((0, 3), (3, 6))


def test_a_speaker_who_is_never_alone_has_no_clean_speech() -> None:
    assert clean_speech(spans(("a", 1, 2), ("b", 0, 3)), "a") == ()
    assert clean_speech([], "a") == ()

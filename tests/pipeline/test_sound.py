import pytest

from pipeline.sound import (
    phrase_readings,
    readings,
    spanish_key,
    split_syllable,
    syllable_distance,
    word_distance,
)


def test_syllables_split_into_initial_and_final() -> None:
    assert split_syllable("zhuang") == ("zh", "uang")
    assert split_syllable("an") == ("", "an")


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (("si", "shi"), ("si", "bi")),
        (("nan", "lan"), ("nan", "gan")),
        (("fei", "hei"), ("fei", "zei")),
        (("min", "ming"), ("min", "mo")),
        (("nin", "ni"), ("nin", "na")),
    ],
)
def test_sounds_that_speakers_merge_are_nearer_than_others(
    near: tuple[str, str], far: tuple[str, str]
) -> None:
    assert 0 < syllable_distance(*near) < 0.2
    assert syllable_distance(*far) >= 0.5


def test_distance_is_symmetric_and_zero_only_for_the_same() -> None:
    assert syllable_distance("zhi", "zi") == syllable_distance("zi", "zhi")
    assert syllable_distance("ma", "ma") == 0.0
    assert syllable_distance("ma", "xue") == 1.0


def test_a_character_of_two_readings_has_both() -> None:
    assert readings("还") == ("hai", "huan")
    assert readings("桔") == ("ju",)
    assert phrase_readings(("还", "钱"))[0] == "huan"
    assert phrase_readings(("还", "有"))[0] == "hai"


def test_spanish_words_that_sound_alike_share_a_key() -> None:
    assert spanish_key("responsavilidad") == spanish_key("responsabilidad")
    assert spanish_key("grasias") == spanish_key("gracias")
    assert spanish_key("yamar") == spanish_key("llamar")
    assert spanish_key("jente") == spanish_key("gente")
    assert word_distance("grasias", "gracias") < 0.05


def test_a_spanish_word_with_a_slip_is_near_and_another_word_is_not() -> None:
    assert 0 < word_distance("ayudarlo", "ayudarle") < 0.2
    assert word_distance("paquete", "momento") == 1.0

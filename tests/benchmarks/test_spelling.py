"""Numbers as a Chinese voice must say them."""

import pytest

from benchmarks.synthesis.spelling import number_in_chinese, spell_in_chinese


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "零"),
        (7, "七"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (2026, "二千零二十六"),
    ],
)
def test_numbers_are_written_out(value, text):
    assert number_in_chinese(value) == text


def test_numbers_out_of_range_are_refused():
    with pytest.raises(ValueError, match="10000"):
        number_in_chinese(10000)


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("提前12小时", "提前十二小时"),
        ("10:30上课", "十点三十分上课"),
        ("9:05", "九点零五分"),
        ("打13800138000", "打一三八零零一三八零零零"),
        ("在APP上取消", "在手机软件上取消"),
        ("没有数字", "没有数字"),
    ],
)
def test_a_text_is_spelt(text, spelt):
    assert spell_in_chinese(text) == spelt


def test_latin_words_without_a_reading_are_refused():
    with pytest.raises(ValueError, match="WIFI"):
        spell_in_chinese("有没有WIFI")

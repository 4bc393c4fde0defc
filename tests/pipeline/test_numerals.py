import pytest

from pipeline.numerals import spell_number


@pytest.mark.parametrize(
    ("written", "following", "spoken"),
    [
        ("12", "小", "十二"),
        ("10", "点", "十"),
        ("105", "", "一百零五"),
        ("24", "小", "二十四"),
        ("1000", "块", "一千"),
        ("2026", "年", "二零二六"),
        ("3:30", "", "三点三十"),
        ("9:00", "", "九点"),
        ("1.5", "", "一点五"),
        ("50%", "", "百分之五十"),
        ("13812345678", "", "一三八一二三四五六七八"),
        ("0", "", "零"),
        ("007", "", "零零七"),
    ],
)
def test_numbers_are_spelled_as_they_are_said(written: str, following: str, spoken: str) -> None:
    assert spell_number(written, following) == spoken


def test_two_before_a_measure_word_is_liang() -> None:
    assert spell_number("2", "个") == "两"
    assert spell_number("2", "月") == "二"

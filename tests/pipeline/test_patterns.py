import pytest

from pipeline.patterns import NotationError, Piece, Slot, parse_phrase, parse_phrases

NAMES = {"org": ("桔子树", "东方巴黎")}


def shown(line: str) -> list[str]:
    return [p.text for p in parse_phrase(line, language="zh", names=NAMES)]


def test_alternatives_are_written_out_in_order() -> None:
    assert shown("请[您|]稍等[片刻|一下]") == [
        "请您稍等片刻",
        "请您稍等一下",
        "请稍等片刻",
        "请稍等一下",
    ]


def test_names_stand_for_every_name_of_the_organisation() -> None:
    assert shown("这里是{org}") == ["这里是桔子树", "这里是东方巴黎"]


def test_gaps_slots_and_anchors_are_read() -> None:
    (pattern,) = parse_phrase("^<时间>…3给您回电话$", language="zh", names={})
    assert pattern.elements == (Slot("time"), Piece(tuple("给您回电话")))
    assert pattern.gaps == (3,)
    assert pattern.at_clause_start
    assert pattern.at_clause_end
    assert pattern.size == 5


def test_a_gap_without_a_number_is_six_words() -> None:
    (pattern,) = parse_phrase("我是…老师", language="zh", names={})
    assert pattern.gaps == (6,)


def test_essential_words_are_marked_and_not_shown() -> None:
    (pattern,) = parse_phrase("您稍!等", language="zh", names={})
    assert pattern.elements == (Piece(("您", "稍", "等"), essential=(1,)),)
    assert pattern.text == "您稍等"


def test_comments_and_blank_lines_are_skipped_and_numbers_spelled() -> None:
    found = parse_phrases("\n# 说明\n提前12小时\n", language="zh", names={})
    assert [p.elements for p in found] == [(Piece(tuple("提前十二小时")),)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("这里是{公司}", "name"),
        ("<地点>见", "slot"),
        ("请[您|你稍等", "bracket"),
        (
            "[" + "|".join("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌") + "]" * 1 + "[一|二]" * 5,
            "expansions",
        ),
        ("……？", "empty"),
    ],
)
def test_a_phrase_that_cannot_be_read_says_what_is_wrong(line: str, kind: str) -> None:
    with pytest.raises(NotationError) as caught:
        parse_phrase(line, language="zh", names=NAMES)
    assert caught.value.kind == kind

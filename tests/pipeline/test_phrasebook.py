from pathlib import Path

import pytest
from phrasebook_examples import PHRASEBOOKS, book_of, findings_of, write_book

from pipeline.errors import ConfigurationError
from pipeline.phrasebook import load_phrasebook
from pipeline.phrasebook_faults import InvalidPhrasebookError
from pipeline.rule_digest import compare_books, digest_book

RULE = """
[[rule]]
id = "a.one"
title = "甲"
kind = "forbidden"
points = -1
phrases = '''
我不知道
'''
"""


def faults_of(folder: Path, rules: str) -> str:
    with pytest.raises(InvalidPhrasebookError) as caught:
        load_phrasebook(write_book(folder, rules), language="zh")
    return caught.value.text("zh")


def test_a_folder_is_read_with_its_head_and_rules(tmp_path: Path) -> None:
    book = book_of(tmp_path, RULE)
    assert (book.id, book.version, len(book.sha256)) == ("small", "1", 64)
    assert [rule.id for rule in book.rules] == ["a.one"]


def test_the_same_bytes_have_the_same_hash_and_others_another(tmp_path: Path) -> None:
    first = book_of(tmp_path / "1", RULE)
    again = book_of(tmp_path / "2", RULE)
    other = book_of(tmp_path / "3", RULE.replace("-1", "-2"))
    assert first.sha256 == again.sha256 != other.sha256


WEIGHTS = """provenance = "a test"
intercept = -3.0
sound = 20.0
text = 0.0
word = 0.0
length = 0.6
role = 0.6
acoustic = 0.0
"""


def test_weights_of_the_evidence_beside_the_rules_judge_and_are_part_of_the_version(
    tmp_path: Path,
) -> None:
    plain = book_of(tmp_path, RULE)
    (tmp_path / "zh" / "evidence_weights.toml").write_text(WEIGHTS, "utf-8")
    own = load_phrasebook(tmp_path, language="zh")
    assert [rule.id for rule in own.rules] == [rule.id for rule in plain.rules]
    assert own.weights is not None
    assert own.sha256 != plain.sha256
    assert compare_books(digest_book(plain), own).changed == {"a.one"}
    said = "agent: 我不知道"
    assert (
        findings_of(said, own)["a.one"].probability < findings_of(said, plain)["a.one"].probability
    )


def test_unfit_weights_of_the_evidence_are_named(tmp_path: Path) -> None:
    write_book(tmp_path, RULE)
    file = tmp_path / "zh" / "evidence_weights.toml"
    file.write_text(WEIGHTS.replace("sound =", "sounds ="), "utf-8")
    with pytest.raises(ConfigurationError, match="sound"):
        load_phrasebook(tmp_path, language="zh")


def test_a_language_without_rules_has_an_empty_phrasebook(tmp_path: Path) -> None:
    book = load_phrasebook(write_book(tmp_path, RULE), language="en")
    assert book.rules == ()


def test_a_folder_that_is_no_phrasebook_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidPhrasebookError, match=r"zh/book\.toml"):
        load_phrasebook(tmp_path, language="zh")
    with pytest.raises(InvalidPhrasebookError, match="nowhere"):
        load_phrasebook(tmp_path / "nowhere", language="zh")


def test_all_faults_of_all_rules_are_told_at_once_with_file_line_and_rule(tmp_path: Path) -> None:
    wrong = RULE + RULE.replace("a.one", "a.two").replace("-1", "'一'").replace("kind", "kinds")
    told = faults_of(tmp_path, wrong)
    assert "rules.toml:14 规则 “a.two”：kinds 不认识" not in told  # the line is that of the key
    assert "规则 “a.two”：不认识 kinds；您是不是想写 kind？" in told
    assert "points 应为数字，现为 一" in told
    assert "缺少 kind" in told


def test_a_number_out_of_range_names_the_range_and_the_line(tmp_path: Path) -> None:
    told = faults_of(tmp_path, RULE.replace("points", "report_p = 85\npoints"))
    assert "rules.toml:6 规则 “a.one”：report_p 应在 0–1 之间，现为 85" in told


def test_an_unknown_word_is_told_the_nearest(tmp_path: Path) -> None:
    told = faults_of(tmp_path, RULE.replace('"forbidden"', '"forbiden"'))
    assert "最接近的是 forbidden" in told


@pytest.mark.parametrize(("sign", "instead"), [("“", '"'), ("＝", "="), ("，", ","), ("［", "[")])
def test_full_width_signs_are_named_with_what_to_write(
    tmp_path: Path, sign: str, instead: str
) -> None:
    slips = {
        "“": RULE.replace('title = "甲"', "title = “甲”"),
        "＝": RULE.replace("points = -1", "points ＝ -1"),
        "，": RULE.replace("points = -1", "points = -1，"),
        "［": RULE.replace("[[rule]]", "［［rule]]"),
    }
    told = faults_of(tmp_path, slips[sign])
    assert f"用了全角符号 {sign}，请改为半角 {instead}" in told


def test_full_width_signs_inside_phrases_are_text(tmp_path: Path) -> None:
    assert book_of(tmp_path, RULE.replace("我不知道", "我不知道，“真的”")).rules


def test_a_file_in_gbk_is_named_as_such(tmp_path: Path) -> None:
    folder = write_book(tmp_path, RULE)
    (folder / "zh" / "rules.toml").write_bytes(RULE.encode("gb18030"))
    with pytest.raises(InvalidPhrasebookError, match=r"GBK"):
        load_phrasebook(folder, language="zh")


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    folder = write_book(tmp_path, RULE)
    (folder / "zh" / "rules.toml").write_text(RULE, "utf-8-sig")
    assert load_phrasebook(folder, language="zh").rules


def test_a_rule_may_use_the_phrases_of_another(tmp_path: Path) -> None:
    rules = RULE + RULE.replace("a.one", "a.two").replace("我不知道", "@a.one\n我不清楚")
    one, two = book_of(tmp_path, rules).rules
    assert [p.text for p in two.check.phrases.patterns] == ["我不知道", "我不清楚"]  # type: ignore[union-attr]
    assert [p.text for p in one.check.phrases.patterns] == ["我不知道"]  # type: ignore[union-attr]


def test_two_rules_of_one_id_are_a_fault(tmp_path: Path) -> None:
    assert "规则编号重复；第一次出现在 rules.toml:2" in faults_of(tmp_path, RULE + RULE)


def test_points_must_have_the_right_sign(tmp_path: Path) -> None:
    assert "扣分项的 points 不能是正数" in faults_of(tmp_path, RULE.replace("-1", "1"))


def test_faults_are_told_in_spanish_and_english_too(tmp_path: Path) -> None:
    with pytest.raises(InvalidPhrasebookError) as caught:
        load_phrasebook(write_book(tmp_path, RULE.replace("kind", "kinds")), language="zh")
    assert "¿quiso escribir kind?" in caught.value.text("es")
    assert "did you mean kind?" in caught.value.text("en")
    assert caught.value.exit_code == 4


def test_the_projects_own_phrasebooks_load() -> None:
    assert load_phrasebook(PHRASEBOOKS, language="zh").id == "orange-tree"
    assert load_phrasebook(PHRASEBOOKS, language="es").rules

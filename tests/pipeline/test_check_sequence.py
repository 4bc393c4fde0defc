from pathlib import Path

from phrasebook_examples import book_of, findings_of

ORDER = """
[[rule]]
id = "order"
title = "先自报家门"
kind = "required"
points = -1
check = "sequence"
[[rule.item]]
name = "org"
phrases = "这里是{org}"
[[rule.item]]
name = "who"
phrases = "请问您是"
within_s = 20
[rule.occasion]
role = "agent"
answered_after = false
phrases = "请问您是"
"""

UNANSWERED = """
[[rule]]
id = "ignored"
title = "客户催问后没有回应"
kind = "forbidden"
points = -1
check = "sequence"
[[rule.item]]
name = "asked"
role = "customer"
phrases = "你们到底管不管"
[[rule.item]]
name = "answered"
phrases = "我帮您处理"
within_turns = 1
absent = true
"""


def outcome(folder: Path, rules: str, text: str) -> str:
    (found,) = findings_of(text, book_of(folder, rules)).values()
    return found.outcome.value


def test_things_said_in_order_are_done(tmp_path: Path) -> None:
    assert outcome(tmp_path, ORDER, "agent: 您好，这里是桔子树，请问您是？") == "met"


def test_things_said_in_the_wrong_order_are_not(tmp_path: Path) -> None:
    assert outcome(tmp_path, ORDER, "agent: 请问您是？这里是桔子树。") == "missed"


def test_a_sequence_is_of_no_concern_without_its_occasion(tmp_path: Path) -> None:
    assert outcome(tmp_path, ORDER, "agent: 这里是桔子树。") == "not_applicable"


def test_a_distance_in_seconds_is_kept(tmp_path: Path) -> None:
    late = "agent: 这里是桔子树。\ncustomer: 我要约课\nagent[pause=25]: 请问您是？"
    assert outcome(tmp_path, ORDER, late) == "missed"


def test_an_absent_item_completes_the_sequence(tmp_path: Path) -> None:
    assert outcome(tmp_path, UNANSWERED, "customer: 你们到底管不管\nagent: 哦") == "violated"
    helped = "customer: 你们到底管不管\nagent: 我帮您处理"
    assert outcome(tmp_path, UNANSWERED, helped) == "clear"


def test_a_distance_in_turns_is_kept(tmp_path: Path) -> None:
    late = "customer: 你们到底管不管\nagent: 哦\ncustomer: 说话呀\nagent: 我帮您处理"
    assert outcome(tmp_path, UNANSWERED, late) == "violated"


def test_later_hits_complete_a_sequence_that_the_first_does_not(tmp_path: Path) -> None:
    twice = "customer: 你们到底管不管\nagent: 我帮您处理\ncustomer: 你们到底管不管\nagent: 哦"
    assert outcome(tmp_path, UNANSWERED, twice) == "violated"

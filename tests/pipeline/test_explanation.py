from pathlib import Path

import pytest
from phrasebook_examples import book_of, findings_of

from pipeline.checks import LimitCheck, Measure
from pipeline.explanation import Explanation, explain
from pipeline.measured_text import tell_measured
from pipeline.messages import Language

RULES = """
[[rule]]
id = "bad"
title = "推说不知道"
kind = "forbidden"
points = -1
source = { file = "norm.txt", line = 7, quote = "我不知道" }
suggest = "我可以帮您询问一下"
phrases = '这个我不知道'
[[rule]]
id = "end"
title = "道别"
kind = "required"
points = -1
phrases = '祝您生活愉快'
"""


def told(folder: Path, rule_id: str, text: str, language: Language = "zh") -> Explanation:
    book = book_of(folder, RULES)
    rule = book.rule(rule_id)
    assert rule is not None
    return explain(findings_of(text, book)[rule_id], rule=rule, language=language)


def test_a_violation_says_what_was_heard_how_sure_and_what_is_better(tmp_path: Path) -> None:
    found = told(tmp_path, "bad", "agent: 这个我不知道。")
    assert found.expected == "不应出现：推说不知道"
    assert found.heard == ("0:01.0 听到“这个我不知道”，与话术一致",)
    assert found.certainty.startswith("把握 9")
    assert found.certainty.endswith("：与话术逐字一致")
    assert found.alternative == "可以这样说：我可以帮您询问一下"
    assert found.norm == "规范原文：“我不知道”（norm.txt:7）"


def test_a_misheard_phrase_is_explained_by_its_sound(tmp_path: Path) -> None:
    (heard,) = told(tmp_path, "bad", "agent: 这个我布知到。").heard
    assert "写作“这个我布知到”，读音与“这个我不知道”相近" in heard


def test_what_was_missed_names_the_stretch_that_was_searched(tmp_path: Path) -> None:
    found = told(tmp_path, "end", "agent: 您好，我看一下，周四有课。", "en")
    assert found.heard == ("not heard between 0:01.0 and 0:03.2",)  # ten characters at 4.5 a second
    assert found.alternative == ""


def test_what_cannot_be_assessed_says_why(tmp_path: Path) -> None:
    found = told(tmp_path, "bad", "agent[role_p=0.6]: 这个我不知道。", "es")
    assert found.certainty.startswith("no puntúa; debe decidirlo una persona: No está claro quién")


@pytest.mark.parametrize("language", ["zh", "es", "en"])
def test_every_outcome_can_be_explained_in_every_language(
    tmp_path: Path, language: Language
) -> None:
    for text in ("agent: 这个我不知道。", "agent: 好的", "customer: 喂"):
        for rule_id in ("bad", "end"):
            assert told(tmp_path, rule_id, text, language).expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", "测得 12.5 秒，规定不超过 10 秒"),
        ("es", "medido: 12.5 s, como máximo 10 s"),
        ("en", "measured 12.5 s, at most 10 s"),
    ],
)
def test_a_measured_value_stands_beside_its_limit(language: Language, expected: str) -> None:
    check = LimitCheck(Measure.DEAD_AIR, at_most=10.0)
    assert tell_measured(12.5, check, language) == expected


def test_a_share_is_told_in_percent_and_a_rule_of_words_measures_nothing() -> None:
    check = LimitCheck(Measure.RATIO, at_least=0.45)
    assert tell_measured(0.3, check, "en") == "measured 30%, at least 45%"
    assert tell_measured(None, check, "en") == ""
    assert tell_measured(0.3, object(), "en") == ""


MANY = """
[[rule]]
id = "steps"
title = "开场白"
kind = "required"
points = -2
check = "steps"
[[rule.step]]
name = "a"
title = "问候"
phrases = '您好您好'
[[rule.step]]
name = "b"
title = "报姓名"
phrases = '我是林老师'
[[rule]]
id = "hold"
title = "事先说明"
kind = "required"
points = -1
check = "hold"
[rule.hold]
part = "announced"
announcements = '请您稍等'
resumptions = '谢谢您的等待'
[[rule]]
id = "thanks"
title = "事后致谢"
kind = "required"
points = -1
check = "hold"
[rule.hold]
part = "resumed"
announcements = '请您稍等'
resumptions = '谢谢您的等待'
[[rule]]
id = "bare"
title = "生硬拒绝"
kind = "forbidden"
points = -1
check = "sequence"
[[rule.item]]
name = "a"
phrases = '这个做不了'
[[rule.item]]
name = "b"
phrases = '''
我帮您想…办法
我帮您请示领导
'''
within_s = 15
absent = true
[[rule]]
id = "soft"
title = "不知道"
kind = "forbidden"
points = -1
phrases = '这个我不知道'
soften = { phrases = '我帮您问一下' }
[[rule]]
id = "often"
title = "口头禅"
kind = "forbidden"
points = -1
check = "limit"
limit = { measure = "count", at_most = 1, of = '这个那个' }
[[rule]]
id = "hangup"
title = "先挂机"
kind = "forbidden"
points = -1
check = "limit"
limit = { measure = "agent_hangup", at_most = 0 }
"""


def many(folder: Path, rule_id: str, text: str, language: Language, **also: str) -> Explanation:
    book = book_of(folder, MANY)
    rule = book.rule(rule_id)
    assert rule is not None
    found = findings_of(text, book, hung_up_by=also.get("hung_up_by"))[rule_id]
    return explain(found, rule=rule, language=language)


def test_steps_are_named_and_so_is_the_one_that_was_not_said(tmp_path: Path) -> None:
    found = many(tmp_path, "steps", "agent: 您好您好，我看一下", "zh")
    assert found.expected == "应当做到：开场白（要点：问候、报姓名）"
    assert found.heard == ("0:01.0 听到“您好您好”，与话术一致", "没有说到：报姓名")
    whole = many(tmp_path, "steps", "agent: 您好您好，我是林老师", "zh")
    assert not any("没有说到" in line for line in whole.heard)


def test_a_wait_without_its_words_says_how_long_it_was(tmp_path: Path) -> None:
    text = "customer: 帮我查一下课表吧\nagent: 好\nagent[pause=12]: 查到了"
    # 8 characters at 4.5 a second from 1 s, a pause of 0.4 s, at least 0.3 s for one character
    (before,) = many(tmp_path, "hold", text, "zh").heard
    assert before == "0:03.5–0:15.5 让客户等了 12 秒，事先没有说明"
    (after,) = many(tmp_path, "thanks", text, "es").heard
    assert after == "0:03.5–0:15.5: el cliente esperó 12 s y no se le agradeció después"


def test_what_would_have_excused_a_fault_is_told(tmp_path: Path) -> None:
    bare = many(tmp_path, "bare", "agent: 这个做不了", "en")
    assert bare.heard[1] == 'nothing like "我帮您想…办法" followed'
    soft = many(tmp_path, "soft", "agent: 这个我不知道", "zh")
    assert soft.heard[1] == "前后没有听到“我帮您问一下”一类缓和的话"


def test_a_count_says_where_each_one_is(tmp_path: Path) -> None:
    # 4 characters a phrase, 7 between, from 1 s at 4.5 a second
    text = "agent: 这个那个，我给您看一下啊，这个那个"
    found = many(tmp_path, "often", text, "en")
    assert found.heard == (
        "measured 2 times, at most 1 times",
        "at 0:01.0–0:01.9, 0:03.4–0:04.3",
    )
    assert found.certainty.endswith("by how far the measured value is from the limit")


def test_who_hung_up_is_said_in_words(tmp_path: Path) -> None:
    found = many(tmp_path, "hangup", "agent: 再见", "zh", hung_up_by="agent")
    assert found.heard[0] == "坐席先挂了电话"
    assert found.certainty == "把握 99%：以电话系统的记录为准"
    kept = many(tmp_path, "hangup", "agent: 再见", "en", hung_up_by="customer")
    assert kept.heard == ("the agent did not end the call",)


def test_what_was_looked_for_and_not_found_says_so(tmp_path: Path) -> None:
    found = many(tmp_path, "soft", "agent: 好的没问题", "zh")
    assert found.heard == ("没有听到这样的话。",)
    assert found.certainty.endswith("通话听得清楚，没有这样的话")

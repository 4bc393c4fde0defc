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
    assert found.heard == ("0:01 听到“这个我不知道”，与话术一致",)
    assert found.certainty.startswith("把握 9")
    assert found.alternative == "可以这样说：我可以帮您询问一下"
    assert found.norm == "规范原文：“我不知道”（norm.txt:7）"


def test_a_misheard_phrase_is_explained_by_its_sound(tmp_path: Path) -> None:
    (heard,) = told(tmp_path, "bad", "agent: 这个我布知到。").heard
    assert "写作“这个我布知到”，读音与“这个我不知道”相近" in heard


def test_what_was_missed_names_the_stretch_that_was_searched(tmp_path: Path) -> None:
    found = told(tmp_path, "end", "agent: 您好，我看一下，周四有课。", "en")
    assert found.heard == ("not heard between 0:01 and 0:03",)
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

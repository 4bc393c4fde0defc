from pathlib import Path

from phrasebook_examples import book_of, dialogue, findings_of

from pipeline.call import Role
from pipeline.finding import Outcome
from pipeline.talk import silences

RULES = """
[[rule]]
id = "before"
title = "等待前"
kind = "required"
points = -1
check = "hold"
phrases = '请您稍等'
[rule.hold]
part = "announced"
announcements = '@before'
resumptions = '@after'
excuses = '还在吗'
wondering = '还在吗'
[[rule]]
id = "after"
title = "等待后"
kind = "required"
points = -1
check = "hold"
phrases = '谢谢您的等待'
[rule.hold]
part = "resumed"
announcements = '@before'
resumptions = '@after'
excuses = '还在吗'
wondering = '还在吗'
[[rule]]
id = "air"
title = "冷场"
kind = "forbidden"
points = -1
check = "limit"
[rule.limit]
measure = "dead_air"
at_most = 10
wondering = "还在吗"
excuses = '''
@before
@after
还在吗
'''
"""


def outcomes(text: str, folder: Path) -> tuple[str, str, str]:
    found = findings_of(text, book_of(folder, RULES))
    return found["before"].outcome, found["after"].outcome, found["air"].outcome


def test_a_silence_knows_who_speaks_around_it() -> None:
    (silence,) = silences(dialogue("customer: 我要约课\nagent[pause=5]: 好的"), min_s=2.0)
    assert (silence.before, silence.after) == (Role.CUSTOMER, Role.AGENT)
    assert round(silence.length_s, 3) == 5.0


def test_a_hold_with_its_words_is_met(tmp_path: Path) -> None:
    text = "agent: 请您稍等\nagent[pause=12]: 谢谢您的等待"
    assert outcomes(text, tmp_path) == ("met", "met", "clear")


def test_a_hold_without_its_words_is_missed_and_dead_air(tmp_path: Path) -> None:
    text = "customer: 我要约课\nagent[pause=12]: 周四有课"
    assert outcomes(text, tmp_path) == ("missed", "missed", "violated")


def test_a_call_without_a_hold_is_of_no_concern(tmp_path: Path) -> None:
    text = "customer: 我要约课\nagent[pause=2]: 周四有课"
    assert outcomes(text, tmp_path) == ("not_applicable", "not_applicable", "clear")


def test_a_short_wait_counts_only_when_announced(tmp_path: Path) -> None:
    told = "agent: 请您稍等\nagent[pause=4]: 周四有课"
    assert outcomes(told, tmp_path) == ("met", "not_applicable", "clear")
    untold = "customer: 我要约课\nagent[pause=4]: 谢谢您的等待"
    assert outcomes(untold, tmp_path) == ("not_applicable", "not_applicable", "clear")


def test_the_customers_own_silence_is_not_the_agents(tmp_path: Path) -> None:
    thinking = "agent: 您周四有空吗\ncustomer[pause=12]: 有的"
    assert outcomes(thinking, tmp_path)[2] == Outcome.CLEAR
    asked_back = "agent: 您周四有空吗\nagent[pause=12]: 您还在吗"
    assert outcomes(asked_back, tmp_path) == ("not_applicable", "not_applicable", "clear")


def test_a_customer_who_asks_whether_anybody_is_there_was_left_alone(tmp_path: Path) -> None:
    text = "agent: 我看看\ncustomer[pause=15]: 你还在吗\nagent: 在的"
    assert outcomes(text, tmp_path) == ("missed", "missed", "violated")

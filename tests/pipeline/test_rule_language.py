"""Every need of the rule language as a rule with its own tests, as an inspector would write it."""

from pathlib import Path

import pytest
from phrasebook_examples import book_of

from pipeline.phrasebook_faults import InvalidPhrasebookError
from pipeline.phrasebook_tests import failed, run_phrasebook_tests

HEAD = '[[rule]]\nid = "r"\ntitle = "规则"\nkind = "{kind}"\npoints = {points}\n'


def hit(expected: str, dialogue: str, **also: object) -> str:
    """A test beside a rule."""
    given = "".join(f"{key} = {value!r}\n" for key, value in also.items())
    return f"[[rule.test]]\nexpect = \"{expected}\"\n{given}dialogue = '''\n{dialogue}\n'''\n"


NEEDS = {
    "any of several phrases": (
        "required",
        "phrases = '''\n祝您生活愉快\n感谢您的来电\n'''\n",
        hit("met", "agent: 感谢您的来电"),
        hit("missed", "agent: 我看一下课表"),
    ),
    "all of several phrases": (
        "required",
        """check = "steps"
least_share = 1
[[rule.step]]
name = "a"
title = "感谢"
phrases = '感谢您的来电'
[[rule.step]]
name = "b"
title = "祝福"
phrases = '祝您生活愉快'
""",
        hit("met", "agent: 感谢您的来电，祝您生活愉快"),
        hit("missed", "agent: 感谢您的来电"),
    ),
    "none of several phrases": (
        "forbidden",
        "phrases = '''\n您搞错了吧\n这不归我管\n'''\n",
        hit("violated", "agent: 这不归我管"),
        hit("clear", "agent: 我帮您看一下"),
    ),
    "at least two different phrases": (
        "required",
        "at_least = 2\nphrases = '''\n感谢您的来电\n祝您生活愉快\n给您添麻烦了\n'''\n",
        hit("met", "agent: 给您添麻烦了，祝您生活愉快"),
        hit("missed", "agent: 给您添麻烦了，给您添麻烦了"),
    ),
    "a regular expression with an exclusion": (
        "forbidden",
        "phrases = '/退您?[一二三四五六七八九十百千]+块/'\nunless = '不能退您[一|两|三]百块'\n",
        hit("violated", "agent: 那就退您300块吧"),
        hit("clear", "agent: 抱歉不能退您300块"),
        hit("clear", "customer: 退我300块\nagent: 我请示一下"),
    ),
    "a regular expression between phrases that are heard by sound": (
        "forbidden",
        "phrases = '帮您打/[一二三四五六七八九]折/优惠'\n",
        hit("violated", "agent: 我帮您打八折优慧"),
        hit("clear", "agent: 我帮您打听优惠"),
    ),
    "by sound": (
        "forbidden",
        "phrases = '这个我不知道'\n",
        hit("violated", "agent: 这个我布知到"),
        hit("clear", "agent: 这个我知道"),
    ),
    "slots": (
        "credit",
        "phrases = '<时间>…给您回电话'\n",
        hit("met", "agent: 半小时后我给您回电话"),
        hit("not_applicable", "agent: 我给您回电话"),
    ),
    "the role": (
        "forbidden",
        "role = \"customer\"\nphrases = '我要投诉你们'\n",
        hit("violated", "customer: 我要投诉你们"),
        hit("clear", "agent: 我要投诉你们\ncustomer: 好的"),
    ),
    "a window of turns": (
        "required",
        "window = { first_turns = 2, skip_turns = 1 }\nphrases = '请问您贵姓'\n",
        hit("met", "agent: 您好\ncustomer: 我要约课\nagent: 请问您贵姓"),
        hit("missed", "agent: 您好，请问您贵姓\ncustomer: 我要约课\nagent: 好的"),
        hit(
            "missed",
            "agent: 您好\ncustomer: 我要约课\nagent: 好的\ncustomer: 快点吧\nagent: 请问您贵姓",
        ),
    ),
    "a window of seconds": (
        "required",
        "window = { first_s = 15, skip_s = 2 }\nphrases = '请问您贵姓'\n",
        hit("met", "agent: 您好，这里是桔子树艺术教育，请问您贵姓"),
        hit("missed", "agent: 请问您贵姓\nagent: 好的我看一下"),
        hit("missed", "agent: 您好\nagent[pause=20]: 请问您贵姓"),
    ),
    "a window as a share of the call": (
        "required",
        "window = { first_share = 0.5 }\nphrases = '请问您贵姓'\n",
        hit("met", "agent: 请问您贵姓\ncustomer: 我姓王我想约课"),
        hit("missed", "customer: 我姓王我想约课\nagent: 好\nagent: 请问您贵姓"),
    ),
    "a sequence with distance": (
        "required",
        """check = "sequence"
[[rule.item]]
name = "a"
phrases = '非常抱歉'
[[rule.item]]
name = "b"
phrases = '我马上帮您处理'
within_s = 10
within_turns = 2
""",
        hit("met", "agent: 非常抱歉\ncustomer: 那怎么办\nagent: 我马上帮您处理"),
        hit("missed", "agent: 我马上帮您处理\nagent: 非常抱歉"),
        hit("missed", "agent: 非常抱歉\ncustomer: 唉\nagent[pause=30]: 我马上帮您处理"),
    ),
    "something that must not follow": (
        "forbidden",
        """check = "sequence"
[[rule.item]]
name = "a"
phrases = '这个做不了'
[[rule.item]]
name = "b"
phrases = '我帮您想别的办法'
within_s = 15
absent = true
""",
        hit("violated", "agent: 这个做不了"),
        hit("clear", "agent: 这个做不了，我帮您想别的办法"),
    ),
    "order": (
        "required",
        """check = "steps"
ordered = true
least_share = 1
[[rule.step]]
name = "a"
title = "自报家门"
phrases = '这里是桔子树'
[[rule.step]]
name = "b"
title = "询问"
phrases = '请问您贵姓'
""",
        hit("met", "agent: 这里是桔子树，请问您贵姓"),
        hit("missed", "agent: 请问您贵姓，这里是桔子树"),
    ),
    "purpose and direction": (
        "required",
        "when = { purposes = ['complaint'], directions = ['inbound'] }\nphrases = '非常抱歉'\n",
        hit("missed", "agent: 我看一下课表", purpose="complaint"),
        hit("not_applicable", "agent: 我看一下课表", purpose="booking"),
        hit("not_applicable", "agent: 我看一下课表", purpose="complaint", direction="outbound"),
    ),
    "the team": (
        "required",
        "when = { teams = ['投诉组'] }\nphrases = '非常抱歉'\n",
        hit("missed", "agent: 我看一下课表", team="投诉组"),
        hit("not_applicable", "agent: 我看一下课表", team="排课组"),
        hit("not_applicable", "agent: 我看一下课表"),
    ),
    "repetition of a phrase": (
        "forbidden",
        "times = 3\nphrases = '我跟您说过了'\n",
        hit("violated", "agent: 我跟您说过了，我跟您说过了，我跟您说过了"),
        hit("clear", "agent: 我跟您说过了，我跟您说过了"),
    ),
    "repetition of any sentence": (
        "forbidden",
        'check = "limit"\n'
        "limit = { measure = \"repeats\", at_most = 2, excuses = '请您稍等一下' }\n",
        hit("violated", "agent: 系统里查不到，系统里查不到，系统里查不到"),
        hit("clear", "agent: 系统里查不到，系统里查不到"),
        hit("clear", "agent: 请您稍等一下，请您稍等一下，请您稍等一下"),
    ),
    "how often": (
        "forbidden",
        'check = "limit"\nlimit = { measure = "count", at_most = 1, of = \'这个那个\' }\n',
        hit("violated", "agent: 这个那个，我给您看一下啊，这个那个"),
        hit("clear", "agent: 这个那个，嗯"),
    ),
    "a ratio": (
        "forbidden",
        'check = "limit"\nlimit = { measure = "ratio", at_least = 0.5, of = \'您\', '
        "among = '''\n您\n你\n''' }\n",
        hit("violated", "agent: 你好，你说，您讲"),
        hit("clear", "agent: 您好，你说，您讲"),
    ),
    "the first words": (
        "forbidden",
        'check = "limit"\nlimit = { measure = "first_words", at_most = 5 }\n',
        hit("violated", "customer: 喂你好有人在吗有人吗\nagent[pause=4]: 您好"),
        hit("clear", "agent: 您好"),
    ),
    "the longest response": (
        "forbidden",
        'check = "limit"\nlimit = { measure = "response_longest", at_most = 5 }\n',
        hit("violated", "customer: 在吗\nagent: 在\ncustomer: 几点\nagent[pause=7]: 三点"),
        hit("clear", "customer: 在吗\nagent: 在\ncustomer: 几点\nagent[pause=4]: 三点"),
    ),
    "silence": (
        "forbidden",
        'check = "limit"\nlimit = { measure = "silence_share", at_most = 0.5 }\n',
        hit("violated", "agent: 您好您好您好您好\ncustomer[pause=20]: 好的"),
        hit("clear", "agent: 您好您好您好您好\ncustomer: 好的好的好的好的"),
    ),
    "who talks most": (
        "forbidden",
        'check = "limit"\nlimit = { measure = "talk_share", at_most = 0.7 }\n',
        hit("violated", "agent: 一二三四五六七八\ncustomer: 好的"),
        hit("clear", "agent: 一二三四五六七八\ncustomer: 我想约一下钢琴课"),
    ),
    "interruption while something goes on": (
        "forbidden",
        """check = "limit"
limit = { measure = "interruption", at_most = 1 }
[rule.occasion]
phrases = '我要投诉'
""",
        hit(
            "violated",
            "customer: 我要投诉\nagent: 您请讲\ncustomer: 你们老师上周又没有来上课也没有告诉我们\n"
            "agent[pause=-2.5]: 这个事情我们都知道了您先听我说",
        ),
        hit(
            "clear",
            "customer: 我想问一下你们那边的课程时间是怎么安排的\n"
            "agent[pause=-2.5]: 这个事情您先听我说一下可以吗\n"
            "customer: 我要投诉\nagent: 您请讲",
        ),
    ),
    "interruption by the customer": (
        "forbidden",
        'role = "customer"\ncheck = "limit"\nlimit = { measure = "interruption", at_most = 1 }\n',
        hit(
            "violated",
            "agent: 我们这边的课程时间是这样子安排的您听一下\n"
            "customer[pause=-2.5]: 你先别说了让我把话讲完",
        ),
        hit("clear", "agent: 我们这边的课程时间是这样的\ncustomer: 好的我知道了"),
    ),
    "loudness against the other party": (
        "forbidden",
        'check = "limit"\nlimit = { measure = "level_over_customer", at_most = 6 }\n',
        hit("violated", "customer[level=-30]: 我要投诉\nagent[level=-20]: 您投诉吧"),
        hit("clear", "customer[level=-30]: 我要投诉\nagent[level=-28]: 您请讲"),
    ),
    "an uncertain speaker and uncertain words": (
        "forbidden",
        "min_role_p = 0.8\nmin_word_p = 0.5\nphrases = '这个我不知道'\n",
        hit("violated", "agent[role_p=0.85]: 这个我不知道"),
        hit("not_assessable", "agent[role_p=0.75]: 这个我不知道"),
        hit("not_assessable", "agent[word_p=0.4]: 这个我不知道"),
    ),
}


@pytest.mark.parametrize("need", NEEDS)
def test_the_rule_language_expresses(need: str, tmp_path: Path) -> None:
    kind, rule, *tests = NEEDS[need]
    head = HEAD.format(kind=kind, points=1 if kind == "credit" else -1)
    results = run_phrasebook_tests(book_of(tmp_path, head + rule + "".join(tests)))
    assert len(results) == len(tests) >= 2
    told = [(r.number, r.test.expected, r.found.outcome, r.found.measured) for r in failed(results)]
    assert told == []


def test_a_condition_on_an_earlier_finding(tmp_path: Path) -> None:
    rules = """
[[rule]]
id = "first"
title = "不知道"
kind = "forbidden"
points = -1
phrases = '这个我不知道'
[[rule]]
id = "then"
title = "询问"
kind = "required"
points = -1
when = { findings = ["first violated"] }
phrases = '我帮您问一下老师'
"""
    rules += hit("missed", "agent: 这个我不知道") + hit("not_applicable", "agent: 您好")
    rules += hit("met", "agent: 这个我不知道，我帮您问一下老师")
    assert failed(run_phrasebook_tests(book_of(tmp_path, rules))) == ()


def test_spanish_rules_express_the_same(tmp_path: Path) -> None:
    rules = HEAD.format(kind="forbidden", points=-1) + (
        "phrases = '/garantizo (el )?(100|cien)/ por cien'\nunless = 'no le garantizo'\n"
    )
    rules += hit("violated", "agent: Se lo garantizo 100 por cien.")
    rules += hit("clear", "agent: No le garantizo el cien por cien.")
    book = book_of(tmp_path, rules, language="es")
    assert [(r.number, r.found.outcome) for r in failed(run_phrasebook_tests(book))] == []


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("/退[一二/", "里的正则表达式 /退[一二/ 写法有误"),
        ("/(退+)+块/", "在重复里又有重复"),
        ("/x*/", "写法有误"),
    ],
)
def test_a_regular_expression_that_cannot_be_used_is_a_fault(
    phrase: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidPhrasebookError) as caught:
        book_of(tmp_path, HEAD.format(kind="forbidden", points=-1) + f"phrases = '{phrase}'\n")
    assert told in caught.value.text("zh")
    assert "rules.toml:6" in caught.value.text("zh")

from decimal import Decimal
from pathlib import Path

import pytest
from phrasebook_examples import book_of, dialogue, findings_of

from pipeline.call import CallMetadata, Purpose
from pipeline.finding import Outcome
from pipeline.judging import judge
from pipeline.talk import measure_talk

PHRASES = """
[[rule]]
id = "bad"
title = "不清楚"
kind = "forbidden"
points = -1
cap = 2
source = { file = "norm.txt", line = 7, quote = "我不知道" }
suggest = "我可以帮您询问一下"
phrases = '''
我不知道
'''
unless = '''
不知道您
'''
[rule.soften]
phrases = '''
我帮您问
'''
within_s = 10
turns_after = 1
[[rule]]
id = "good"
title = "贵姓"
kind = "credit"
points = 0.5
phrases = '请问您贵姓'
[[rule]]
id = "step"
title = "再见"
kind = "required"
points = -2
phrases = '祝您生活愉快'
window = { last_turns = 1 }
"""


def outcome(text: str, rule: str, folder: Path, rules: str = PHRASES) -> Outcome:
    return findings_of(text, book_of(folder, rules))[rule].outcome


def test_every_rule_has_one_finding_in_the_books_order(tmp_path: Path) -> None:
    found = findings_of("agent: 您好", book_of(tmp_path, PHRASES))
    assert list(found) == ["bad", "good", "step"]


def test_a_forbidden_phrase_is_violated_with_its_evidence(tmp_path: Path) -> None:
    found = findings_of("customer: 几点？\nagent: 这个，我不知道。", book_of(tmp_path, PHRASES))[
        "bad"
    ]
    assert found.outcome is Outcome.VIOLATED
    assert found.points == Decimal(-1)
    assert found.source == "norm.txt:7"
    assert found.suggestion == "我可以帮您询问一下"
    (evidence,) = found.evidence
    assert (evidence.turn_no, evidence.quote, evidence.text_similarity) == (1, "我不知道", 100.0)
    assert found.probability > 0.9


def test_points_per_occurrence_end_at_the_cap(tmp_path: Path) -> None:
    text = "\n".join("customer: 那个几点开始？\nagent: 我不知道。" for _ in range(3))
    found = findings_of(text, book_of(tmp_path, PHRASES))["bad"]
    assert len(found.evidence) == 3
    assert found.points == Decimal(-2)


def test_the_customers_words_never_count_against_the_agent(tmp_path: Path) -> None:
    assert outcome("customer: 我不知道\nagent: 您好", "bad", tmp_path) is Outcome.CLEAR


def test_an_exception_takes_a_hit_back(tmp_path: Path) -> None:
    assert outcome("agent: 我不知道您什么时候方便", "bad", tmp_path) is Outcome.CLEAR


def test_an_exception_that_was_hardly_heard_does_not(tmp_path: Path) -> None:
    assert outcome("agent: 我不知道啊", "bad", tmp_path) is Outcome.VIOLATED


def test_an_offer_soon_after_softens(tmp_path: Path) -> None:
    assert outcome("agent: 我不知道，我帮您问一下", "bad", tmp_path) is Outcome.CLEAR
    late = "agent: 我不知道\ncustomer: 好吧那算了\nagent[pause=20]: 我帮您问"
    assert outcome(late, "bad", tmp_path) is Outcome.VIOLATED


def test_a_credit_that_was_not_earned_is_of_no_concern(tmp_path: Path) -> None:
    assert outcome("agent: 请问您贵姓？", "good", tmp_path) is Outcome.MET
    assert outcome("agent: 你姓什么？", "good", tmp_path) is Outcome.NOT_APPLICABLE


def test_a_required_thing_is_missed_with_the_stretch_that_was_searched(tmp_path: Path) -> None:
    found = findings_of("agent: 您好\ncustomer: 我要约课\nagent: 好", book_of(tmp_path, PHRASES))[
        "step"
    ]
    assert found.outcome is Outcome.MISSED
    assert found.points == Decimal(-2)
    (evidence,) = found.evidence
    assert evidence.turn_no is None
    assert evidence.quote == ""
    assert evidence.end > evidence.start > 1.0  # the last turn, not the first


def test_a_required_thing_that_was_said_is_met(tmp_path: Path) -> None:
    found = findings_of("agent: 好的，祝您生活愉快", book_of(tmp_path, PHRASES))["step"]
    assert (found.outcome, found.points) == (Outcome.MET, Decimal(0))


def test_an_uncertain_speaker_is_not_judged(tmp_path: Path) -> None:
    text = "agent[role_p=0.55]: 我不知道"
    assert outcome(text, "bad", tmp_path) is Outcome.NOT_ASSESSABLE
    assert outcome("unknown: 我不知道", "bad", tmp_path) is Outcome.NOT_ASSESSABLE
    assert outcome("customer[role_p=0.6]: 我不知道", "bad", tmp_path) is Outcome.NOT_ASSESSABLE


def test_words_that_were_hardly_understood_are_not_judged(tmp_path: Path) -> None:
    assert outcome("agent[word_p=0.1]: 我不知道", "bad", tmp_path) is Outcome.NOT_ASSESSABLE
    assert outcome("agent[word_p=0.1]: 嗯嗯啊啊", "step", tmp_path) is Outcome.NOT_ASSESSABLE


def test_an_agent_who_is_not_heard_is_not_judged(tmp_path: Path) -> None:
    assert outcome("customer: 喂？", "step", tmp_path) is Outcome.NOT_ASSESSABLE
    assert outcome("customer: 喂？", "bad", tmp_path) is Outcome.NOT_ASSESSABLE


def test_the_same_call_gives_the_same_findings(tmp_path: Path) -> None:
    book = book_of(tmp_path, PHRASES)
    text = "agent: 喂，我不知道。\ncustomer: 好吧。"
    assert findings_of(text, book) == findings_of(text, book)


def test_a_call_of_another_language_has_no_findings(tmp_path: Path) -> None:
    book = book_of(tmp_path, PHRASES)
    transcript = dialogue("agent: hola", "es")
    metadata = CallMetadata("x")
    metrics = measure_talk(transcript)
    assert judge(transcript, metadata=metadata, metrics=metrics, phrasebook=book) == ()


WHEN = """
[[rule]]
id = "only"
title = "旷课"
kind = "required"
points = -1
when = { purposes = ["absence"] }
credited_elsewhere = true
phrases = '请问是什么原因'
[[rule]]
id = "inbound"
title = "来电"
kind = "required"
points = -1
when = { directions = ["inbound"] }
phrases = '请问是什么原因'
"""


def test_a_rule_concerns_only_the_calls_that_it_names(tmp_path: Path) -> None:
    book = book_of(tmp_path, WHEN)
    said, unsaid = "agent: 请问是什么原因", "agent: 您好"
    absence = {"purpose": Purpose.ABSENCE}
    assert findings_of(said, book, **absence)["only"].outcome is Outcome.MET  # type: ignore[arg-type]
    assert findings_of(unsaid, book, **absence)["only"].outcome is Outcome.MISSED  # type: ignore[arg-type]
    assert findings_of(unsaid, book)["only"].outcome is Outcome.NOT_APPLICABLE


def test_a_deed_may_be_credited_on_other_calls_too(tmp_path: Path) -> None:
    book = book_of(tmp_path, WHEN)
    assert findings_of("agent: 请问是什么原因", book)["only"].outcome is Outcome.MET
    assert findings_of("agent: 请问是什么原因", book)["inbound"].outcome is Outcome.NOT_APPLICABLE


def test_the_direction_follows_from_the_purpose_where_it_is_not_known(tmp_path: Path) -> None:
    book = book_of(tmp_path, WHEN)
    inbound = findings_of("agent: 您好", book, purpose=Purpose.COMPLAINT)["inbound"]
    outbound = findings_of("agent: 您好", book, purpose=Purpose.CALLBACK)["inbound"]
    assert inbound.outcome is Outcome.MISSED
    assert outbound.outcome is Outcome.NOT_APPLICABLE


STEPS = """
[[rule]]
id = "open"
title = "开场白"
kind = "required"
points = -2
check = "steps"
least_share = 0.5
[[rule.step]]
name = "greeting"
title = "问候"
phrases = '您好'
[[rule.step]]
name = "org"
title = "报机构名"
phrases = '这里是{org}'
needed = true
[[rule.step]]
name = "name"
title = "报姓名"
phrases = '我是…3老师'
[[rule.step]]
name = "offer"
title = "询问"
phrases = '有什么可以帮您'
"""


@pytest.mark.parametrize(
    ("text", "expected", "points"),
    [
        ("您好，这里是桔子树，我是张老师，有什么可以帮您", Outcome.MET, "0"),
        ("您好，这里是桔子树", Outcome.MET, "-1"),  # half of the steps: half of the points
        ("这里是桔子树", Outcome.MISSED, "-2"),  # a quarter
        ("您好，我是张老师，有什么可以帮您", Outcome.MISSED, "-2"),  # the needed step is missing
    ],
)
def test_steps_earn_their_share(tmp_path: Path, text: str, expected: Outcome, points: str) -> None:
    found = findings_of(f"agent: {text}", book_of(tmp_path, STEPS))["open"]
    assert (found.outcome, found.points) == (expected, Decimal(points))


def test_steps_in_order_do_not_count_backwards(tmp_path: Path) -> None:
    ordered = STEPS.replace("least_share = 0.5", "least_share = 1\nordered = true")
    book = book_of(tmp_path, ordered)
    right = "您好，这里是桔子树，我是张老师，有什么可以帮您"
    wrong = "有什么可以帮您，我是张老师，这里是桔子树，您好"
    assert findings_of(f"agent: {right}", book)["open"].outcome is Outcome.MET
    assert findings_of(f"agent: {wrong}", book)["open"].outcome is Outcome.MISSED


OCCASION = """
[[rule]]
id = "answer"
title = "道歉"
kind = "required"
points = -1
phrases = '非常抱歉'
[rule.occasion]
role = "customer"
phrases = '我要投诉'
"""


def test_a_rule_with_an_occasion_waits_for_it(tmp_path: Path) -> None:
    book = book_of(tmp_path, OCCASION)
    assert findings_of("agent: 您好", book)["answer"].outcome is Outcome.NOT_APPLICABLE
    met = "customer: 我要投诉\nagent: 非常抱歉"
    assert findings_of(met, book)["answer"].outcome is Outcome.MET


def test_only_what_follows_the_occasion_answers_it(tmp_path: Path) -> None:
    early = "agent: 非常抱歉\ncustomer: 我要投诉\nagent: 哦"
    assert findings_of(early, book_of(tmp_path, OCCASION))["answer"].outcome is Outcome.MISSED


def test_an_offer_on_another_subject_does_not_soften(tmp_path: Path) -> None:
    aside = "agent: 我不知道\ncustomer: 那好吧\nagent: 我帮您问"
    assert outcome(aside, "bad", tmp_path) is Outcome.CLEAR
    new_subject = "agent: 我不知道\ncustomer: 那我还想问一下周末停车方便吗\nagent: 我帮您问"
    assert outcome(new_subject, "bad", tmp_path) is Outcome.VIOLATED

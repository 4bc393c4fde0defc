from dataclasses import replace
from pathlib import Path

import pytest
from phrasebook_examples import book_of, dialogue, findings_of

from pipeline.call import CallMetadata, SpeakerSpan, Transcript
from pipeline.finding import Finding
from pipeline.judging import judge
from pipeline.role_talk import measure_roles
from pipeline.rules import Phrasebook
from pipeline.talk import measure_talk

RULE = """
[[rule]]
id = "limit"
title = "界限"
kind = "forbidden"
points = -1
check = "limit"
{limit}
"""


def book(folder: Path, limit: str) -> Phrasebook:
    return book_of(folder, RULE.format(limit=limit))


def found(folder: Path, limit: str, text: str) -> Finding:
    return findings_of(text, book(folder, limit))["limit"]


def of(transcript: Transcript, rules: Phrasebook) -> Finding:
    metrics = measure_talk(transcript)
    metadata = CallMetadata("x")
    (finding,) = judge(transcript, metadata=metadata, metrics=metrics, phrasebook=rules)
    return finding


def test_a_ratio_counts_one_set_of_phrases_among_another(tmp_path: Path) -> None:
    sets = 'of = "您", among = "您\\n你", excuses = "你们"'
    limit = f'limit = {{ measure = "ratio", at_least = 0.5, {sets} }}'
    polite = found(tmp_path, limit, "agent: 您好，您请讲，你们都好")
    assert polite.outcome == "clear"  # two of two: 你们 is left out
    plain = found(tmp_path, limit, "agent: 你好，你说，您讲")
    assert plain.outcome == "violated"  # one of three
    assert len(plain.evidence) == 2
    assert found(tmp_path, limit, "agent: 好的").outcome == "not_applicable"


def test_the_response_is_the_median_pause_before_the_agent(tmp_path: Path) -> None:
    limit = 'limit = { measure = "response", at_most = 3, least_sample = 3 }'
    line = "customer: 我想问一下\nagent[pause={}]: 好的\n"
    slow = "".join(line.format(p) for p in (4, 5, 1))
    quick = "".join(line.format(p) for p in (1, 5, 1))
    assert found(tmp_path, limit, slow).outcome == "violated"
    assert found(tmp_path, limit, quick).outcome == "clear"
    assert found(tmp_path, limit, line.format(9)).outcome == "not_applicable"


def test_the_silence_that_is_shown_is_the_one_that_is_judged(tmp_path: Path) -> None:
    """The customer speaks for 4 s in the middle, and no word is understood: no dead air of 14 s."""
    rules = book(tmp_path, 'limit = { measure = "dead_air", at_most = 8 }')
    silent = dialogue("customer: 我要约课\nagent[pause=14]: 好的")
    begin, end = silent.turns[0].end, silent.turns[1].start
    finding = of(silent, rules)
    assert (finding.outcome, finding.measured) == ("violated", pytest.approx(14.0))
    assert measure_talk(silent).longest_silence_s == finding.measured
    assert measure_talk(silent).longest_silence_start_s == begin
    voice = SpeakerSpan(begin + 5.0, end - 5.0, "customer")
    mumbled = replace(silent, spans=(*silent.spans, voice))
    finding = of(mumbled, rules)
    assert (finding.outcome, finding.measured) == ("clear", pytest.approx(5.0))
    assert measure_talk(mumbled).longest_silence_s == pytest.approx(5.0)


def test_what_is_told_of_a_party_is_what_its_rules_measure(tmp_path: Path) -> None:
    text = (
        "customer: 一二三四五六七八九\nagent[pause=3]: 一二三\nagent[pause=2]: 一二三四五六\n"
        "customer: 好\nagent[pause=1]: 一二三四五六七八九\ncustomer: 一二三四五六七八九\n"
        "agent[pause=-1.2]: 一二三四五六七八九"
    )
    transcript = dialogue(text)
    agent, _ = measure_roles(transcript)

    def judged(measure: str) -> float | None:
        limit = f'limit = {{ measure = "{measure}", at_most = 1000 }}'
        return of(transcript, book(tmp_path / measure, limit)).measured

    # 3 characters 0.667 s, 2 s pause, 6 characters 1.333 s
    assert judged("monologue") == pytest.approx(4.0) == agent.monologue_s
    assert judged("response") == pytest.approx(1.0) == agent.response_median_s  # of 3, 1 and 0
    assert judged("interruption") == pytest.approx(1.2) == agent.interruption_longest_s
    assert judged("speech_rate") == pytest.approx(agent.units_per_min)
    assert judged("speech_rate") == pytest.approx(measure_talk(transcript).agent_chars_per_min)


def test_a_monologue_is_broken_by_any_word_of_the_customer(tmp_path: Path) -> None:
    limit = 'limit = { measure = "monologue", at_most = 3 }'
    long = "agent: 一二三四五六七八九十\nagent: 一二三四五六七八九十"  # 2 x 2.2 s
    broken = "agent: 一二三四五六七八九十\ncustomer: 嗯\nagent: 一二三四五六七八九十"
    assert found(tmp_path, limit, long).outcome == "violated"
    assert found(tmp_path, limit, broken).outcome == "clear"


def test_mere_listening_words_are_a_share_of_the_agents_turns(tmp_path: Path) -> None:
    limit = 'limit = { measure = "listening_share", at_most = 0.5, least_sample = 3 }'
    call = (
        "customer: 我等了一个小时\nagent: {}\ncustomer: 没人管\nagent: {}\ncustomer: 喂\nagent: {}"
    )
    bare, kind = call.format("嗯", "哦哦", "好的"), call.format("非常抱歉", "嗯", "我来处理")
    assert found(tmp_path, limit, bare).outcome == "violated"
    assert found(tmp_path, limit, kind).outcome == "clear"


@pytest.mark.parametrize(("agent_db", "outcome"), [(-20.0, "violated"), (-28.0, "clear")])
def test_loudness_is_compared_with_the_customers(
    tmp_path: Path, agent_db: float, outcome: str
) -> None:
    rules = book(tmp_path, 'limit = { measure = "level_over_customer", at_most = 6 }')
    transcript = dialogue("agent: 您好\ncustomer: 你好")
    levels = (agent_db, -30.0)
    turns = tuple(
        replace(t, level_db=level) for t, level in zip(transcript.turns, levels, strict=True)
    )
    assert of(replace(transcript, turns=turns), rules).outcome == outcome


def test_a_rising_voice_is_measured_against_its_own_beginning(tmp_path: Path) -> None:
    rules = book(tmp_path, 'limit = { measure = "level_rise", at_most = 6 }')
    transcript = dialogue("agent: 一\ncustomer: 一\nagent: 二\ncustomer: 一\nagent: 三")
    levels = iter((-30.0, -30.0, -20.0))
    turns = tuple(
        replace(t, level_db=next(levels)) if t.role == "agent" else t for t in transcript.turns
    )
    assert of(replace(transcript, turns=turns), rules).outcome == "violated"  # 10 dB
    assert of(transcript, rules).outcome == "not_applicable"  # levels are not known


def test_close_to_the_limit_is_left_to_a_person(tmp_path: Path) -> None:
    limit = 'limit = { measure = "duration", at_most = 2, tolerance = 0.5 }'
    near = found(tmp_path, limit, "agent: 一二三四五六七八九十")  # 10 / 4.5 = 2.2 s
    far = found(tmp_path, limit, "agent: 一二三四五六七八九十一二三四五")  # 3.3 s
    assert (near.outcome, far.outcome) == ("not_assessable", "violated")
    assert far.probability > near.probability


def test_who_hung_up_is_read_from_the_metadata(tmp_path: Path) -> None:
    rules = book(tmp_path, 'limit = { measure = "agent_hangup", at_most = 0 }')
    said = "agent: 您好"
    assert findings_of(said, rules)["limit"].outcome == "not_applicable"
    assert findings_of(said, rules, hung_up_by="customer")["limit"].outcome == "clear"
    assert findings_of(said, rules, hung_up_by="agent")["limit"].outcome == "violated"


def test_repetition_is_counted_by_times(tmp_path: Path) -> None:
    rules = book_of(
        tmp_path,
        '[[rule]]\nid = "limit"\ntitle = "重复"\nkind = "forbidden"\n'
        'times = 3\nphrases = "规定就是这样"\n',
    )
    line = "customer: 为什么呢\nagent: 规定就是这样\n"
    assert findings_of(line * 3, rules)["limit"].outcome == "violated"
    assert findings_of(line * 2, rules)["limit"].outcome == "clear"


def test_a_rule_may_wait_for_the_finding_of_an_earlier_one(tmp_path: Path) -> None:
    rules = book_of(
        tmp_path,
        '[[rule]]\nid = "a"\ntitle = "甲"\nkind = "forbidden"\nphrases = "我不知道啊"\n'
        '[[rule]]\nid = "b"\ntitle = "乙"\nkind = "required"\nphrases = "我帮您问一下"\n'
        'when = { findings = ["a violated"] }\n',
    )
    assert findings_of("agent: 您好", rules)["b"].outcome == "not_applicable"
    assert findings_of("agent: 我不知道啊", rules)["b"].outcome == "missed"
    assert findings_of("agent: 我不知道啊，我帮您问一下", rules)["b"].outcome == "met"

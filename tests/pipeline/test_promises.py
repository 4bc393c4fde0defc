"""What agents promise, and what became of it; moments added up by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from pipeline.dialogue import build_transcript, parse_dialogue
from pipeline.finding import Evidence, Finding, Outcome
from pipeline.promise import (
    Contact,
    Promise,
    PromiseKind,
    PromiseRules,
    PromiseState,
    settle,
)
from pipeline.promises import find_promises

ZONE = timezone(timedelta(hours=8))
STARTED = datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)  # a Wednesday


def promised(text, language="zh", findings=()):
    transcript = build_transcript(parse_dialogue(text), language)
    return find_promises(transcript, findings, started_at=STARTED)


@pytest.mark.parametrize(
    ("language", "said", "kind", "time", "due"),
    [
        ("zh", "好的，我周五之前给您答复", "contact", "周五之前", "11-27 18:00"),
        ("zh", "我最晚明天上午联系您", "contact", "明天上午", "11-26 12:00"),
        ("zh", "下午四点半我给您打电话", "contact", "下午四点半", "11-25 16:30"),
        ("zh", "三天内帮您处理好", "deed", "三天内", "11-28 18:00"),
        ("zh", "月底前给您退款", "deed", "月底前", "11-30 18:00"),
        ("es", "Le llamo mañana por la tarde", "contact", "mañana por la tarde", "11-26 18:00"),
        ("es", "Le enviaremos el paquete en tres días", "deed", "en tres días", "11-28 18:00"),
        ("en", "We will get back to you by Friday", "contact", "by Friday", "11-27 18:00"),
    ],
)
def test_a_promise_has_a_time_and_a_moment(language, said, kind, time, due):
    (found,) = promised(f"agent: {said}", language)
    assert (str(found.kind), found.time_text) == (kind, time)
    assert f"{found.due_at:%m-%d %H:%M}" == due
    assert found.quote in said


def test_half_an_hour_is_counted_from_when_it_was_said():
    (found,) = promised("agent: 半小时后给您回电话，您看可以吗？")
    assert found.spoken_at == STARTED + timedelta(seconds=found.end)
    assert found.due_at == found.spoken_at + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "agent: 您明天下午三点方便吗？"),
        ("zh", "agent: 不知道您什么时候方便我再给您回电话"),
        ("zh", "agent: 我不能明天给您回电话"),
        ("zh", "agent: 请您明天下午联系我们"),
        ("zh", "agent: 你明天给我打电话"),
        ("zh", "customer: 我明天给您回电话"),
        ("es", "agent: No le llamo mañana"),
        ("es", "agent: ¿Cuándo le llamo, mañana?"),
        ("en", "agent: When will you call me tomorrow"),
    ],
)
def test_questions_refusals_and_customers_promise_nothing(language, said):
    assert promised(said, language) == ()


def test_a_turn_whose_speaker_is_uncertain_promises_nothing():
    transcript = build_transcript(parse_dialogue("agent: 半小时后给您回电话"), "zh")
    turns = tuple(replace(turn, role_probability=0.6) for turn in transcript.turns)
    assert find_promises(replace(transcript, turns=turns), started_at=STARTED) == ()


def quoted(rule_id, outcome, quote):
    evidence = Evidence(0, 0.0, 1.0, quote, quote, 100.0, 100.0)
    return Finding(rule_id, outcome, 0.9, 0, "minor", (evidence,), None, None)


def test_what_the_rules_heard_is_added_once():
    dated = quoted("zh.promise.dated", Outcome.MET, "半小时后给您回")
    assert len(promised("agent: 半小时后给您回电话", findings=[dated])) == 1
    misheard = quoted("zh.promise.dated", Outcome.MET, "半小时后给您会电画")
    (found,) = promised("agent: 半小时后给您会电画", findings=[misheard])
    assert (found.kind, found.time_text) == (PromiseKind.CONTACT, "半小时后")


def test_a_promise_without_a_time_is_one_too():
    undated = quoted("zh.promise.undated", Outcome.VIOLATED, "到时候再通知您")
    (found,) = promised("agent: 到时候再通知您", findings=[undated])
    assert (found.dated, found.due_at) == (False, None)
    clear = quoted("zh.promise.undated", Outcome.CLEAR, "到时候再通知您")
    assert promised("agent: 到时候再通知您", findings=[clear]) == ()


SPOKEN = datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)
PROMISE = Promise(
    0,
    1.0,
    3.0,
    "十一点给您回电话",
    PromiseKind.CONTACT,
    "十一点",
    SPOKEN,
    SPOKEN + timedelta(hours=1),
)


def after(minutes, *, outbound=True):
    return Contact(f"c+{minutes}", SPOKEN + timedelta(minutes=minutes), outbound)


def state(contacts, *, promise=PROMISE, known=240, rules=None):
    until = SPOKEN + timedelta(minutes=known)
    return settle(promise, contacts, known_until=until, rules=rules).state


def test_a_call_in_time_keeps_a_promise_and_a_later_one_is_late():
    assert state([after(50)]) is PromiseState.KEPT
    assert state([after(75)]) is PromiseState.KEPT  # due in 60, 15 of grace
    assert state([after(76)]) is PromiseState.LATE
    assert state([after(90), after(50)]) is PromiseState.KEPT  # the first one counts
    assert state([after(-5)]) is PromiseState.BROKEN  # before the promise


def test_without_a_call_it_is_broken_only_when_calls_are_known_for_longer():
    assert state([], known=75) is PromiseState.OPEN
    assert state([], known=76) is PromiseState.BROKEN


def test_the_customers_own_call_keeps_it_only_where_that_is_set():
    assert state([after(30, outbound=False)]) is PromiseState.BROKEN
    rules = PromiseRules(any_contact=True)
    assert state([after(30, outbound=False)], rules=rules) is PromiseState.KEPT


def test_what_calls_cannot_show_is_unverifiable():
    assert state(None) is PromiseState.UNVERIFIABLE  # the customer is not known
    assert state([after(30, outbound=None)]) is PromiseState.UNVERIFIABLE
    deed = replace(PROMISE, kind=PromiseKind.DEED)
    assert state([after(30)], promise=deed) is PromiseState.UNVERIFIABLE
    assert state([], promise=replace(PROMISE, spoken_at=None)) is PromiseState.UNVERIFIABLE
    assert state([], promise=replace(PROMISE, due_at=None)) is PromiseState.UNVERIFIABLE


def test_nobody_can_break_a_promise_without_a_time():
    undated = replace(PROMISE, time_text=None, due_at=None)
    assert state([], promise=undated, known=100_000) is PromiseState.OPEN
    assert state([after(5000)], promise=undated) is PromiseState.KEPT

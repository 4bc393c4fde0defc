from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from call_examples import make_call, make_failure, with_models, with_outcome

from pipeline.finding import Outcome
from warehouse.nights import (
    AgentFlags,
    FailedCall,
    Night,
    RuleFlags,
    StageTime,
    nights,
    record_night,
    summarise_night,
)
from warehouse.results import append_calls

START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def make_night(night_id: str, *, start: datetime = START, calls: int = 3) -> Night:
    return Night(
        night_id=night_id,
        inbox="/inbox/昨夜",
        started_at=start,
        finished_at=start + timedelta(hours=4),
        code_version="0.1",
        summary={"calls": calls, "slowest": "转写"},
    )


@pytest.fixture(scope="module")
def filled(module_warehouse):
    """Two agents: a-7 with two calls and one flag each, a-9 with one call and none."""
    clean = with_outcome(make_call("c-3", agent_id="a-9"), Outcome.CLEAR, points="0")
    append_calls(
        module_warehouse,
        [make_call("c-1"), make_call("c-2"), clean],
        [make_failure("c-4")],
        night_id="n-1",
        code_version="0.1",
    )
    append_calls(module_warehouse, [make_call("d-1")], [], night_id="n-2", code_version="0.1")
    return module_warehouse


def test_a_night_is_summed_from_its_own_calls(filled):
    summary = summarise_night(filled, "n-1")
    assert (summary.calls, summary.done, summary.failed, summary.passed) == (4, 3, 1, 3)
    assert summary.audio_s == 180.0  # 3 of 60 s
    assert summary.points_mean == 99.5
    assert summary.failures == (
        FailedCall("c-4", "inbox/c-4.wav", "audio.truncated", "c-4.wav: expected 60 s, found 30 s"),
    )
    assert summary.flags_by_rule == (RuleFlags("zh.T10.improper", flags=2, calls=2),)
    assert summary.flags_by_agent == (
        AgentFlags("a-7", flags=2, calls=2),
        AgentFlags("a-9", flags=0, calls=1),
    )
    # three calls of 2.0 s and 0.5 s
    assert summary.stages == (
        StageTime("transcribe", elapsed_s=6.0, longest_s=2.0),
        StageTime("decode", elapsed_s=1.5, longest_s=0.5),
    )


def test_a_missed_required_step_is_a_flag_and_an_unearned_credit_is_none(warehouse):
    missed = with_outcome(make_call("c-1"), Outcome.MISSED, points="-2")
    unearned = with_outcome(make_call("c-2"), Outcome.MISSED, points="0")
    doubtful = with_outcome(make_call("c-3"), Outcome.NOT_ASSESSABLE, points="0")
    append_calls(warehouse, [missed, unearned, doubtful], [], night_id="n-1", code_version="0.1")
    assert summarise_night(warehouse, "n-1").flags_by_rule == (
        RuleFlags("zh.T10.improper", flags=1, calls=1),
    )


def test_a_call_inspected_twice_in_one_night_is_counted_once(warehouse):
    for asr in ("asr@1", "asr@2"):
        call = with_models(make_call(), asr)
        append_calls(warehouse, [call], [], night_id="n-1", code_version="0.1")
    summary = summarise_night(warehouse, "n-1")
    assert (summary.calls, summary.flags_by_rule[0].flags, summary.stages[0].elapsed_s) == (
        1,
        1,
        2.0,
    )


def test_a_night_that_stored_nothing_is_all_zero(filled):
    summary = summarise_night(filled, "n-404")
    assert (summary.calls, summary.audio_s, summary.points_mean) == (0, 0, None)
    assert (summary.failures, summary.flags_by_rule, summary.stages) == ((), (), ())


def test_recorded_nights_read_back_oldest_first(warehouse):
    second = make_night("n-2", start=START + timedelta(days=1))
    first = make_night("n-1")
    record_night(warehouse, second)
    record_night(warehouse, first)
    assert nights(warehouse) == (first, second)


def test_a_resumed_night_is_listed_once_as_it_ended(warehouse):
    record_night(warehouse, make_night("n-1", calls=3))
    record_night(warehouse, make_night("n-1", calls=8))
    assert nights(warehouse) == (make_night("n-1", calls=8),)


def test_before_the_first_night_there_is_none(warehouse):
    assert nights(warehouse) == ()

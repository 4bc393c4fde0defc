from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from call_examples import SHANGHAI, make_call, make_failure, with_models, with_outcome

from pipeline.errors import ConfigurationError
from pipeline.finding import Outcome
from pipeline.promise import PromiseRules
from warehouse import statements
from warehouse.erasure.lake import erase_rows
from warehouse.erasure.subject import Subject, traces_of
from warehouse.facts import facts_zone, freshness, refresh_facts, refresh_promises
from warehouse.questions.calls import (
    Listing,
    calls_by,
    failed_reasons,
    known_days,
    last_night,
    list_calls,
)
from warehouse.questions.hearing import recognition_by, silence_by
from warehouse.questions.promised import promises_by
from warehouse.questions.rules import rules_by
from warehouse.questions.scope import Scope
from warehouse.results import append_calls


def on(call, day: datetime, *, team: str = "east"):
    return replace(call, metadata=replace(call.metadata, started_at=day, team=team))


@pytest.fixture(scope="module")
def filled(module_warehouse):
    """a-7: two calls of Friday 20 and one of Monday 23; a-9: one clear call of the 20th, west.

    c-5 begins at 00:10 in Shanghai, which is the day before in UTC. c-4 failed.
    """
    friday = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)
    clear = with_outcome(make_call("c-3", agent_id="a-9"), Outcome.CLEAR, points="0")
    night = datetime(2026, 11, 23, 0, 10, tzinfo=SHANGHAI)
    calls = [
        on(make_call("c-1"), friday),
        on(make_call("c-2"), friday + timedelta(hours=2)),
        on(clear, friday, team="west"),
        on(make_call("c-5"), night),
    ]
    append_calls(module_warehouse, calls, [make_failure("c-4")], night_id="n-1", code_version="1")
    assert refresh_facts(module_warehouse, zone="Asia/Shanghai") == 5
    return module_warehouse


FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


def test_all_calls_are_added_up(filled):
    (found,) = calls_by(filled, Scope())
    # c-1, c-2 and c-5 have a flag and a credit, c-3 the credit alone
    assert (found.calls, found.done, found.failed, found.passed) == (5, 4, 1, 4)
    assert (found.flags, found.calls_flagged, found.credits) == (3, 3, 4)
    assert (found.points_mean, found.points_deviation) == (99.5, 0)


def test_a_day_is_that_of_the_organisations_clock(filled):
    scope = Scope(since=FRIDAY, until=MONDAY)
    days = calls_by(filled, scope, "day")
    assert [(g.key, g.calls) for g in days] == [("2026-11-20", 3), ("2026-11-23", 1)]
    weeks = calls_by(filled, scope, "week")
    assert [(g.key, g.calls) for g in weeks] == [("2026-11-16", 3), ("2026-11-23", 1)]
    assert [(g.key, g.calls) for g in calls_by(filled, scope, "month")] == [("2026-11-01", 4)]
    hours = calls_by(filled, scope, "hour")
    assert {g.key: g.calls for g in hours} == {"0": 1, "9": 2, "11": 1}


def test_the_last_day_is_included_and_others_are_not(filled):
    assert [g.calls for g in calls_by(filled, Scope(since=FRIDAY, until=FRIDAY))] == [3]
    assert calls_by(filled, Scope(until=FRIDAY - timedelta(days=1))) == ()


def test_agents_and_teams_restrict(filled):
    agents = calls_by(filled, Scope(until=MONDAY), "agent")
    assert [(g.key, g.name, g.calls) for g in agents] == [
        ("a-7", "李'明\"", 3),
        ("a-9", "李'明\"", 1),
    ]
    assert [g.calls for g in calls_by(filled, Scope(team="west"))] == [1]
    assert [g.flags for g in calls_by(filled, Scope(agent_id="a-7"))] == [3]


def test_rules_come_by_lost_points(filled):
    found = rules_by(filled, Scope())
    assert [(r.rule_id, r.calls, r.flags) for r in found] == [
        ("zh.T10.improper", 4, 3),
        ("zh.T10.polite", 4, 0),
        ("zh.T11.polite", 4, 0),
        ("zh.profanity", 4, 0),
    ]
    assert found[0].points_lost == 3
    assert (found[1].points, found[1].points_lost) == (Decimal(2), 0)
    assert (found[1].compliance, found[2].compliance, found[3].compliance) == (1.0, 0.0, None)
    (one,) = rules_by(filled, Scope(since=MONDAY, until=MONDAY), rules=["zh.T10.improper"])
    assert one.flags == 1
    assert {r.key for r in rules_by(filled, Scope(), "team")} == {"east", "west"}


def test_silence_and_recognition(filled):
    (silence,) = silence_by(filled, Scope())
    # each call: 57 of 60 s silent, the longest 55
    assert (silence.calls, silence.silence_share, silence.longest_median_s) == (4, 0.95, 55)
    (heard,) = recognition_by(filled, Scope())
    # two words each, of probability 0.5 and 1: none below 0.5
    assert (heard.words, heard.words_uncertain, heard.role_certainty) == (8, 0, 0.75)
    assert (heard.rules_judged, heard.not_assessable_share) == (16, 0.0)


def test_failures_have_reasons_and_days_are_known(filled):
    assert [(r.reason_code, r.calls) for r in failed_reasons(filled, Scope())] == [
        ("audio.truncated", 1)
    ]
    known = known_days(filled)
    assert (known.first_day, known.teams) == (FRIDAY, ("east", "west"))
    assert last_night(filled) is None  # no run was recorded


def test_what_was_inspected_again_is_exchanged(warehouse):
    append_calls(warehouse, [make_call("c-1")], [], night_id=None, code_version="1")
    refresh_facts(warehouse)
    anew = with_outcome(with_models(make_call("c-1"), "asr@2"), Outcome.NOT_ASSESSABLE, points="0")
    moved = on(anew, datetime(2026, 11, 21, 9, 0, tzinfo=UTC), team="west")
    append_calls(warehouse, [moved], [], night_id=None, code_version="1")
    assert freshness(warehouse).behind == 2  # an inspection and its judgement
    assert refresh_facts(warehouse) == 1
    assert freshness(warehouse).behind == 0
    (group,) = calls_by(warehouse, Scope(), "team")
    assert (group.key, group.calls, group.flags) == ("west", 1, 0)
    rules = rules_by(warehouse, Scope(), "day")
    assert {rule.key for rule in rules} == {"2026-11-21"}
    (first,) = [rule for rule in rules if rule.rule_id == "zh.T10.improper"]
    assert (first.calls, first.not_assessable) == (0, 1)
    (heard,) = recognition_by(warehouse, Scope())
    assert heard.not_assessable_share == 0.25


def test_erasing_leaves_nothing_added_up(warehouse):
    calls = [make_call("c-1"), make_call("c-2", agent_id="a-9")]
    append_calls(warehouse, calls, [], night_id=None, code_version="1")
    refresh_facts(warehouse)
    erase_rows(warehouse, traces_of(warehouse.connection, Subject("agent", "a-7")))
    assert rules_by(warehouse, Scope()) == ()
    refresh_facts(warehouse)
    assert {rule.key for rule in rules_by(warehouse, Scope(), "agent")} == {"a-9"}


def test_with_another_clock_days_and_hours_are_counted_anew(warehouse):
    """09:30 in Shanghai is 01:30 UTC and the evening before in New York; 00:10 is a day earlier."""
    early = datetime(2026, 11, 20, 0, 10, tzinfo=SHANGHAI)
    calls = [on(make_call("c-1"), early), on(make_call("c-2"), early + timedelta(hours=9))]
    append_calls(warehouse, calls, [], night_id=None, code_version="1")
    assert refresh_facts(warehouse, zone="Asia/Shanghai") == 2
    assert refresh_facts(warehouse) == 0  # keeps its clock
    assert facts_zone(warehouse) == "Asia/Shanghai"
    hours = calls_by(warehouse, Scope(since=FRIDAY, until=FRIDAY), "hour")
    assert {g.key: g.calls for g in hours} == {"0": 1, "9": 1}
    assert refresh_facts(warehouse, zone="America/New_York") == 2
    hours = calls_by(warehouse, Scope(until=date(2026, 11, 19)), "hour")
    assert {g.key: g.calls for g in hours} == {"11": 1, "20": 1}
    assert {r.key for r in rules_by(warehouse, Scope(), "day")} == {"2026-11-19"}
    with pytest.raises(ConfigurationError):
        refresh_facts(warehouse, zone="Asia/Nowhere")


def test_calls_behind_a_point_are_listed_the_worst_first(filled):
    total, rows = list_calls(filled, Scope(until=MONDAY), Listing(), limit=2)
    assert (total, len(rows)) == (4, 2)
    assert [r.flags for r in rows] == [1, 1]
    failed, (one,) = list_calls(filled, Scope(), Listing(state="failed"), limit=9)
    assert (failed, one.call_id) == (1, "c-4")
    assert one.reason
    asked = Listing(rules=("zh.T10.improper", "zh.T10.polite"), outcomes=("violated", "met"))
    total, rows = list_calls(filled, Scope(since=FRIDAY), asked, limit=9)
    # c-1, c-2 and c-5 are flagged; all four are polite once
    assert total == 7
    assert [r.outcome for r in rows] == ["violated"] * 3 + ["met"] * 4
    assert list_calls(filled, Scope(since=FRIDAY), Listing(hour=11), limit=9)[0] == 1
    assert list_calls(filled, Scope(), Listing(without="hour"), limit=9)[0] == 1  # c-4
    assert list_calls(filled, Scope(team="west"), Listing(), limit=9)[0] == 1
    assert list_calls(filled, Scope(), Listing(promises=True), limit=9) == (0, ())


def test_promises_are_counted_as_they_stand(warehouse):
    append_calls(warehouse, [make_call("c-1")], [], night_id=None, code_version="1")
    warehouse.connection.execute(
        "insert into promise_result select scoring_id, result_id, call_id, unnest([0, 1]), 0,"
        " 1.0, 2.0, '半小时后给您回电话', 'contact', '半小时后',"
        " timestamptz '2026-11-20 01:30:00+00', timestamptz '2026-11-20 02:00:00+00'"
        " from scorecard_result"
    )
    refresh_facts(warehouse)
    assert refresh_promises(warehouse, PromiseRules()) == 2
    (group,) = promises_by(warehouse, Scope(), "agent")
    # nobody called, but calls are known only up to the call itself: open
    assert (group.key, group.made, group.undated, group.still_open) == ("a-7", 2, 0, 2)
    assert group.kept_share is None


def test_what_questions_ask_alike_stands_once():
    folder = Path(statements.__file__).parent
    own = {path.stem: path.read_text("utf-8") for path in (folder / "questions/sql").glob("*.sql")}
    parts = {path.stem: path.read_text("utf-8") for path in (folder / "parts").glob("*.sql")}
    for said in ("date_trunc('week', day)", "$until is null or day <= $until", "sum(missed)"):
        assert sum(said in text for text in parts.values()) == 1, said
        assert [name for name, text in own.items() if said in text] == []
    taken_up = "".join((*own.values(), *parts.values()))
    assert [name for name in parts if f"/* part: {name} */" not in taken_up] == []
    assert "part:" not in statements.statement("questions/sql/calls_by")

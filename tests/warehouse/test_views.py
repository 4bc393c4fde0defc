from __future__ import annotations

from decimal import Decimal

import pytest
from call_examples import make_call, make_failure, with_models, with_outcome

from pipeline.finding import Outcome
from warehouse.results import append_calls


@pytest.fixture(scope="module")
def filled(module_warehouse):
    """Agent a-7 has two calls, a-9 one; c-1 was inspected twice, c-4 failed."""
    append_calls(module_warehouse, [make_call("c-1")], [], night_id="n-0", code_version="1")
    clean = with_outcome(make_call("c-3", agent_id="a-9"), Outcome.CLEAR, points="0")
    append_calls(
        module_warehouse,
        [with_models(make_call("c-1"), "asr@2"), make_call("c-2"), clean],
        [make_failure("c-4")],
        night_id="n-1",
        code_version="1",
    )
    return module_warehouse


def ask(warehouse, question: str) -> list[tuple[object, ...]]:
    return warehouse.connection.execute(question).fetchall()


def test_each_call_is_listed_once_as_it_was_inspected_last(filled):
    assert ask(filled, "select call_id, state, asr_model, night_id from call order by 1") == [
        ("c-1", "done", "asr@2", "n-1"),
        ("c-2", "done", "asr@1", "n-1"),
        ("c-3", "done", "asr@1", "n-1"),
        ("c-4", "failed", None, "n-1"),
    ]


def test_turns_findings_and_evidence_are_of_the_last_inspection_only(filled):
    counts = "select (select count(*) from {}) from range(1)"
    # 3 calls of 2 turns, 4 findings, 2 passages, 1 scorecard
    for name, rows in {"turn": 6, "finding": 12, "evidence": 6, "scorecard": 3}.items():
        assert ask(filled, counts.format(name)) == [(rows,)]


def test_outcomes_are_counted_by_rule(filled):
    columns = "calls, flags, violated, met, missed, clear, points"
    rows = ask(filled, f"select rule_id, {columns} from finding_by_rule order by 1")
    assert rows == [
        ("zh.T10.improper", 3, 2, 2, 0, 0, 1, Decimal(-2)),
        ("zh.T10.polite", 3, 0, 0, 3, 0, 0, Decimal("1.5")),
        ("zh.T11.polite", 3, 0, 0, 0, 3, 0, Decimal(0)),
        ("zh.profanity", 3, 0, 0, 0, 0, 3, Decimal(0)),
    ]


def test_outcomes_are_counted_by_agent(filled):
    rows = ask(
        filled,
        "select agent_id, calls, flags, clear from finding_by_agent"
        " where rule_id = 'zh.T10.improper' order by 1",
    )
    assert rows == [("a-7", 2, 2, 0), ("a-9", 1, 0, 1)]


def test_scores_are_summed_by_agent(filled):
    rows = ask(
        filled,
        "select agent_id, team, calls, passed, points, points_possible, points_mean"
        " from scorecard_by_agent order by 1",
    )
    assert rows == [
        ("a-7", "east", 2, 2, Decimal(199), Decimal(200), 99.5),
        ("a-9", "east", 1, 1, Decimal("99.5"), Decimal(100), 99.5),
    ]


def test_calls_of_nobody_are_counted_too(warehouse):
    append_calls(warehouse, [make_call(agent_id=None)], [], night_id="n", code_version="1")
    assert ask(warehouse, "select agent_id, calls from scorecard_by_agent") == [(None, 1)]


def test_the_words_can_be_asked_for(filled):
    assert ask(
        filled,
        "select word.text, word.start_s from (select unnest(words) as word from turn"
        " where call_id = 'c-1') order by 2",
    ) == [("您", 1.0), ("好", 2.0)]

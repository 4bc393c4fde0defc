"""Strata of rules, counted from real reviews over a real lake."""

from __future__ import annotations

from pathlib import Path

import pytest
from call_examples import make_call, with_outcome
from sqlalchemy import Engine

from pipeline.finding import Outcome
from pipeline.settings import ReviewSettings
from pipeline.worth import is_sampled
from warehouse.connection import open_warehouse
from warehouse.decisions.accounts import create_account
from warehouse.decisions.filling import fill_queue
from warehouse.decisions.reviews import find_item
from warehouse.decisions.rule_counts import Period, count_rules, weigh_rules
from warehouse.decisions.store import open_decisions
from warehouse.decisions.verdicts import decide, submit, undo
from warehouse.lake import Warehouse
from warehouse.results import append_calls

RULE = "zh.T10.improper"
RULES = (RULE, "zh.T10.polite", "zh.argument")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_decisions(tmp_path)


@pytest.fixture
def lake(tmp_path: Path, engine: Engine) -> Warehouse:
    """Ten calls flagged for T10, and forty without a flag."""
    flagged = [make_call(f"f-{n}", audio=f"f{n}") for n in range(10)]
    clear = [
        with_outcome(make_call(f"c-{n}", audio=f"c{n}"), Outcome.CLEAR, points="0")
        for n in range(40)
    ]
    warehouse = open_warehouse(tmp_path)
    append_calls(warehouse, [*flagged, *clear], [], night_id=None, code_version="test")
    fill_queue(engine, warehouse)
    return warehouse


@pytest.fixture
def ann(engine: Engine) -> str:
    values = {"login": "ann", "name": "Ann", "password": "correct horse battery"}
    return create_account(engine, role="inspector", **values).account_id


def _say(engine: Engine, call_id: str, verdict: str, *, by: str, finding_no: int = 0) -> None:
    scoring = find_item(engine, call_id).scoring_id
    value = {"verdict": verdict, "swapped": False}
    decide(engine, call_id, scoring, "verdict", value, by=by, finding_no=finding_no)


def _submit(engine: Engine, call_id: str, *, by: str) -> None:
    submit(engine, call_id, find_item(engine, call_id).scoring_id, by=by)


def test_verdicts_of_submitted_calls_are_counted_and_undone_ones_are_not(
    engine: Engine, lake: Warehouse, ann: str
) -> None:
    for n, verdict in enumerate(["confirmed", "confirmed", "false", "doubtful"]):
        _say(engine, f"f-{n}", verdict, by=ann)
        _submit(engine, f"f-{n}", by=ann)
    _say(engine, "f-4", "false", by=ann)
    undo(engine, "f-4", find_item(engine, "f-4").scoring_id, by=ann)
    _submit(engine, "f-4", by=ann)
    _say(engine, "f-5", "false", by=ann)  # not submitted
    strata = count_rules(engine, lake, rules=RULES)[RULE]
    total = {
        name: sum(getattr(s, name) for s in strata)
        for name in ("calls", "reviewed", "flags", "confirmed", "false", "doubtful")
    }
    assert total == {
        "calls": 50, "reviewed": 5, "flags": 10, "confirmed": 2, "false": 1, "doubtful": 1,
    }  # fmt: skip
    assert strata[-1].calls == 40  # without a flag
    assert sum(s.flags for s in strata[:-1]) == 10


def test_a_miss_counts_once_where_the_random_share_was_looked_at(
    engine: Engine, lake: Warehouse, ann: str
) -> None:
    sampled = [f"c-{n}" for n in range(40) if is_sampled(f"c-{n}")]
    by_hand = next(f"c-{n}" for n in range(40) if not is_sampled(f"c-{n}"))
    assert sampled
    added = {"rule_id": RULE, "quote": "", "start": 1.0, "end": 2.0}
    for call_id in (sampled[0], by_hand):
        scoring = find_item(engine, call_id).scoring_id
        decide(engine, call_id, scoring, "added", added, by=ann)
        decide(engine, call_id, scoring, "added", added, by=ann)
        _submit(engine, call_id, by=ann)
    unflagged = count_rules(engine, lake, rules=RULES)[RULE][-1]
    assert (unflagged.reviewed, unflagged.missed) == (1, 1)
    assert unflagged.calls == 39  # the one picked by hand stands for nobody else


def test_what_the_machine_took_for_done_and_was_not_is_a_miss(
    engine: Engine, lake: Warehouse, ann: str
) -> None:
    _say(engine, "f-0", "false", by=ann, finding_no=1)  # zh.T10.polite was not said
    _submit(engine, "f-0", by=ann)
    counted = count_rules(engine, lake, rules=RULES)
    assert sum(s.missed for s in counted["zh.T10.polite"]) == 1


def test_a_call_whose_roles_were_swapped_says_nothing_of_rules(
    engine: Engine, lake: Warehouse, ann: str
) -> None:
    _say(engine, "f-0", "false", by=ann)
    decide(engine, "f-0", find_item(engine, "f-0").scoring_id, "roles", {}, by=ann)
    _submit(engine, "f-0", by=ann)
    assert sum(s.judged for s in count_rules(engine, lake, rules=RULES)[RULE]) == 0


def test_a_period_and_the_rules_asked_for_restrict(engine: Engine, lake: Warehouse) -> None:
    started = find_item(engine, "f-0").started_at
    assert started is not None
    assert set(count_rules(engine, lake, rules=RULES)) == {RULE}
    assert count_rules(engine, lake, rules=RULES, period=Period(until=started)) == {}
    assert set(count_rules(engine, lake, rules=RULES, period=Period(since=started))) == {RULE}
    (worth,) = weigh_rules(engine, lake, rules=RULES, settings=ReviewSettings())
    assert (worth.flags, worth.advice, worth.precision) == (10, "unknown", None)

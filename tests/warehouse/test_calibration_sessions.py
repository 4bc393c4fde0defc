"""Calibration sessions in the database of decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, update

from pipeline.errors import UsageError
from pipeline.finding import Outcome
from warehouse.decisions.accounts import create_account
from warehouse.decisions.audit import verify
from warehouse.decisions.calibration import (
    Invitation,
    is_blind,
    list_sessions,
    make_session,
    move_session,
    read_session,
)
from warehouse.decisions.calibration_answers import finish_scoring, keep_answers, read_answers
from warehouse.decisions.calibration_choice import choose_calls
from warehouse.decisions.calibration_outcome import (
    add_action,
    agree,
    give_guidance,
    list_actions,
    read_agreements,
    step_action,
)
from warehouse.decisions.calibration_tables import calibration_session
from warehouse.decisions.queue_filter import QueueFilter
from warehouse.decisions.reviews import count_queue
from warehouse.decisions.store import open_decisions, writing
from warehouse.decisions.tables import review, review_flag
from warehouse.decisions.verdicts import decide

T10, BUCK = "zh.T10.improper", "zh.buck_passing"
V, C = Outcome.VIOLATED, Outcome.CLEAR


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Eight calls, the flags of which are the more doubtful the higher their number."""
    made = open_decisions(tmp_path)
    rows = [
        {
            "call_id": f"c{n}", "stored_no": n, "scoring_id": "s", "language": "zh",
            "duration_s": 10.0, "points": 98, "flags": 1, "worth": 1.0, "sampled": False,
            "state": "open", "started_at": datetime(2026, 11, 1 + n, tzinfo=UTC),
        }
        for n in range(8)
    ]  # fmt: skip
    flags = [
        {
            "call_id": f"c{n}", "finding_no": 0, "rule_id": T10,
            "probability": 0.95 - n * 0.05, "severity": "minor",
        }
        for n in range(8)
    ]  # fmt: skip
    with writing(made).begin() as connection:
        connection.execute(insert(review), rows)
        connection.execute(insert(review_flag), flags)
    return made


@pytest.fixture
def people(engine: Engine) -> dict[str, str]:
    """Account ids by login: a supervisor and two inspectors."""
    logins = {"zhao": "supervisor", "li": "inspector", "wang": "inspector"}
    return {
        login: create_account(
            engine, login=login, name=login, role=role, password="correct horse battery"
        ).account_id
        for login, role in logins.items()
    }


@pytest.fixture
def asked(people: dict[str, str]) -> Invitation:
    return Invitation(
        title="November",
        language="zh",
        call_ids=("c0", "c1", "c2"),
        rules=(T10, BUCK),
        raters=(people["li"], people["wang"]),
        repeats=1,
        deadline=datetime.now(UTC) + timedelta(days=1),
        seed=3,
    )


@pytest.fixture
def session(engine: Engine, people: dict[str, str], asked: Invitation) -> int:
    return make_session(engine, asked, by=people["zhao"])


def test_a_session_keeps_calls_repeats_rules_and_raters(
    engine: Engine, session: int, people: dict[str, str]
) -> None:
    found = read_session(engine, session)
    assert [c.call_id for c in found.cards[:3]] == ["c0", "c1", "c2"]
    assert found.cards[3].call_id == found.cards[found.cards[3].repeat_of or 0].call_id
    assert found.places == 8
    assert [r.name for r in found.raters] == ["li", "wang"]
    assert [s.session_no for s in list_sessions(engine, reader=people["li"])] == [session]
    assert list_sessions(engine, reader=people["zhao"]) == ()


def test_the_last_answer_counts_and_progress_shows_no_answer(
    engine: Engine, session: int, people: dict[str, str]
) -> None:
    li = people["li"]
    assert keep_answers(engine, session, 0, {T10: V, BUCK: C}, by=li) == 2
    assert keep_answers(engine, session, 0, {T10: V, BUCK: V}, by=li) == 1
    assert {a.rule_id: a.outcome for a in read_answers(engine, session, rater=li)} == {
        T10: V, BUCK: V,
    }  # fmt: skip
    assert read_answers(engine, session, rater=people["wang"]) == ()
    assert {r.name: r.answered for r in read_session(engine, session).raters} == {
        "li": 2, "wang": 0,
    }  # fmt: skip


def test_who_scores_a_call_sees_it_nowhere_else_until_finished(
    engine: Engine, session: int, people: dict[str, str]
) -> None:
    li, zhao = people["li"], people["zhao"]
    assert is_blind(engine, "c0", reader=li)
    assert not is_blind(engine, "c7", reader=li)
    assert not is_blind(engine, "c0", reader=zhao)
    assert count_queue(engine, QueueFilter(), reader=li) == 5
    assert count_queue(engine, QueueFilter(), reader=zhao) == 8
    finish_scoring(engine, session, by=li)
    assert not is_blind(engine, "c0", reader=li)
    assert count_queue(engine, QueueFilter(), reader=li) == 8


def test_nothing_is_answered_by_strangers_after_the_end_or_of_other_calls(
    engine: Engine, session: int, people: dict[str, str]
) -> None:
    li = people["li"]

    def refused(by: str, call_no: int = 0, rule: str = T10) -> str:
        with pytest.raises(UsageError) as told:
            keep_answers(engine, session, call_no, {rule: V}, by=by)
        return told.value.key

    assert refused(people["zhao"]) == "calibration.not_invited"
    assert refused(li, call_no=9) == "calibration.not_part"
    assert refused(li, rule="zh.argument") == "calibration.not_part"
    finish_scoring(engine, session, by=people["wang"])
    assert refused(people["wang"]) == "calibration.finished"
    with writing(engine).begin() as connection:
        past = datetime.now(UTC) - timedelta(minutes=1)
        connection.execute(update(calibration_session).values(deadline=past))
    assert refused(li) == "calibration.over"
    assert read_answers(engine, session) == ()


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"title": " "}, "calibration.title_needed"),
        ({"call_ids": ()}, "calibration.calls_needed"),
        ({"rules": ()}, "calibration.items_needed"),
        ({"raters": ("one", "one")}, "calibration.raters_needed"),
        ({"deadline": datetime(2020, 1, 1, tzinfo=UTC)}, "calibration.deadline_past"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(
    engine: Engine, asked: Invitation, change: dict[str, object], key: str
) -> None:
    with pytest.raises(UsageError) as refused:
        make_session(engine, replace(asked, **change), by="x")
    assert refused.value.key == key
    assert list_sessions(engine) == ()


def test_the_meeting_agrees_guides_and_gives_out_work_that_is_followed_up(
    engine: Engine, session: int, people: dict[str, str]
) -> None:
    zhao, li = people["zhao"], people["li"]
    with pytest.raises(UsageError):
        agree(engine, session, T10, call_no=0, outcome=V, by=zhao)  # still scoring
    move_session(engine, session, to="meeting", by=zhao)
    agree(engine, session, T10, call_no=0, outcome=V, by=zhao)
    agree(engine, session, T10, call_no=0, outcome=C, by=zhao)
    give_guidance(engine, session, T10, text=" 只算推脱 ", by=zhao)
    due = date(2026, 12, 1)
    number = add_action(engine, session, text="改话术", owner_id=li, due_on=due, by=zhao)
    agreed = read_agreements(engine, session)
    assert agreed.outcomes == {(T10, 0): C}
    assert agreed.guidance == {T10: "只算推脱"}
    (action,) = list_actions(engine)
    assert (action.owner, action.state, action.late(date(2026, 12, 2))) == ("li", "open", True)
    assert step_action(engine, number, state="done", note="", by=li) == session
    (action,) = list_actions(engine, session_no=session)
    assert (action.state, action.late(date(2026, 12, 2))) == ("done", False)
    move_session(engine, session, to="closed", by=zhao)
    with pytest.raises(UsageError):
        add_action(engine, session, text="x", owner_id=li, due_on=due, by=zhao)
    with pytest.raises(UsageError):
        move_session(engine, session, to="meeting", by=zhao)
    # three accounts; made, to the meeting, agreed twice, guided, action, step, closed
    assert verify(engine) == 3 + 8


def test_calls_are_chosen_by_doubt_by_disagreement_and_by_chance(
    engine: Engine, people: dict[str, str]
) -> None:
    by_rule = choose_calls(engine, "rule", language="zh", rules=[T10], count=2, seed=1)
    assert by_rule == ("c7", "c6")  # probabilities 0.60 and 0.65
    for verdict in ("false", "doubtful"):
        value = {"verdict": verdict, "swapped": False}
        decide(engine, "c4", "s", "verdict", value, by=people["li"], finding_no=0)
    decide(engine, "c5", "s", "verdict", {"verdict": "confirmed"}, by=people["li"], finding_no=0)
    decide(engine, "c2", "s", "added", {"rule_id": BUCK}, by=people["li"])
    assert choose_calls(engine, "disagreement", language="zh", rules=[], count=9, seed=1) == (
        "c4",
        "c2",
    )
    chance = choose_calls(engine, "random", language="zh", rules=[], count=4, seed=1)
    assert chance == choose_calls(engine, "random", language="zh", rules=[], count=4, seed=1)
    assert chance != choose_calls(engine, "random", language="zh", rules=[], count=4, seed=2)
    assert choose_calls(engine, "random", language="es", rules=[], count=4, seed=1) == ()

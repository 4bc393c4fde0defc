"""What pages and API show, and to whom, while a session is scored; sampling plans as pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from nights import SignIn
from sqlalchemy import Engine

from warehouse.decisions.accounts import accounts
from warehouse.decisions.calibration import Invitation, make_session
from warehouse.decisions.calibration_answers import finish_scoring

RULES = ("zh.T10.improper", "zh.complaint.apology")


@pytest.fixture
def people(decisions: Engine) -> dict[str, str]:
    return {account.login: account.account_id for account in accounts(decisions)}


@pytest.fixture
def session(decisions: Engine, people: dict[str, str]) -> int:
    asked = Invitation(
        title="十一月",
        language="zh",
        call_ids=("rude-1", "polite-1"),
        rules=RULES,
        raters=(people["inspector"], people["second"]),
        repeats=0,
        deadline=datetime.now(UTC) + timedelta(days=1),
        seed=1,
    )
    return make_session(decisions, asked, by=people["supervisor"])


def test_a_call_to_be_scored_blind_is_closed_to_the_rater_alone(
    session: int, decisions: Engine, people: dict[str, str], sign_in: SignIn
) -> None:
    inspector, supervisor = sign_in("inspector"), sign_in("supervisor")
    for place in ("/calls/rude-1", "/calls/rude-1/sound", "/api/calls/rude-1"):
        assert inspector.get(place).status_code == 423, place
        assert supervisor.get(place).status_code == 200, place
    assert "rude-1" not in inspector.get("/queue").text
    assert "rude-2" in inspector.get("/queue").text
    finish_scoring(decisions, session, by=people["inspector"])
    assert inspector.get("/calls/rude-1").status_code == 200


def test_the_page_to_score_on_tells_nothing_that_was_found(session: int, sign_in: SignIn) -> None:
    inspector = sign_in("inspector")
    for place in (1, 2):
        answer = inspector.get(f"/calibration/{session}/score/{place}")
        assert answer.status_code == 200
        assert "polite-1" not in answer.text
        assert "rude-1" not in answer.text
        assert 'class="finding' not in answer.text
        assert "checked" not in answer.text
        sound = inspector.get(f"/calibration/{session}/score/{place}/sound")
        assert sound.content[:4] == b"RIFF"
    assert inspector.get(f"/calibration/{session}/score/3").status_code == 404
    stranger = sign_in("supervisor")  # runs sessions, but was not invited to this one
    assert stranger.get(f"/calibration/{session}/score/1").status_code == 404


def test_a_value_that_is_no_answer_is_refused(session: int, sign_in: SignIn) -> None:
    inspector = sign_in("inspector")
    place = f"/calibration/{session}/score/1"
    assert inspector.post(place, data={RULES[0]: "perhaps"}).status_code == 422
    assert (
        inspector.post(place, data={RULES[0]: "met"}).status_code == 422
    )  # not of a forbidden one
    assert inspector.post(place, data={RULES[0]: "clear"}).status_code == 303
    assert inspector.get(place).text.count("checked") == 1


def test_a_plan_is_drawn_and_shown(sign_in: SignIn) -> None:
    supervisor = sign_in("supervisor")
    form = {
        "month": "2026-11", "per_agent": "1", "random_share": "1", "stratified_by": "purpose",
        "seed": "5",
    }  # fmt: skip
    made = supervisor.post("/sampling", data=form)
    assert made.status_code == 303
    shown = supervisor.get(made.headers["Location"])
    assert shown.text.count("<tr><td>") == 3  # three agents, one call of each
    wrong = supervisor.post("/sampling", data={**form, "seed": "many"})
    assert wrong.status_code == 422
    assert 'value="2026-11"' in wrong.text  # what was typed is still there

"""What pages and API show, and to whom, while a session is scored; sampling plans as pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from nights import SignIn
from sqlalchemy import Engine

from pipeline.agreement.ratings import MACHINE
from warehouse.decisions.accounts import accounts, create_account
from warehouse.decisions.calibration import Invitation, make_session
from warehouse.decisions.calibration_answers import finish_scoring
from warehouse.questions.rated import machine_by_month, rated

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


# What the addresses of a session that is there answer to: nobody, an invited inspector, one who was
# not invited, a supervisor, an agent, an administrator, an auditor; in the order of a session.
WHO = (None, "inspector", "third", "supervisor", "agent", "administrator", "auditor")
ANSWERS = {
    ("GET", ""): (401, 200, 404, 200, 403, 403, 403),
    ("GET", "/score/1"): (401, 200, 404, 404, 403, 403, 403),  # the supervisor is no rater
    ("POST", "/score/1"): (401, 303, 404, 404, 403, 403, 403),
    ("GET", "/score/1/sound"): (401, 200, 404, 404, 403, 403, 403),
    ("GET", "/check"): (401, 200, 404, 404, 403, 403, 403),
    ("POST", "/agree"): (401, 403, 403, 409, 403, 403, 403),  # before the meeting
    ("POST", "/guidance"): (401, 403, 403, 409, 403, 403, 403),
    ("POST", "/actions"): (401, 403, 403, 409, 403, 403, 403),
    ("POST", "/close"): (401, 403, 403, 409, 403, 403, 403),
    ("POST", "/finish"): (401, 303, 409, 409, 403, 403, 403),
    ("POST", "/meeting"): (401, 403, 403, 303, 403, 403, 403),
}


@pytest.mark.parametrize("number", range(len(WHO)), ids=[str(who) for who in WHO])
def test_each_role_reaches_what_is_its_own_of_a_session(
    number: int, session: int, decisions: Engine, sign_in: SignIn
) -> None:
    values = {"login": "third", "name": "第三位", "password": "correct horse battery"}
    create_account(decisions, role="inspector", **values)
    client = sign_in(WHO[number])
    data = {"rule": RULES[0], "call_no": "0", "outcome": "clear", "guidance": "g", "text": "t"}
    data |= {"owner": accounts(decisions)[0].account_id, "due": "2030-01-01", RULES[0]: "clear"}
    for (method, place), statuses in ANSWERS.items():
        sent = {"data": data} if method == "POST" else {}
        answer = client.request(method, f"/calibration/{session}{place}", **sent)
        assert answer.status_code == statuses[number], (method, place)


def test_what_the_machine_says_is_kept_when_the_meeting_begins(
    session: int, decisions: Engine, sign_in: SignIn
) -> None:
    inspector, supervisor = sign_in("inspector"), sign_in("supervisor")
    for place in (1, 2):
        told = inspector.post(f"/calibration/{session}/score/{place}", data={RULES[0]: "clear"})
        assert told.status_code == 303
    assert rated(decisions, since=None, until=None).raters == ()  # still blind
    assert supervisor.post(f"/calibration/{session}/meeting").status_code == 303
    found = rated(decisions, since=None, until=None)
    assert MACHINE in found.raters
    # rude-1 says 我不知道 and polite-1 does not; the inspector saw a fault in neither
    (month,) = machine_by_month(found)
    assert (month.found.value, month.found.units) == (0.5, 2)
    page = supervisor.get("/dashboards/agreement").text
    for name in ("agreement", "strictness", "likeness", "with_machine"):
        assert f'id="{name}"' in page
    listed = supervisor.get(f"/calibration?month={month.month:%Y-%m}").text
    assert "十一月" in listed
    assert "十一月" not in supervisor.get("/calibration?month=2001-01").text


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

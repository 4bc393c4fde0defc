"""An agent appeals and a supervisor decides, by the pages alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nights import SignIn
from sqlalchemy import Engine, select, update
from starlette.testclient import TestClient

from pipeline.appeal import AppealState
from pipeline.messages import catalogue
from warehouse.decisions.accounts import ROLES, accounts
from warehouse.decisions.appeal_reading import findings_taken_back
from warehouse.decisions.reviews import find_item
from warehouse.decisions.store import writing
from warehouse.decisions.tables import account, audit, review

ROOT = Path(__file__).parents[2]
REASON = "我说的是别的事"


def finding_of(rule_id: str, decisions: Engine) -> int:
    """The number of a flag of rude-1."""
    flags = find_item(decisions, "rude-1").flags
    return next(flag.finding_no for flag in flags if flag.rule_id == rule_id)


@pytest.fixture
def released(sign_in: SignIn) -> TestClient:
    """The inspector who submitted rude-1, of agent A1."""
    inspector = sign_in("inspector")
    said = {"kind": "comment", "text": "内部备注"}
    assert inspector.post("/calls/rude-1/decide", data=said).status_code == 200
    assert inspector.post("/calls/rude-1/submit").status_code == 303
    return inspector


def test_an_upheld_appeal_changes_the_score_at_once(
    released: TestClient, sign_in: SignIn, decisions: Engine
) -> None:
    agent, number = sign_in("agent"), finding_of("zh.T10.improper", decisions)
    before = find_item(decisions, "rude-1").points
    sent = agent.post("/calls/rude-1/appeal", data={"finding_no": number, "reason": REASON})
    assert sent.headers["Location"] == f"/calls/rude-1#finding-{number}"
    assert REASON in agent.get("/calls/rude-1").text

    supervisor = sign_in("supervisor")
    assert "/appeals/1" in supervisor.get("/appeals").text
    assert REASON in supervisor.get("/appeals/1").text
    answer = {"decision": "upheld", "reason": "录音里不是这句"}
    assert supervisor.post("/appeals/1/decide", data=answer).status_code == 303
    assert find_item(decisions, "rude-1").points_reviewed == before + 1  # T10 costs one point
    (row,) = findings_taken_back(decisions)
    assert (row.call_id, row.rule_id, row.agent_id, row.points) == (
        "rude-1", "zh.T10.improper", "A1", -1,
    )  # fmt: skip
    (kept,) = supervisor.get("/api/tables/appeals.json").json()
    assert (kept["call_id"], kept["state"], kept["reason"]) == ("rude-1", "upheld", REASON)
    assert kept["answer"] == "录音里不是这句"
    shown = agent.get("/calls/rude-1").text
    assert "申诉成立" in shown
    assert "录音里不是这句" in shown


def test_who_judged_does_not_decide_and_the_final_decision_is_a_third_person_s(
    sign_in: SignIn, decisions: Engine
) -> None:
    supervisor = sign_in("supervisor")
    assert supervisor.post("/calls/rude-1/submit").status_code == 303
    agent, number = sign_in("agent"), finding_of("zh.T10.improper", decisions)
    agent.post("/calls/rude-1/appeal", data={"finding_no": number, "reason": REASON})
    answer = {"decision": "rejected", "reason": "听得很清楚"}
    refused = supervisor.post("/appeals/1/decide", data=answer)
    assert refused.status_code == 409
    assert "另一位主管" in refused.text
    chief = sign_in("chief")
    assert chief.post("/appeals/1/decide", data=answer).status_code == 303
    assert agent.post("/appeals/1/escalate", data={"reason": "请再听"}).status_code == 303
    assert chief.post("/appeals/1/decide", data=answer).status_code == 409


def test_after_the_deadline_the_agent_is_told_until_when_it_was(
    released: TestClient, sign_in: SignIn, decisions: Engine
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=8)
    with writing(decisions).begin() as connection:
        connection.execute(update(review).values(submitted_at=long_ago))
    agent, number = sign_in("agent"), finding_of("zh.T10.improper", decisions)
    until = f"{long_ago + timedelta(days=7):%Y-%m-%d %H:%M}"
    page = agent.get("/calls/rude-1").text
    assert f"申诉期已于 {until} 截止" in page
    assert 'action="/calls/rude-1/appeal"' not in page
    late = agent.post("/calls/rude-1/appeal", data={"finding_no": number, "reason": REASON})
    assert late.status_code == 409
    assert until in late.text


def test_an_agent_sees_good_moments_flags_and_norms_but_no_internal_comment(
    released: TestClient, sign_in: SignIn
) -> None:
    agent = sign_in("agent")
    page = agent.get("/calls/rude-1").text
    assert "我不知道" in page
    assert 'class="norm"' in page
    assert 'class="better"' in page
    assert "内部备注" not in page
    twin = agent.get("/api/calls/rude-1").json()
    assert (twin["comment"], twin["not_assessable"]) == ("", [])
    assert {finding["verdict"] for finding in twin["findings"]} == {""}
    assert "data-verdict" not in page


def test_acknowledging_is_kept_and_stands_in_the_audit_log(
    released: TestClient, sign_in: SignIn, decisions: Engine
) -> None:
    agent, number = sign_in("agent"), finding_of("zh.T10.improper", decisions)
    assert agent.post("/calls/rude-1/acknowledge", data={"finding_no": number}).status_code == 303
    assert "阅知" in agent.get("/calls/rude-1").text
    with decisions.connect() as connection:
        wanted = select(audit.c.subject).where(audit.c.action == "finding.acknowledge")
        assert connection.execute(wanted).scalars().all() == ["rude-1"]


def test_a_finding_that_does_not_count_cannot_be_appealed(
    released: TestClient, sign_in: SignIn
) -> None:
    agent = sign_in("agent")
    for number in ("0x", "999", "-7"):
        values = {"finding_no": number, "reason": REASON}
        assert agent.post("/calls/rude-1/appeal", data=values).status_code == 404


def test_a_corrected_word_is_judged_anew_without_the_recording(
    sign_in: SignIn, decisions: Engine
) -> None:
    inspector = sign_in("inspector")
    page = inspector.get("/calls/rude-1").text
    assert 'data-turn="2"' in page  # the agent's second turn: 我不知道，这不归我管
    before = find_item(decisions, "rude-1").points
    # 我不知道 at 4.5 characters a second, the first word of turn 2 to its fourth
    start, end = _place_of(page, "我"), _place_of(page, "道")
    said = {"kind": "word", "turn_no": 2, "start": start[0], "end": end[1], "text": "今天下雨"}
    answer = inspector.post("/calls/rude-1/decide", data=said)
    assert answer.status_code == 200
    assert "我不知道" not in answer.text
    assert find_item(decisions, "rude-1").points_reviewed == before + 1
    assert inspector.post("/calls/rude-1/undo").status_code == 200
    assert find_item(decisions, "rude-1").points_reviewed is None


def _place_of(page: str, character: str) -> tuple[float, float]:
    """Start and end of the first word of turn 2 that is this character."""
    turn = page.split('data-turn="2"')[1].split("</article>")[0]
    word = next(w for w in turn.split("<span ") if f">{character}</span>" in w)
    start, end = (word.split(f'data-{name}="')[1].split('"')[0] for name in ("start", "end"))
    return float(start), float(end)


def test_the_administrator_s_changes_hold_at_once(sign_in: SignIn, decisions: Engine) -> None:
    administrator = sign_in("administrator")
    values = {"login": "Neu.QA", "name": "新人", "role": "inspector", "team": "南门组"}
    made = administrator.post("/accounts", data=values)
    password = made.text.split("<code>")[1].split("</code>")[0]
    newcomer = sign_in(None)
    entered = newcomer.post("/sign-in", data={"login": "neu.qa", "password": password})
    assert entered.headers["Location"] == "/"
    assert newcomer.get("/queue").status_code == 200
    account_id = made.text.split('data-login="neu.qa"')[1].split("/accounts/")[1].split("/")[0]
    change = {"role": "auditor", "team": "", "agent_id": ""}
    assert administrator.post(f"/accounts/{account_id}/change", data=change).status_code == 303
    assert newcomer.get("/queue").status_code == 403
    assert newcomer.get("/audit").status_code == 200
    assert administrator.post(f"/accounts/{account_id}/close").status_code == 303
    assert newcomer.get("/audit").status_code == 401


def test_nobody_locks_the_administrators_out(sign_in: SignIn) -> None:
    administrator = sign_in("administrator")
    page = administrator.get("/accounts").text
    own = page.split('data-login="administrator"')[1].split("/accounts/")[1].split("/")[0]
    change = {"role": "auditor", "team": "", "agent_id": ""}
    for action, values in (("close", {}), ("change", change)):
        refused = administrator.post(f"/accounts/{own}/{action}", data=values)
        assert refused.status_code == 409
        assert "另一位管理员" in refused.text


def test_the_auditor_finds_who_saw_a_call_and_that_the_chain_is_whole(
    released: TestClient, sign_in: SignIn, decisions: Engine
) -> None:
    auditor = sign_in("auditor")
    listed = auditor.get("/audit?subject=rude-1").text.split('id="audit"')[1]
    assert "提交复核" in listed
    said = auditor.get("/audit?subject=rude-1&action=review.decide").text.split('id="audit"')[1]
    assert "复核意见" in said
    assert "提交复核" not in said
    assert "完整" in auditor.post("/audit/verify").text
    with writing(decisions).begin() as connection:
        third = update(audit).where(audit.c.entry_no == 3)
        connection.execute(third.values(subject="other"))
    assert "第 3 条被改动" in auditor.post("/audit/verify").text


def test_views_are_kept_by_name_for_their_owner_only(sign_in: SignIn) -> None:
    inspector, other = sign_in("inspector"), sign_in("second")
    assert inspector.post("/views?agent=A1&page=3", data={"name": "A1 的"}).status_code == 303
    assert "/queue?agent=A1" in inspector.get("/queue").text
    assert "A1 的" not in other.get("/queue").text
    other.post("/views/1/drop")
    assert "A1 的" in inspector.get("/queue").text
    inspector.post("/views/1/drop")
    assert "A1 的" not in inspector.get("/queue").text


def test_a_batch_of_the_filter_is_given_to_a_reviewer_and_taken_back(
    sign_in: SignIn, decisions: Engine
) -> None:
    supervisor = sign_in("supervisor")
    people = {p.login: p for p in accounts(decisions)}
    second = people["second"].account_id
    answer = supervisor.post("/queue/assign?purpose=complaint", data={"to": second, "first": "1"})
    assert answer.status_code == 303
    given = [c for c in ("rude-1", "rude-2", "queja-1") if find_item(decisions, c).assigned_to]
    assert len(given) == 1
    assert given[0] in supervisor.get(f"/queue?assigned={second}").text
    supervisor.post("/queue/assign", data={"to": "", "call": given})
    assert find_item(decisions, given[0]).assigned_to is None
    for login in ("agent", "auditor"):  # who may not review
        wanted = {"to": people[login].account_id, "call": given}
        assert supervisor.post("/queue/assign", data=wanted).status_code == 422


def test_the_score_filter_counts_what_the_list_shows(sign_in: SignIn, decisions: Engine) -> None:
    inspector = sign_in("inspector")
    number = finding_of("zh.T10.improper", decisions)
    said = {"kind": "verdict", "finding_no": number, "verdict": "false", "outcome": "violated"}
    assert inspector.post("/calls/rude-1/decide", data=said).status_code == 200
    points = find_item(decisions, "rude-1").points_reviewed
    assert points == 94  # 93 by the machine
    assert "rude-1" not in inspector.get("/queue?below=94").text
    assert "rude-1" in inspector.get("/queue?above=94").text


def test_who_comes_first_is_shown_around_once_in_the_own_language(
    sign_in: SignIn, decisions: Engine
) -> None:
    with writing(decisions).begin() as connection:
        connection.execute(update(account).values(toured_at=None))
    for role in ROLES:
        client = sign_in(role)
        for language, skip in (("zh", "跳过"), ("es", "Omitir"), ("en", "Skip")):
            client.cookies.set("language", language)
            assert f"data-skip>{skip}<" in client.get("/own").text
        assert client.post("/tour").status_code == 204
        assert 'id="tour"' not in client.get("/own").text


def test_every_action_of_the_log_has_its_words() -> None:
    told = {key.removeprefix("audited.") for key in catalogue() if key.startswith("audited.")}
    written = set()
    for path in (
        *(ROOT / "warehouse" / "decisions").glob("*.py"),
        *(ROOT / "console").glob("*.py"),
    ):
        found = re.findall(r'audit\.record\(\s*connection,\s*"([a-z_.]+)"', path.read_text("utf-8"))
        written |= {action.replace(".", "_") for action in found}
    assert "review_submit" in written
    assert written <= told
    assert {f"appeal_{state.value}" for state in AppealState} - {"appeal_lapsed"} <= told

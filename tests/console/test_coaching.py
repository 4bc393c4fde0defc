"""Coaching pages, the case library, and what dashboards lead to."""

from __future__ import annotations

import re

from nights import SignIn
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from warehouse.decisions.cases import list_cases
from warehouse.decisions.reviews import find_item
from warehouse.decisions.tables import audit


def confirm_first(client: TestClient, decisions: Engine, call_id: str) -> int:
    """Confirm the call's first flag and submit; the finding's number."""
    number = find_item(decisions, call_id).flags[0].finding_no
    said = {"kind": "verdict", "finding_no": str(number), "verdict": "confirmed"}
    assert client.post(f"/calls/{call_id}/decide", data=said).status_code == 200
    assert client.post(f"/calls/{call_id}/submit").status_code == 303
    return number


def test_an_agent_is_coached_on_released_calls_alone(sign_in: SignIn, decisions: Engine) -> None:
    agent = sign_in("agent")
    before = agent.get("/my-coaching").text
    assert "rude-1" not in before
    confirm_first(sign_in("inspector"), decisions, "rude-1")
    after = agent.get("/my-coaching").text
    assert 'href="/calls/rude-1#at=' in after
    lost = re.findall(r'<tr data-rule="[^"]+"><td>[^<]+</td><td class="text-end">([\d.]+)', after)
    assert lost
    assert [float(points) for points in lost] == sorted(map(float, lost), reverse=True)
    assert "rude-2" not in after  # of another agent
    assert "polite-1" not in after  # not released


def test_what_was_a_false_alarm_is_nothing_to_work_on(sign_in: SignIn, decisions: Engine) -> None:
    inspector = sign_in("inspector")
    flags = find_item(decisions, "rude-1").flags
    for flag in flags:
        said = {"kind": "verdict", "finding_no": str(flag.finding_no), "verdict": "false"}
        assert inspector.post("/calls/rude-1/decide", data=said).status_code == 200
    assert inspector.post("/calls/rude-1/submit").status_code == 303
    page = sign_in("agent").get("/my-coaching").text
    for flag in flags:
        assert f'data-rule="{flag.rule_id}"' not in page


def test_a_supervisor_sees_rules_moments_and_the_better_phrase(
    sign_in: SignIn, decisions: Engine
) -> None:
    page = sign_in("supervisor").get("/coaching/A1")
    work = re.findall(r'<tr data-rule="([^"]+)">', page.text)
    # A1 has rude-1 and polite-1, and whatever is flagged in rude-1 is to be worked on
    flagged = {flag.rule_id for flag in find_item(decisions, "rude-1").flags}
    assert work
    assert set(work) <= flagged | {f.rule_id for f in find_item(decisions, "polite-1").flags}
    bad = page.text[page.text.index('id="bad"') : page.text.index('id="good"')]
    costs = [float(text) for text in re.findall(r'<span class="badge grave">([^<]+)', bad)]
    assert costs
    assert costs == sorted(costs)  # the dearest first
    assert costs[-1] < 0
    assert "我可以帮您" in page.text  # the polite alternative to 我不知道
    with decisions.connect() as connection:
        seen = connection.execute(select(audit).where(audit.c.action == "coaching.view")).all()
    assert [row.subject for row in seen] == ["A1"]
    assert sign_in("supervisor").get("/coaching/A99").status_code == 404


def test_confirmed_findings_become_cases_that_are_pinned_and_taken_down(
    sign_in: SignIn, decisions: Engine
) -> None:
    supervisor = sign_in("supervisor")
    assert supervisor.get("/cases").text.count('class="moment"') == 0
    inspector = sign_in("inspector")
    first = confirm_first(inspector, decisions, "rude-1")
    confirm_first(inspector, decisions, "rude-2")
    assert supervisor.get("/cases").text.count('class="moment"') == 2
    assert supervisor.get("/cases?kind=good").text.count('class="moment"') == 0
    rule = find_item(decisions, "rude-1").flags[0].rule_id
    assert 'class="moment"' in supervisor.get(f"/cases?rule={rule}&kind=bad").text

    chosen = {"call_id": "rude-1", "finding_no": str(first)}
    assert inspector.post("/cases/pin", data={**chosen, "pinned": "1"}).status_code == 403
    assert supervisor.post("/cases/pin", data={**chosen, "pinned": "1"}).status_code == 303
    cases = list_cases(decisions, reader="")
    assert [(c.call_id, c.pinned) for c in cases] == [("rude-1", True), ("rude-2", False)]
    assert supervisor.post("/cases/pin", data={**chosen, "pinned": "0"}).status_code == 303
    assert not any(c.pinned for c in list_cases(decisions, reader=""))
    other = {"call_id": "polite-1", "finding_no": "0", "pinned": "1"}
    assert supervisor.post("/cases/pin", data=other).status_code == 409


def test_every_figure_of_flags_leads_to_as_many_calls(sign_in: SignIn) -> None:
    supervisor = sign_in("supervisor")
    page = supervisor.get("/dashboards/rules").text
    costs = page[page.index('id="costs"') : page.index('id="broken"')]
    rows = re.findall(
        r'<td><a href="([^"]+)"[^>]*>[^<]+</a></td><td[^>]*>[^<]*</td><td[^>]*>(\d+)', costs
    )
    assert rows
    for href, flags in rows:
        queue = supervisor.get(href.replace("&amp;", "&")).text
        assert queue.count('<a href="/calls/') == int(flags), href


def test_a_period_without_calls_says_so(sign_in: SignIn) -> None:
    page = sign_in("supervisor").get("/dashboards?since=2020-01-01&until=2020-01-31")
    assert page.status_code == 200
    assert "这段时间没有数据" in page.text
    odd = sign_in("supervisor").get("/dashboards?since=nonsense&until=2026-13-99&team='")
    assert odd.status_code == 200

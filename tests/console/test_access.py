from __future__ import annotations

import re

import pytest
from nights import SignIn

from console.routes import DOORS

# What each address answers to: nobody, inspector, supervisor, agent, administrator, auditor.
# 303 leads on; the agent's 404 is a call that is not released.
WHO = (None, "inspector", "supervisor", "agent", "administrator", "auditor")
EXPECTED = {
    "GET /sign-in": (200, 200, 200, 200, 200, 200),
    "POST /sign-in": (403, 403, 403, 403, 403, 403),
    "GET /sign-in/service": (404, 404, 404, 404, 404, 404),  # there is none
    "GET /sign-in/service/back": (404, 404, 404, 404, 404, 404),
    "POST /language": (303, 303, 303, 303, 303, 303),
    "GET /health": (200, 200, 200, 200, 200, 200),
    "GET /metrics": (401, 403, 403, 403, 200, 403),
    "GET /": (401, 303, 303, 303, 303, 303),
    "GET /queue": (401, 200, 200, 403, 403, 403),
    "GET /queue/next": (401, 303, 303, 403, 403, 403),
    "POST /queue/assign": (401, 403, 303, 403, 403, 403),
    "GET /calls/{call_id}": (401, 200, 200, 404, 403, 403),
    "GET /calls/{call_id}/peaks": (401, 200, 200, 404, 403, 403),
    "GET /calls/{call_id}/sound": (401, 200, 200, 404, 403, 403),
    "POST /calls/{call_id}/decide": (401, 422, 422, 403, 403, 403),
    "POST /calls/{call_id}/undo": (401, 200, 200, 403, 403, 403),
    "POST /calls/{call_id}/submit": (401, 303, 303, 403, 403, 403),
    "GET /rules": (401, 403, 200, 403, 403, 200),
    "GET /reports": (401, 403, 200, 403, 403, 200),
    "POST /reports": (401, 403, 422, 403, 403, 403),  # of no kind
    "GET /reports/{name}": (401, 403, 404, 403, 403, 404),
    "GET /mine/sheet": (401, 403, 403, 409, 403, 403),  # nothing is released
    "POST /views": (401, 409, 409, 403, 403, 403),  # a view without a name
    "POST /views/{view_no}/drop": (401, 303, 303, 403, 403, 403),
    "GET /mine": (401, 403, 403, 200, 403, 403),
    "POST /calls/{call_id}/acknowledge": (401, 403, 403, 404, 403, 403),
    "POST /calls/{call_id}/appeal": (401, 403, 403, 404, 403, 403),
    "POST /appeals/{appeal_no}/escalate": (401, 403, 403, 404, 403, 403),
    "GET /appeals": (401, 403, 200, 403, 403, 403),
    "GET /appeals/{appeal_no}": (401, 403, 404, 403, 403, 403),
    "POST /appeals/{appeal_no}/decide": (401, 403, 422, 403, 403, 403),
    "GET /accounts": (401, 403, 403, 403, 200, 403),
    "POST /accounts": (401, 403, 403, 403, 409, 403),  # an account without a name
    "POST /accounts/{account_id}/change": (401, 403, 403, 403, 409, 403),  # there is none
    "POST /accounts/{account_id}/close": (401, 403, 403, 403, 409, 403),
    "POST /accounts/{account_id}/reopen": (401, 403, 403, 403, 409, 403),
    "POST /accounts/{account_id}/password": (401, 403, 403, 403, 409, 403),
    "GET /audit": (401, 403, 403, 403, 403, 200),
    "POST /audit/verify": (401, 403, 403, 403, 403, 200),
    "GET /own": (401, 200, 200, 200, 200, 200),
    "POST /own": (401, 409, 409, 409, 409, 409),  # no new password
    "POST /tour": (401, 204, 204, 204, 204, 204),
    "GET /desk": (401, 200, 200, 403, 403, 403),
    "GET /desk/rules/{rule_id}": (401, 200, 200, 403, 403, 403),
    "POST /desk/rules/{rule_id}": (401, 403, 409, 403, 403, 403),
    "POST /desk/rules/{rule_id}/try": (401, 422, 422, 403, 403, 403),
    "GET /desk/draft": (401, 200, 200, 403, 403, 403),
    "POST /desk/check": (401, 403, 200, 403, 403, 403),
    "POST /desk/discard": (401, 403, 303, 403, 403, 403),
    "POST /desk/release": (401, 403, 422, 403, 403, 403),
    "GET /desk/preview": (401, 200, 200, 403, 403, 403),
    "POST /desk/preview": (401, 403, 409, 403, 403, 403),  # there is no draft
    "POST /desk/preview/stop": (401, 403, 303, 403, 403, 403),
    "GET /desk/releases": (401, 200, 200, 403, 403, 403),
    "GET /desk/versions/{sha256}": (401, 404, 404, 403, 403, 403),
    "POST /desk/versions/{sha256}/restore": (401, 403, 404, 403, 403, 403),
    "GET /sampling": (401, 200, 200, 403, 403, 200),
    "POST /sampling": (401, 403, 422, 403, 403, 403),
    "GET /sampling/{plan_no:int}": (401, 404, 404, 403, 403, 404),
    "GET /ledger": (401, 403, 200, 403, 403, 200),
    "POST /ledger/decide": (401, 403, 422, 403, 403, 403),  # of no month
    "POST /ledger/reverse": (401, 403, 422, 403, 403, 403),
    "POST /ledger/close": (401, 403, 422, 403, 403, 403),
    "GET /my-ledger": (401, 403, 403, 200, 403, 403),
    "GET /promises": (401, 200, 200, 403, 403, 403),
    "GET /dashboards": (401, 200, 200, 403, 403, 200),
    "GET /dashboards/people": (401, 403, 200, 403, 403, 403),
    "GET /dashboards/review": (401, 403, 200, 403, 403, 403),
    "GET /dashboards/agreement": (401, 403, 200, 403, 403, 403),
    "GET /dashboards/calls": (401, 200, 200, 403, 403, 403),
    "GET /dashboards/{topic}": (401, 404, 404, 403, 403, 404),
    "GET /coaching": (401, 403, 200, 403, 403, 403),
    "GET /coaching/{agent_id}": (401, 403, 404, 403, 403, 403),
    "GET /my-coaching": (401, 403, 403, 200, 403, 403),
    "GET /cases": (401, 200, 200, 403, 403, 403),
    "POST /cases/pin": (401, 403, 422, 403, 403, 403),  # no number
    "GET /calibration": (401, 200, 200, 403, 403, 403),
    "GET /calibration/new": (401, 403, 200, 403, 403, 403),
    "POST /calibration": (401, 403, 422, 403, 403, 403),
    "GET /calibration/{session_no:int}": (401, 404, 404, 403, 403, 403),
    "GET /calibration/{session_no:int}/score/{place:int}": (401, 404, 404, 403, 403, 403),
    "POST /calibration/{session_no:int}/score/{place:int}": (401, 404, 404, 403, 403, 403),
    "GET /calibration/{session_no:int}/score/{place:int}/sound": (401, 404, 404, 403, 403, 403),
    "GET /calibration/{session_no:int}/check": (401, 404, 404, 403, 403, 403),
    "POST /calibration/{session_no:int}/finish": (401, 409, 409, 403, 403, 403),
    "POST /calibration/{session_no:int}/meeting": (401, 403, 409, 403, 403, 403),
    "POST /calibration/{session_no:int}/agree": (401, 403, 404, 403, 403, 403),
    "POST /calibration/{session_no:int}/guidance": (401, 403, 404, 403, 403, 403),
    "POST /calibration/{session_no:int}/actions": (401, 403, 404, 403, 403, 403),
    "POST /calibration/{session_no:int}/close": (401, 403, 409, 403, 403, 403),
    "POST /calibration/actions/{action_no:int}": (401, 404, 404, 403, 403, 403),
    "POST /sign-out": (401, 303, 303, 303, 303, 303),
}


def _filled(path: str) -> str:
    """An address with a call and a rule that exist, and with everything else that does not."""
    path = path.replace("{call_id}", "rude-1").replace("{account_id}", "nobody")
    path = path.replace("{rule_id}", "zh.argument")
    return re.sub(r"{\w+}", "7", path)


def test_every_address_is_in_the_table() -> None:
    pages = [door for door in DOORS if not door.path.startswith("/api/")]
    assert {f"{door.method} {door.path}" for door in pages} == set(EXPECTED)


@pytest.mark.parametrize("number", range(len(WHO)), ids=[str(who) for who in WHO])
def test_each_role_gets_what_it_may_and_no_more(number: int, sign_in: SignIn) -> None:
    client = sign_in(WHO[number])
    for place, statuses in EXPECTED.items():
        method, path = place.split()
        path = re.sub(r"\{\w+:int\}", "9", _filled(path))
        answer = client.request(method, path)
        assert answer.status_code == statuses[number], place


def test_an_agent_sees_and_hears_a_released_call_of_its_own_only(sign_in: SignIn) -> None:
    inspector = sign_in("inspector")
    for call_id in ("rude-1", "rude-2"):
        assert inspector.post(f"/calls/{call_id}/submit").status_code == 303
    agent = sign_in("agent")
    assert agent.get("/calls/rude-1").status_code == 200
    assert agent.get("/calls/rude-1/sound").status_code == 200
    assert agent.get("/calls/rude-2").status_code == 404
    assert agent.get("/calls/rude-2/sound").status_code == 404
    assert agent.get("/calls/rude-2/peaks").status_code == 404


def test_a_range_is_sent_to_who_may_hear_and_no_byte_to_others(sign_in: SignIn) -> None:
    wanted = {"Range": "bytes=44-1043"}
    heard = sign_in("inspector").get("/calls/rude-1/sound", headers=wanted)
    assert heard.status_code == 206
    assert len(heard.content) == 1000
    refused = sign_in(None).get("/calls/rude-1/sound", headers=wanted)
    assert refused.status_code == 401
    assert b"RIFF" not in refused.content
    assert len(refused.content) < 100


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_change_that_another_site_asks_for_is_refused(site: str, sign_in: SignIn) -> None:
    client = sign_in("inspector")
    answer = client.post("/calls/rude-1/submit", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    old = client.post("/calls/rude-1/submit", headers={"Origin": "https://elsewhere.example"})
    assert old.status_code == 403
    assert client.post("/calls/rude-1/undo").status_code == 200  # still open


@pytest.mark.parametrize(
    "call_id", ["..", "%2e%2e%2fdecisions.sqlite", "..%2f..%2fetc%2fpasswd", "no-such", "%00"]
)
def test_a_path_in_place_of_a_call_reaches_nothing(call_id: str, sign_in: SignIn) -> None:
    client = sign_in("supervisor")
    for tail in ("", "/sound", "/peaks"):
        assert client.get(f"/calls/{call_id}{tail}").status_code in (404, 303)


def test_pages_carry_no_script_or_style_of_their_own(sign_in: SignIn) -> None:
    client = sign_in("supervisor")
    for path in ("/sign-in", "/queue", "/calls/rude-1", "/calls/no-such"):
        answer = client.get(path)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", answer.text), path


def test_where_one_goes_after_signing_in_stays_on_this_host(sign_in: SignIn) -> None:
    client = sign_in(None)
    for then in ("//evil.example", "https://evil.example", "/\\evil.example"):
        values = {"login": "inspector", "password": "correct horse battery", "then": then}
        assert client.post("/sign-in", data=values).headers["Location"] == "/"


def test_guessing_a_password_is_slowed_down(sign_in: SignIn) -> None:
    client = sign_in(None)
    for _ in range(8):
        values = {"login": "supervisor", "password": "wrong"}
        assert client.post("/sign-in", data=values).status_code == 403
    right = {"login": "supervisor", "password": "correct horse battery"}
    assert client.post("/sign-in", data=right).status_code == 429

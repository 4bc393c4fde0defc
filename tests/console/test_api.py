"""The API says what the pages say, to whom they say it."""

from __future__ import annotations

from nights import SignIn

from console.api import API_DOORS

CALL = "/api/calls/rude-1"


def test_every_refusal_is_json_in_the_reader_s_language(sign_in: SignIn) -> None:
    nobody = sign_in(None)
    answer = nobody.get("/api/queue")
    assert answer.status_code == 401
    assert answer.json() == {"error": {"status": 401, "message": "请先登录"}}
    agent = sign_in("agent")
    agent.cookies.set("language", "es")
    assert agent.get("/api/queue").json()["error"]["message"].startswith("Su papel no lo permite")
    assert agent.get("/api/no-such").json()["error"]["status"] == 404
    assert agent.request("PUT", "/api/me").json()["error"]["status"] == 405


def test_a_wrong_request_is_told_fault_by_fault(sign_in: SignIn) -> None:
    client = sign_in("inspector")
    client.cookies.set("language", "en")
    wrong = client.get("/api/queue?state=lost&page=0&color=red")
    assert wrong.status_code == 422
    told = wrong.json()["error"]["message"]
    assert "state: must be one of 'open', 'mine', 'submitted' or 'any'" in told
    assert "page: is outside its limits (ge 1)" in told
    assert "color: is not known" in told
    body = client.post(f"{CALL}/decisions", json={"kind": "verdict", "finding_no": 0})
    assert body.status_code == 422
    assert "verdict: is missing" in body.json()["error"]["message"]
    form = client.post(f"{CALL}/decisions", data={"kind": "roles"})
    assert form.status_code == 415


def test_the_queue_is_the_same_as_on_its_page(sign_in: SignIn) -> None:
    client = sign_in("supervisor")
    answer = client.get("/api/queue?agent=A1").json()
    assert answer["total"] == len(answer["calls"]) == 1
    found = answer["calls"][0]
    assert found["call_id"] == "rude-1"
    assert found["permalink"] == "/calls/rude-1"
    assert client.get(found["permalink"]).status_code == 200
    assert {flag["rule_id"] for flag in found["flags"]} >= {"zh.buck_passing"}


def test_a_call_is_claimed_judged_undone_and_submitted(sign_in: SignIn) -> None:
    client = sign_in("inspector")
    before = client.get(CALL).json()
    assert not before["mine"]
    assert before["score"] == before["score_reviewed"]
    assert client.post(f"{CALL}/claim").json() == {"mine": True}
    flag = next(finding for finding in before["findings"] if finding["flagged"])
    verdict = {"kind": "verdict", "finding_no": flag["finding_no"], "verdict": "false"}
    judged = client.post(f"{CALL}/decisions", json=verdict).json()
    assert judged["score_reviewed"]["points"] > judged["score"]["points"]
    other = sign_in("second")
    refused = other.post(f"{CALL}/decisions", json=verdict)
    assert refused.status_code == 409
    assert client.post(f"{CALL}/undo").json()["score_reviewed"] == before["score"]
    assert client.post(f"{CALL}/submit").json()["next"] is not None
    assert client.post(f"{CALL}/submit").status_code == 409


def test_a_decision_about_what_is_not_there_is_refused(sign_in: SignIn) -> None:
    client = sign_in("inspector")
    verdict = {"kind": "verdict", "finding_no": 9999, "verdict": "false"}
    assert client.post(f"{CALL}/decisions", json=verdict).status_code == 422
    added = {"kind": "added", "rule_id": "zh.none", "start": 0, "end": 1}
    assert client.post(f"{CALL}/decisions", json=added).status_code == 422
    page = {"kind": "verdict", "verdict": "false", "finding_no": str(10**30)}
    assert client.post("/calls/rude-1/decide", data=page).status_code == 422
    endless = {"kind": "added", "rule_id": "zh.argument", "start": "nan", "end": "inf"}
    assert client.post("/calls/rude-1/decide", data=endless).status_code == 422


def test_a_session_begins_and_ends_by_json(sign_in: SignIn) -> None:
    client = sign_in(None)
    wrong = client.post("/api/session", json={"login": "auditor", "password": "x"})
    assert wrong.status_code == 403
    right = {"login": "auditor", "password": "correct horse battery"}
    me = client.post("/api/session", json=right).json()
    assert me["role"] == "auditor"
    assert client.get("/api/me").json() == me
    assert client.delete("/api/session").status_code == 204
    assert client.get("/api/me").status_code == 401


def test_another_site_changes_nothing_through_the_api(sign_in: SignIn) -> None:
    client = sign_in("inspector")
    answer = client.post(f"{CALL}/submit", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert client.get("/api/queue?agent=A1").json()["total"] == 1


def test_every_address_is_in_the_document(sign_in: SignIn) -> None:
    document = sign_in(None).get("/api/openapi.json").json()
    described = {
        f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item
    }
    assert described == {f"{door.method} {door.path}" for door in API_DOORS}
    queue = document["paths"]["/api/queue"]["get"]
    assert queue["x-roles"] == ["inspector", "supervisor"]
    assert {parameter["name"] for parameter in queue["parameters"]} >= {"agent", "rule", "below"}

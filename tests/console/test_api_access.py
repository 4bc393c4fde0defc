"""Who gets what from the API: written by hand, beside the pages' table in test_access.py."""

from __future__ import annotations

import pytest
from nights import SignIn

from console.api import API_DOORS

# What each address answers to: nobody, inspector, supervisor, agent, administrator, auditor.
# 422 is who may, asking nonsense; the agent's 404 is a call that is not released.
WHO = (None, "inspector", "supervisor", "agent", "administrator", "auditor")
REVIEWERS = (401, 200, 200, 403, 403, 403)
EXPECTED = {
    "GET /api/openapi.json": (200, 200, 200, 200, 200, 200),
    "GET /api/health": (200, 200, 200, 200, 200, 200),
    "POST /api/session": (422, 422, 422, 422, 422, 422),
    "GET /api/me": (401, 200, 200, 200, 200, 200),
    "GET /api/queue": REVIEWERS,
    "POST /api/queue/assign": (401, 403, 422, 403, 403, 403),
    "GET /api/calls/{call_id}": (401, 200, 200, 404, 403, 403),
    "GET /api/calls/{call_id}/peaks": (401, 200, 200, 404, 403, 403),
    "POST /api/calls/{call_id}/claim": REVIEWERS,
    "POST /api/calls/{call_id}/decisions": (401, 422, 422, 403, 403, 403),
    "POST /api/calls/{call_id}/undo": REVIEWERS,
    "POST /api/calls/{call_id}/submit": REVIEWERS,
    **{
        f"GET /api/tables/{name}.{form}": REVIEWERS
        for name in ("queue", "findings", "calls", "decisions", "nights", "rules", "promises")
        for form in ("csv", "json", "xlsx")
    },
    **{
        f"GET /api/tables/accounts.{form}": (401, 403, 403, 403, 200, 403)
        for form in ("csv", "json", "xlsx")
    },
    **{
        f"GET /api/tables/audit.{form}": (401, 403, 403, 403, 403, 200)
        for form in ("csv", "json", "xlsx")
    },
    **{
        f"GET /api/tables/{name}.{form}": (401, 403, 200, 403, 403, 200)
        for name in ("ledger", "ledger_entries")
        for form in ("csv", "json", "xlsx")
    },
    **{
        f"GET /api/tables/appeals.{form}": (401, 403, 200, 403, 403, 403)
        for form in ("csv", "json", "xlsx")
    },
    "DELETE /api/session": (401, 204, 204, 204, 204, 204),
}


def test_every_address_of_the_api_is_in_the_table() -> None:
    assert {f"{door.method} {door.path}" for door in API_DOORS} == set(EXPECTED)


@pytest.mark.parametrize("number", range(len(WHO)), ids=[str(who) for who in WHO])
def test_each_role_gets_from_the_api_what_it_may_and_no_more(number: int, sign_in: SignIn) -> None:
    client = sign_in(WHO[number])
    for place, statuses in EXPECTED.items():
        method, path = place.split()
        body = {} if method == "POST" else None
        answer = client.request(method, path.replace("{call_id}", "rude-1"), json=body)
        assert answer.status_code == statuses[number], place
        if answer.status_code >= 400:
            assert set(answer.json()) == {"error"}, place


def test_an_agent_reads_a_released_call_of_its_own_only(sign_in: SignIn) -> None:
    inspector = sign_in("inspector")
    for call_id in ("rude-1", "rude-2"):
        assert inspector.post(f"/api/calls/{call_id}/submit").status_code == 200
    agent = sign_in("agent")
    assert agent.get("/api/calls/rude-1").json()["review"]["agent_id"] == "A1"
    assert agent.get("/api/calls/rude-1/peaks").status_code == 200
    assert agent.get("/api/calls/rude-2").status_code == 404
    assert agent.get("/api/calls/rude-2/peaks").status_code == 404

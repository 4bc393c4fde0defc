"""Too much, too slow, too clever: told or cut off, and never a failure of the server."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from nights import SignIn
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from console.app import create_app
from console.limits import BODY_MAX, Limits
from console.state import ConsoleState

POST: dict[str, Any] = {"type": "http", "method": "POST", "path": "/", "headers": []}


def test_a_body_that_is_too_large_is_refused_before_it_is_read(sign_in: SignIn) -> None:
    client = sign_in("inspector")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/calls/rude-1/decide", content=b"x" * (BODY_MAX + 1), headers=form)
    assert answer.status_code == 413
    json = client.post(
        "/api/calls/rude-1/decisions",
        content=b"x" * (BODY_MAX + 1),
        headers={"Content-Type": "application/json"},
    )
    assert json.status_code == 413
    assert str(BODY_MAX) in json.json()["error"]["message"]


def test_a_body_that_does_not_say_its_length_is_counted(sign_in: SignIn) -> None:
    pieces = (b"x" * 65_536 for _ in range(BODY_MAX // 65_536 + 1))
    headers = {"Content-Type": "application/json"}
    client = sign_in("inspector")
    answer = client.post("/api/calls/rude-1/decisions", content=pieces, headers=headers)
    assert answer.status_code == 413


def test_a_body_that_trickles_in_is_given_up() -> None:
    seen: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await Request(scope, receive).body()
        except HTTPException as error:
            seen.append(error.status_code)

    async def trickle() -> Message:
        await asyncio.sleep(0.03)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    asyncio.run(Limits(app, body_within_s=0.1)(POST, trickle, send))
    assert seen == [408]


def test_an_answer_that_nobody_reads_is_given_up() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        pytest.fail("went on")

    async def receive() -> Message:
        return {"type": "http.request"}

    async def stuck(message: Message) -> None:
        await asyncio.sleep(30)

    asyncio.run(Limits(app, read_within_s=0.05)(POST, receive, stuck))


@pytest.mark.parametrize(
    "query",
    [
        "until=9999-12-31", "since=0001-01-01&until=0001-01-01", "below=1e400", "below=nan",
        "page=99999999999999999999", "page=-1", "agent=%00", "rule=%FF%FE", "state=%ED%A0%80",
        "team=" + "x" * 5000,
    ],
)  # fmt: skip
def test_a_queue_that_is_asked_for_wrongly_is_still_a_page(query: str, sign_in: SignIn) -> None:
    assert sign_in("supervisor").get(f"/queue?{query}").status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {}, {"kind": "x"}, {"kind": "verdict"}, {"kind": "comment"},
        {"kind": "verdict", "verdict": "false", "finding_no": "-1"},
        {"kind": "added", "rule_id": "zh.argument", "start": "1e999", "end": "2"},
        {"kind": "comment", "text": "a\x00b"},
    ],
)  # fmt: skip
def test_a_form_that_says_nonsense_changes_nothing(form: dict[str, str], sign_in: SignIn) -> None:
    client = sign_in("inspector")
    assert client.post("/calls/rude-1/decide", data=form).status_code == 422
    assert client.get("/api/calls/rude-1").json()["comment"] == ""


@pytest.mark.parametrize("call_id", ["..%2f..%2fdecisions.sqlite", "%2e%2e", "%00", "a" * 3000])
def test_the_api_reaches_no_file_by_a_call_s_name(call_id: str, sign_in: SignIn) -> None:
    client = sign_in("supervisor")
    for tail in ("", "/peaks"):
        assert client.get(f"/api/calls/{call_id}{tail}").status_code == 404
    assert client.get("/static/..%2f..%2fpyproject.toml").status_code == 404


def test_no_byte_of_sound_leaves_with_a_range_that_makes_no_sense(sign_in: SignIn) -> None:
    client = sign_in("inspector")
    for wanted in ("bytes=99999999-", "bytes=9-1", "bytes=x", "bytes=-0"):
        answer = client.get("/calls/rude-1/sound", headers={"Range": wanted})
        assert answer.status_code in (400, 416), wanted
        assert b"RIFF" not in answer.content


def test_the_measures_name_nobody_and_are_read_by_whom_the_settings_say(
    sign_in: SignIn, state: ConsoleState
) -> None:
    client = sign_in("administrator")
    client.get("/api/calls/rude-1")
    text = client.get("/metrics").text
    assert 'tingjian_requests_total{door="api_call",status="403"} 1.0' in text
    assert "tingjian_queue_open" in text
    for name in ("rude-1", "administrator", "A1", "老师", "北门组"):
        assert name not in text
    assert sign_in(None).get("/metrics").status_code == 401
    open_state = replace(state, metrics="anyone")
    assert TestClient(create_app(open_state)).get("/metrics").status_code == 200

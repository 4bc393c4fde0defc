"""A draft tried on the stored night: what would come and go, before anybody releases it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from nights import BOOKS, SignIn
from sqlalchemy import Engine
from starlette.testclient import TestClient

from console.app import create_app
from console.desk_shelf import Shelf
from console.preview_desk import PreviewDesk
from console.state import ConsoleState
from pipeline.settings_ledger import LedgerSettings
from warehouse.decisions.reviews import find_item

RULE = "/desk/rules/zh.buck_passing"  # 这不归我管 in rude-1 of A1 and in rude-2, a complaint to A2
Enter = Callable[[str], TestClient]
PATIENCE_S = 120.0  # of a machine that has much else to do


@pytest.fixture
def enter(state: ConsoleState, tmp_path: Path, sign_in: SignIn) -> Iterator[Enter]:
    shelf = Shelf(BOOKS, desk=tmp_path / "desk", own=tmp_path / "own")
    ledger = LedgerSettings(attitude_rules=("zh.buck_passing",))
    app = create_app(replace(state, phrasebook_for=shelf, previews=PreviewDesk(), ledger=ledger))

    def signed_in(login: str) -> TestClient:
        client = TestClient(app, follow_redirects=False)
        client.cookies = sign_in(login).cookies
        return client

    yield signed_in
    app.state.console.previews.stop(wait_s=PATIENCE_S)


def edit(client: TestClient, change: Callable[[str], str]) -> None:
    """Change the first list of the rule, its phrases, in the draft."""
    page = client.get(RULE).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    phrases = page.partition('name="list-0"')[2].partition(">")[2].partition("</textarea>")[0]
    answer = client.post(RULE, data={"seen": seen, "list-0": change(phrases)})
    assert answer.status_code == 303


def found_by(client: TestClient) -> str:
    """The page once the preview has ended."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        page = client.get("/desk/preview").text
        if 'id="found"' in page:
            return page
        time.sleep(0.1)
    pytest.fail("the preview did not end")


def test_what_a_draft_would_add_is_told_with_the_place_to_hear(
    enter: Enter, decisions: Engine
) -> None:
    supervisor = enter("supervisor")
    before = find_item(decisions, "polite-1").points
    edit(supervisor, lambda phrases: phrases.strip() + "\n我帮您查询一下")  # polite-1 says so
    assert supervisor.post("/desk/preview").headers["Location"] == "/desk/preview"
    page = found_by(supervisor)
    row = page.split('data-rule="zh.buck_passing"')[1].split("</tr>")[0]
    assert "2 → 3" in row
    assert 'href="/calls/polite-1#at=' in row
    assert 'data-sound="/calls/polite-1/sound"' in row
    assert 'data-agent="A1"' in page.split('id="agents"')[1]
    assert 'id="ledger"' not in page  # polite-1 is no complaint
    assert find_item(decisions, "polite-1").points == before  # nothing is stored


def test_a_rule_without_its_words_loses_its_flags_and_the_ledger_its_proposals(
    enter: Enter, decisions: Engine
) -> None:
    inspector = enter("inspector")
    flag = next(f for f in find_item(decisions, "rude-1").flags if f.rule_id == "zh.buck_passing")
    said = {"kind": "verdict", "finding_no": flag.finding_no, "verdict": "confirmed"}
    assert inspector.post("/calls/rude-1/decide", data=said).status_code == 200
    supervisor = enter("supervisor")
    edit(supervisor, lambda _: "这句话没有人说过呢")
    supervisor.post("/desk/preview", data={"since": "2026-11-01", "until": "2026-11-30"})
    page = found_by(supervisor)
    row = page.split('data-rule="zh.buck_passing"')[1].split("</tr>")[0]
    assert "2 → 0" in row
    assert "−2" in row
    assert 'href="/calls/rude-1#at=' in row
    assert 'data-sound="/calls/rude-2/sound"' in row
    assert "100% " in row  # of the flags before: the one that was judged is true
    assert "(1/1)" in row
    assert 'data-agent="A1"' in page.split('id="agents"')[1]
    ledger = page.split('id="ledger"')[1]
    assert 'data-agent="A2"' in ledger  # rude-2, a complaint, proposed a point of ten
    assert 'data-agent="A1"' not in ledger
    assert "9 → 10" in ledger
    again = inspector.get("/desk/preview").text
    assert 'id="found"' in again
    assert "/desk/preview/stop" not in again
    edit(supervisor, lambda _: "这句话也没有人说过")
    assert "草稿已改动" in supervisor.get("/desk/preview").text


def test_calls_outside_the_days_are_not_tried_and_bad_days_are_told(enter: Enter) -> None:
    supervisor = enter("supervisor")
    edit(supervisor, lambda phrases: phrases.strip() + "\n你找别人去吧")
    refused = supervisor.post("/desk/preview", data={"since": "yesterday"})
    assert refused.status_code == 409
    assert supervisor.post("/desk/preview", data={"until": "2026-11-01"}).status_code == 303
    assert "0 通通话按新话术库重新判定" in found_by(supervisor)


def test_without_a_draft_there_is_nothing_to_try(enter: Enter) -> None:
    refused = enter("supervisor").post("/desk/preview")
    assert refused.status_code == 409
    assert "没有草稿可试" in refused.text

"""Promises by their page: whom to call back, and what became of what was promised."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from nights import SignIn, make_call
from sqlalchemy import Engine

from pipeline.settings_promises import PromiseSettings
from warehouse.connection import open_warehouse
from warehouse.decisions.filling import fill_queue
from warehouse.promises import find_new_promises
from warehouse.results import append_calls

PROMISED = """
agent: 您好，桔子树艺术培训
customer: 我想问一下退费
agent: 半小时后给您回电话
customer: 好的
"""
PLAIN = """
agent: 您好
customer: 你好
"""
NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def promised(data: Path, decisions: Engine) -> None:
    """At nine A1 promises to call c-1 and c-2 in half an hour; A2, promising c-1 at ten, is heard
    of no more. c-1 is called at 9:20 and no later; calls are known up to noon.
    """
    calls = [
        make_call(data, "p-1", PROMISED, customer_ref="c-1"),
        make_call(data, "p-2", PROMISED, customer_ref="c-2"),
        make_call(
            data,
            "p-3",
            PROMISED,
            customer_ref="c-1",
            agent_id="A2",
            started_at=NINE.replace(hour=10),
        ),
        make_call(
            data,
            "back",
            PLAIN,
            customer_ref="c-1",
            direction="outbound",
            started_at=NINE.replace(minute=20),
        ),
        make_call(data, "last", PLAIN, customer_ref="c-9", started_at=NINE.replace(hour=12)),
    ]
    with open_warehouse(data) as warehouse:
        append_calls(warehouse, calls, [], night_id=None, code_version="test")
        assert find_new_promises(warehouse, PromiseSettings().hours) == 3
    with open_warehouse(data, read_only=True) as warehouse:
        fill_queue(decisions, warehouse)


def rows(page: str, place: str) -> list[str]:
    """The rows of a table by its id."""
    return page.split(f'id="{place}"')[1].split("</table>")[0].split("<tr ")[1:]


@pytest.mark.usefixtures("promised")
def test_broken_promises_stand_on_the_call_back_list_with_customer_words_and_second(
    sign_in: SignIn,
) -> None:
    inspector = sign_in("inspector")
    page = inspector.get("/promises?on=2026-11-21").text
    listed = rows(page, "promises")
    assert [
        next(c for c in ("p-1", "p-2", "p-3") if f"/calls/{c}#at=" in row) for row in listed
    ] == [
        "p-2",
        "p-3",
    ]  # by the moment at which they were due; p-1 was kept
    assert all("未兑现" in row and "半小时后给您回" in row for row in listed)
    assert "c-2" in listed[0]
    assert "2026-11-20 09:30" in listed[0]
    assert 'data-sound="/calls/p-2/sound"' in listed[0]


@pytest.mark.usefixtures("promised")
def test_all_promises_are_narrowed_by_agent_customer_and_state(sign_in: SignIn) -> None:
    client = sign_in("supervisor")
    assert len(rows(client.get("/promises?view=all").text, "promises")) == 3
    kept = rows(client.get("/promises?view=all&promise=kept").text, "promises")
    assert len(kept) == 1
    assert 'href="/calls/back"' in kept[0]
    assert len(rows(client.get("/promises?view=all&customer=c-1").text, "promises")) == 2
    one = client.get("/promises?view=all&customer=c-1&agent=A2").text
    assert len(rows(one, "promises")) == 1
    assert client.get("/promises?on=yesterday").status_code == 422


@pytest.mark.usefixtures("promised")
def test_sums_by_agent_and_by_customer_name_the_most_broken_first(sign_in: SignIn) -> None:
    client = sign_in("supervisor")
    client.cookies.set("language", "es")
    agents = rows(client.get("/promises?view=agents").text, "sums")
    assert [row.split('"')[1] for row in agents] == ["A1", "A2"]  # one broken each, A1 made two
    customers = rows(client.get("/promises?view=customers").text, "sums")
    assert [row.split('"')[1] for row in customers] == ["c-1", "c-2"]
    assert "promise=broken" in agents[0]
    assert "incumplido" in client.get("/promises?view=agents").text


@pytest.mark.usefixtures("promised")
def test_the_table_is_the_page_s(sign_in: SignIn) -> None:
    client = sign_in("supervisor")
    table = client.get("/api/tables/promises.json?call_backs=2026-11-21&promise=broken").json()
    assert [(row["call_id"], row["state"]) for row in table] == [
        ("p-2", "broken"),
        ("p-3", "broken"),
    ]
    assert table[0]["due_at"].startswith("2026-11-20T09:30:")
    assert client.get("/api/tables/promises.csv?promise=lost").status_code == 422
    assert len(client.get("/api/tables/promises.csv").content.splitlines()) == 4

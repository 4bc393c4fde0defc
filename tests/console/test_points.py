"""Every point of every plot leads to what it counts, and to just as many."""

from __future__ import annotations

import html
import json
import re
import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nights import NINE, POLITE, SignIn, make_call
from sqlalchemy import Engine
from starlette.testclient import TestClient

from pipeline.call import CallMetadata
from pipeline.failure import CallFailure
from pipeline.finding import Outcome
from pipeline.settings import Settings
from warehouse.connection import open_warehouse
from warehouse.decisions.accounts import accounts
from warehouse.decisions.filling import fill_queue
from warehouse.decisions.reviews import find_item
from warehouse.facts import follow_results
from warehouse.nights import Night, record_night
from warehouse.results import append_calls

sys.path.append(str(Path(__file__).parents[1] / "warehouse"))
from made_sessions import MACHINE, make_sessions

PROMISED = POLITE.replace("已经为您预约好了", "已经为您预约好了，我明天上午给您回电话")
HOLD = """
agent: 您好，桔子树艺术培训，请问有什么可以帮到您
customer: 我想预约明天的课
agent: 请您稍等，我帮您查询一下
agent[pause=12]: 让您久等了
agent[word_p=0.2]: 我不知道
"""
TOPICS = ("", "/rules", "/waiting", "/promises", "/recognition", "/people", "/review", "/agreement")
PLOTS = {
    "night", "calls", "scores", "flags", "by_purpose", "by_hour", "costs", "broken", "compliance",
    "compliance_by_team", "silence", "holds", "promises", "recognition", "unjudged",
    "scores_by_team", "flags_by_team", "scores_by_agent", "flags_by_agent", "promises_by_agent",
    "backlog", "reviews", "reviewers", "verdicts", "appeals", "agreement", "strictness",
    "likeness", "with_machine",
}  # fmt: skip


@pytest.fixture
def lived_in(data: Path, decisions: Engine, sign_in: SignIn) -> TestClient:
    """A month in which everything happened that a plot shows, as a supervisor sees it."""
    calls = [
        make_call(data, "promise-1", PROMISED, customer_ref="K-1"),  # nobody calls back
        make_call(data, "promise-2", PROMISED, customer_ref="K-2", agent_id="A2"),
        make_call(
            data,
            "back-2",
            POLITE,
            customer_ref="K-2",
            purpose="callback",
            direction="outbound",
            started_at=NINE + timedelta(days=1, minutes=30),
        ),
        make_call(data, "known-1", POLITE, started_at=NINE + timedelta(days=5)),
        make_call(data, "hold-1", HOLD, started_at=NINE + timedelta(hours=5)),
        make_call(data, "late-1", HOLD, agent_id="A2", started_at=NINE - timedelta(hours=10)),
    ]
    stray = make_call(data, "stray-1", PROMISED)
    strange = replace(stray.metadata, agent_id=None, agent_name=None, team=None, purpose=None)
    known = CallMetadata("broken-1", started_at=NINE, agent_id="A1", team="北门组")
    failed = CallFailure("broken-1", "broken-1.wav", "audio.empty", "空的", {}, "aa", known)
    with open_warehouse(data) as lake:
        append_calls(
            lake, [*calls, replace(stray, metadata=strange)], [failed], night_id="n-1",
            code_version="test",
        )  # fmt: skip
        night = Night("n-1", "in", NINE, NINE + timedelta(hours=1), "test", {})
        record_night(lake, night)
        follow_results(lake, Settings().promises)
        fill_queue(decisions, lake)
    inspector, agent = sign_in("inspector"), sign_in("agent")
    flag = next(f for f in find_item(decisions, "rude-1").flags if f.rule_id == "zh.T10.improper")
    said = {"kind": "verdict", "verdict": "confirmed", "finding_no": str(flag.finding_no)}
    assert inspector.post("/calls/rude-1/decide", data=said).status_code == 200
    assert inspector.post("/calls/rude-1/submit").status_code == 303
    asked = {"finding_no": flag.finding_no, "reason": "我说的是别的事"}
    assert agent.post("/calls/rude-1/appeal", data=asked).status_code == 303
    people = {account.login: account.account_id for account in accounts(decisions)}
    make_sessions(
        decisions,
        raters=(people["inspector"], people["second"], MACHINE),
        rules=("zh.T10.improper",),
        months=[datetime(2026, month, 9, tzinfo=UTC) for month in (10, 11)],
        call_ids=[f"made-{n}" for n in range(6)],
        said=lambda rater, month, call, item: (
            Outcome.VIOLATED if call < 2 + (rater == people["second"]) else Outcome.CLEAR
        ),
        by=people["supervisor"],
    )
    return sign_in("supervisor")


@dataclass(frozen=True)
class Shown:
    """A plot as its page has it."""

    links: tuple[tuple[str, int], ...]  # of its table, with how many they promise
    points: tuple[dict[str, Any], ...]


def read_plots(page: str) -> dict[str, Shown]:
    """The plots of a page, by name."""
    found = {}
    for part in re.split(r'<section class="card card-body" id="', page)[1:]:
        links = re.findall(r'<a href="([^"]+)" data-count="(\d+)">', part)
        spec = re.search(r"data-spec='([^']*)'", part)
        found[part.partition('"')[0]] = Shown(
            tuple((html.unescape(href), int(count)) for href, count in links),
            tuple(_points(json.loads(html.unescape(spec[1])))) if spec else (),
        )
    return found


def _points(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that are marks: those with a value of their own, not the line of the mean."""
    parts = [spec, *spec.get("layer", ())]
    sets = [part["data"].get("values", ()) for part in parts if "data" in part]
    sets += [rows for part in parts for rows in part.get("datasets", {}).values()]
    return [row for rows in sets for row in rows if "value" in row]


def listed(client: TestClient, href: str) -> int:
    """How many calls, promises or appeals a link leads to."""
    answer = client.get(href)
    assert answer.status_code == 200, href
    if href.startswith("/calibration?"):  # each session of the month with its calls
        return sum(map(int, re.findall(r'<td class="text-end">(\d+)</td>', answer.text)))
    if href.startswith("/calibration/"):  # the meeting names every call of an item
        return len(set(re.findall(r"made-\d", answer.text)))
    total = re.search(r'id="total">\D*([\d,]+)', answer.text)
    assert total, href
    return int(total[1].replace(",", ""))


def test_every_point_leads_to_as_many_calls_as_it_says(lived_in: TestClient) -> None:
    until = date.today() + timedelta(days=1)
    plots: dict[str, Shown] = {}
    for topic in TOPICS:
        answer = lived_in.get(f"/dashboards{topic}?since=2026-11-01&until={until}")
        plots |= read_plots(answer.text)
    assert set(plots) == PLOTS
    assert [name for name, plot in plots.items() if not (plot.points and plot.links)] == []
    dead = [
        (name, point)
        for name, plot in plots.items()
        for point in plot.points
        if point["value"] and "href" not in point
    ]
    assert dead == []
    wrong = [
        (name, href, count, found)
        for name, plot in plots.items()
        for href, count in dict(plot.links).items()
        if (found := listed(lived_in, href)) != count
    ]
    assert wrong == []


def test_a_bar_leads_to_its_own_part(lived_in: TestClient) -> None:
    until = date.today() + timedelta(days=1)
    for topic, name in (("", "calls"), ("/promises", "promises"), ("/review", "appeals")):
        page = lived_in.get(f"/dashboards{topic}?since=2026-11-01&until={until}").text
        for point in read_plots(page)[name].points:
            if point["value"]:
                assert listed(lived_in, point["href"]) == point["value"], (name, point)


def test_an_auditor_sees_plots_without_lists_of_calls(sign_in: SignIn) -> None:
    page = sign_in("auditor").get("/dashboards?since=2026-11-01&until=2026-11-30").text
    assert 'id="scores"' in page
    assert "data-count" not in page
    assert "/queue?" not in page


def test_the_list_of_calls_says_what_failed_and_takes_no_nonsense(lived_in: TestClient) -> None:
    page = lived_in.get("/dashboards/calls?state=failed").text
    assert "broken-1" in page
    assert "空的" in page
    assert 'href="/calls/broken-1"' not in page
    odd = lived_in.get(
        "/dashboards/calls?hour=99x&page=77&without=all&since=then&outcome=nice&state=x"
    )
    assert odd.status_code == 200
    assert listed(lived_in, "/dashboards/calls?page=77") == 12

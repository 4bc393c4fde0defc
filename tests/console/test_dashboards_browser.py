"""The plots in a real browser, under the console's policy."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from nights import SignIn
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine
from test_accessibility import AXE, TAGS
from test_browser import address, browser, enter, until  # noqa: F401 - fixtures

from pipeline.finding import Outcome
from warehouse.decisions.accounts import accounts
from warehouse.decisions.reviews import find_item

sys.path.append(str(Path(__file__).parents[1] / "warehouse"))
from made_sessions import MACHINE, make_sessions

TOPICS = ("", "/rules", "/waiting", "/recognition", "/people", "/review", "/agreement")


@pytest.fixture
def supervisor(browser: Browser, address: str) -> Iterator[Page]:  # noqa: F811
    """A supervisor's page; whatever the browser complains of is a failure."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda t: complaints.append(t.text) if t.type != "log" else None)
    enter(page, "supervisor")
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def met(decisions: Engine) -> None:
    """Two months of calibration sessions."""
    people = {account.login: account.account_id for account in accounts(decisions)}
    raters = (people["inspector"], people["second"], MACHINE)
    today = datetime.now(UTC)
    make_sessions(
        decisions,
        raters=raters,
        rules=("zh.T10.improper", "zh.argument"),
        months=[today - timedelta(days=40), today],
        call_ids=[f"made-{n}" for n in range(8)],
        said=lambda rater, month, call, item: (
            Outcome.VIOLATED if (call + item) % 3 < 1 + (rater == raters[1]) else Outcome.CLEAR
        ),
        by=people["supervisor"],
    )


@pytest.mark.usefixtures("met")
def test_every_plot_draws_its_marks_without_a_complaint(supervisor: Page) -> None:
    drawn = 0
    for topic in TOPICS:
        supervisor.goto(f"/dashboards{topic}?since=2026-11-01&until={date.today()}")
        figures = supervisor.locator("figure.plot")
        for number in range(figures.count()):
            expect(figures.nth(number)).to_have_attribute("data-drawn", "yes")
            marks = figures.nth(number).locator("svg .mark-rect path, svg .mark-symbol path")
            assert marks.count() > 0, topic
            assert (figures.nth(number).locator("svg").bounding_box() or {})["width"] > 200
            drawn += 1
    assert drawn >= 16


def test_a_bar_leads_to_its_calls(supervisor: Page) -> None:
    supervisor.goto("/dashboards/rules")
    section = supervisor.locator("#costs")
    expect(section.locator("figure")).to_have_attribute("data-drawn", "yes")
    section.locator("summary").click()
    first = section.locator("tbody tr").first
    flags = int(first.locator("td").nth(2).inner_text())
    section.locator(".mark-rect path").first.click()
    supervisor.wait_for_url("**/queue?state=any*")
    expect(supervisor.locator("#queue tbody tr")).to_have_count(flags)


def test_plots_are_drawn_anew_in_the_other_colours(supervisor: Page) -> None:
    supervisor.goto("/dashboards/rules")
    label = supervisor.locator("#costs svg .role-axis-label text").first
    before = label.get_attribute("fill")
    supervisor.locator("#theme").click()
    expect(label).not_to_have_attribute("fill", str(before))


@pytest.fixture
def released(sign_in: SignIn, decisions: Engine) -> None:
    """A review with a confirmed flag: a case, and something to coach on."""
    inspector = sign_in("inspector")
    number = find_item(decisions, "rude-1").flags[0].finding_no
    said = {"kind": "verdict", "finding_no": str(number), "verdict": "confirmed"}
    assert inspector.post("/calls/rude-1/decide", data=said).status_code == 200
    assert inspector.post("/calls/rude-1/submit").status_code == 303


PAGES = {
    "supervisor": (
        *(f"/dashboards{topic}" for topic in TOPICS),
        "/dashboards/calls?since=2026-11-01&rule=zh.T10.improper&outcome=violated&outcome=clear",
        "/queue?waits=older&all=1",
        "/appeals?state=all&since=2026-11-01",
        "/coaching",
        "/coaching/A1",
        "/cases",
    ),
    "agent": ("/my-coaching",),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.usefixtures("released", "met")
def test_axe_finds_no_fault_in_dashboards(browser: Browser, address: str, scheme: str) -> None:  # noqa: F811
    faults = {}
    for login, paths in PAGES.items():
        context = browser.new_context(base_url=address, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        enter(page, login, at="**/mine*" if login == "agent" else "**/queue*")
        for path in paths:
            page.goto(path)
            for summary in page.locator("details summary").all():
                summary.click()
            page.add_script_tag(path=AXE)
            found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
            faults[path] = [
                (fault["id"], [node["html"][:160] for node in fault["nodes"][:3]])
                for fault in found["violations"]
            ]
        context.close()
    assert {path: found for path, found in faults.items() if found} == {}


def test_a_moment_is_heard_at_its_second(supervisor: Page) -> None:
    supervisor.goto("/coaching/A1")
    link = supervisor.locator("#bad .moment a").first
    at = float(str(link.get_attribute("href")).split("#at=")[1])
    link.click()
    supervisor.wait_for_url("**/calls/rude-1#at=*")
    sound = "document.getElementById('sound').currentTime"
    until(supervisor, f"{sound} > 0 || {at} <= 1")
    assert supervisor.evaluate(sound) == pytest.approx(max(0.0, at - 1), abs=0.6)

"""A whole calibration session in a real browser: four inspectors, one hidden repeat, one answer
missing, the meeting, and the report with what was agreed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine, update
from test_accessibility import AXE, TAGS
from test_browser import PASSWORD, address, browser, until  # noqa: F401 - fixtures

from warehouse.decisions.accounts import create_account
from warehouse.decisions.store import writing
from warehouse.decisions.tables import account

INSPECTORS = ("li", "wang", "zhang", "chen")
T10, APOLOGY = "zh.T10.improper", "zh.complaint.apology"
Enter = Callable[[str], Page]


@pytest.fixture
def four(decisions: Engine) -> None:
    for login in INSPECTORS:
        create_account(decisions, login=login, name=login, role="inspector", password=PASSWORD)
    with writing(decisions).begin() as connection:  # nobody is shown around
        connection.execute(update(account).values(toured_at=datetime.now(UTC)))


@pytest.fixture
def enter(browser: Browser, address: str, four: None) -> Iterator[Enter]:  # noqa: F811
    """A page of somebody who signed in; whatever a browser complains of is a failure."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def sign_in(login: str) -> Page:
        context = browser.new_context(base_url=address)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda told: complaints.append(f"{told.type}: {told.text}"))
        page.goto("/sign-in")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/queue*")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    expected = "status of 423"  # what a call that is to be scored blind answers
    faults = [told for told in complaints if told.startswith("error")]
    assert [told for told in faults if expected not in told] == []


def test_four_inspectors_score_blind_meet_and_agree(enter: Enter) -> None:
    supervisor = enter("supervisor")
    _invite(supervisor)
    session = supervisor.url

    # Li says the same of both hearings, Wang another thing the second time, Chen leaves one out
    for login in INSPECTORS:
        _score(enter(login), login)
        _expect_no_answers(supervisor, session)
    supervisor.get_by_role("button", name="结束评分，开始讨论").click()

    expect(supervisor.locator("#session-state")).to_have_text("讨论中")
    expect(supervisor.locator("#missing-answers li")).to_have_count(1)
    expect(supervisor.locator("#missing-answers")).to_contain_text("chen")
    steady = supervisor.locator(".steady")
    expect(steady.filter(has_text="li：")).to_contain_text("2 处里，2 处前后一致")
    expect(steady.filter(has_text="wang：")).to_contain_text("2 处里，1 处前后一致")
    expect(supervisor.locator("svg.squares rect")).to_have_count(25)  # four and the machine
    _axe(supervisor)

    item = supervisor.locator(f"[id='{T10}']")
    split = item.locator("tr[data-call]").filter(has=supervisor.locator("[data-sound]")).first
    split.locator("[data-sound]").click()
    until(supervisor, "document.getElementById('sound').currentTime > 0.2")
    supervisor.evaluate("document.getElementById('sound').pause()")
    split.locator("select[name=outcome]").select_option("violated")
    split.get_by_role("button", name="记下共识").click()
    item.locator("textarea").fill("只有推脱才算，帮着问的不算")
    item.get_by_role("button", name="记下").last.click()
    supervisor.fill("#actions [name=text]", "话术库：T10 加例外")
    supervisor.select_option("#actions [name=owner]", label="li")
    supervisor.fill("#actions [name=due]", "2026-12-01")
    supervisor.get_by_role("button", name="添加").click()
    expect(supervisor.locator("#actions-table tbody tr")).to_have_count(1)
    supervisor.get_by_role("button", name="结束校准会").click()

    report = enter("li")
    report.goto(session)
    expect(report.locator("#session-state")).to_have_text("已结束")
    expect(report.locator(f"[id='{T10}'] .settled")).to_contain_text("违规")
    expect(report.locator(f"[id='{T10}'] .guidance")).to_contain_text("只有推脱才算")
    expect(report.locator("#actions-table")).to_contain_text("话术库：T10 加例外")
    report.get_by_role("button", name=re.compile("完成")).click()
    expect(report.locator("#actions-table .badge.good")).to_have_text("已完成")
    for language, word in (("Español", "cerrada"), ("English", "closed")):
        report.get_by_role("button", name=language).click()
        expect(report.locator("#session-state")).to_have_text(word)


def _invite(page: Page) -> None:
    page.goto("/calibration")
    page.get_by_role("link", name="新校准会").click()
    page.fill("[name=title]", "校准会 2026-11")
    deadline = datetime.now(UTC) + timedelta(days=2)
    page.fill("[name=deadline]", deadline.strftime("%Y-%m-%dT%H:%M"))
    page.select_option("[name=way]", "random")
    page.fill("[name=count]", "3")
    page.fill("[name=repeats]", "1")
    for login in INSPECTORS:
        page.get_by_label(login, exact=True).check()
    for rule in (T10, APOLOGY):
        page.locator(f"input[value='{rule}']").check()
    _axe(page)
    page.get_by_role("button", name="发出邀请").click()
    page.wait_for_url(re.compile(r"/calibration/\d+$"))


def _score(page: Page, login: str) -> None:
    page.goto("/calls/rude-1")
    expect(page.locator("h1")).to_contain_text("盲评")  # not before it is scored
    page.goto("/calibration")
    page.get_by_role("link", name="去评分").click()
    heard: list[str] = []
    for place in range(1, 5):
        expect(page.locator(".facts")).to_contain_text(f"第 {place} 通，共 4 通")
        expect(page.locator(".finding, .badge")).to_have_count(0)
        words = page.locator("#transcript").inner_text()
        again, rude = words in heard, "我不知道" in words
        heard.append(words)
        if login == "li" and place == 1:
            _axe(page)
        strict = rude and login != "zhang"
        if login == "wang" and again:
            strict = not strict
        _choose(page, T10, "violated" if strict else "clear")
        if not (login == "chen" and place == 2):
            _choose(page, APOLOGY, "not_applicable")
        page.locator("#next-place").click()
        page.wait_for_url(f"**/score/{place + 1}" if place < 4 else "**/check")
    assert len(set(heard)) < 4  # one came twice
    expect(page.locator("#missing")).to_have_count(int(login == "chen"))
    page.get_by_role("button", name="评完了").click()
    expect(page.get_by_role("status").first).to_contain_text("等其他人")


def _choose(page: Page, rule: str, outcome: str) -> None:
    """Each choice is kept at once."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as told:
        page.locator(f"[data-rule='{rule}'] input[value={outcome}]").check()
    assert told.value.status == 204


def _expect_no_answers(page: Page, session: str) -> None:
    page.goto(session)
    expect(page.locator("#progress")).to_contain_text("已答")
    for word in ("违规", "不适用", "无法判定"):
        expect(page.locator("main")).not_to_contain_text(word)


def _axe(page: Page) -> None:
    """The page as it stands has no fault against WCAG 2.2; the script comes by the debugger."""
    page.evaluate(AXE.read_text("utf-8") + "; 0")
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    assert [(f["id"], [n["html"][:120] for n in f["nodes"][:3]]) for f in found["violations"]] == []

"""Agent, supervisor and the others in a real browser; words corrected; narrow and dark screens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, update
from test_browser import PASSWORD, address, browser, enter, page, select_words  # noqa: F401

from warehouse.decisions.store import writing
from warehouse.decisions.tables import account

pytestmark = pytest.mark.usefixtures("address")
HOME = {"agent": "**/mine*", "administrator": "**/accounts*", "auditor": "**/audit*"}
As = Callable[[str], Page]


@pytest.fixture
def seated(browser: Browser, address: str) -> Iterator[As]:  # noqa: F811
    """The pages of several people, each in a browser of their own."""
    contexts = []
    complaints: list[str] = []

    def sit(login: str) -> Page:
        contexts.append(browser.new_context(base_url=address))
        opened = contexts[-1].new_page()
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        enter(opened, login, at=HOME.get(login, "**/queue*"))
        return opened

    yield sit
    for context in contexts:
        context.close()
    assert complaints == []


def submit(page: Page, call_id: str) -> None:  # noqa: F811
    page.goto(f"/calls/{call_id}")
    page.keyboard.press("Control+Enter")
    # the next call, or the queue where none is left
    page.wait_for_url(lambda url: not url.endswith(f"/calls/{call_id}"))
    page.wait_for_load_state()
    page.goto("/queue?state=submitted")
    expect(page.locator("#queue")).to_contain_text(call_id)


def test_an_agent_appeals_and_another_supervisor_decides(seated: As) -> None:
    submit(seated("inspector"), "rude-1")
    agent = seated("agent")
    agent.get_by_role("link", name="rude-1").click()
    flag = agent.locator(".finding.flagged", has_text="我不知道")
    expect(flag.locator(".norm").first).to_be_visible()
    expect(flag.locator(".better").first).to_be_visible()
    flag.locator("[data-play]").click()
    agent.wait_for_timeout(300)
    flag.locator("summary", has_text="申诉").click()
    flag.locator("textarea").fill("我后面已经为学员查询了")
    flag.get_by_role("button", name="提交申诉").click()
    expect(agent.locator(".finding.flagged .standing.open")).to_contain_text("待裁决")

    supervisor = seated("supervisor")
    supervisor.get_by_role("link", name="申诉").click()
    supervisor.get_by_role("link", name="申诉 1").click()
    expect(supervisor.locator(".steps")).to_contain_text("我后面已经为学员查询了")
    before = supervisor.locator("#score").inner_text()
    supervisor.get_by_label("申诉成立").check()
    supervisor.get_by_label("理由").fill("后文确有查询")
    supervisor.get_by_role("button", name="提交裁决").click()
    expect(supervisor.locator(".standing.upheld")).to_be_visible()
    assert supervisor.locator("#score").inner_text() != before
    agent.reload()
    expect(agent.locator(".finding.flagged .standing.upheld")).to_contain_text("申诉成立")
    expect(agent.locator(".steps")).to_contain_text("后文确有查询")


def test_a_batch_of_calls_is_given_to_a_person_and_taken_back(seated: As) -> None:
    supervisor, inspector = seated("supervisor"), seated("inspector")
    before = supervisor.locator("#queue tbody tr").count()
    assert before > 1
    supervisor.locator("#choose-all").check()
    name = "测试 inspector"
    supervisor.locator("[name=to]").select_option(label=name)
    supervisor.get_by_role("button", name="执行", exact=True).click()
    expect(supervisor.locator("#queue td[data-label=复核人]", has_text=name)).to_have_count(before)
    inspector.goto("/queue?state=mine")
    expect(inspector.locator("#queue tbody tr")).to_have_count(before)
    supervisor.locator("#choose-all").check()
    supervisor.locator("[name=to]").select_option("")
    supervisor.get_by_role("button", name="执行", exact=True).click()
    expect(supervisor.locator("#queue td[data-label=复核人]", has_text=name)).to_have_count(0)
    inspector.reload()
    expect(inspector.locator(".empty")).to_be_visible()


def test_a_filter_is_kept_as_a_view_shown_again_and_dropped(seated: As) -> None:
    supervisor = seated("supervisor")
    supervisor.goto("/queue?state=any&purpose=complaint")
    shown = supervisor.locator("#total").inner_text()
    supervisor.locator(".views [name=name]").fill("投诉")
    supervisor.get_by_role("button", name="保存", exact=False).first.click()
    supervisor.goto("/queue")
    supervisor.locator(".views").get_by_role("link", name="投诉").click()
    supervisor.wait_for_url(re.compile("purpose=complaint"))
    expect(supervisor.locator("#total")).to_have_text(shown)
    supervisor.get_by_role("button", name=re.compile("投诉")).click()
    expect(supervisor.locator(".views").get_by_role("link", name="投诉")).to_have_count(0)


def test_a_reason_survives_a_session_that_ended(seated: As) -> None:
    submit(seated("inspector"), "rude-1")
    agent = seated("agent")
    agent.goto("/calls/rude-1")
    flag = agent.locator(".finding.flagged").first
    flag.locator("summary", has_text="申诉").click()
    flag.locator("textarea").fill("写了很久的理由")
    agent.context.clear_cookies(name="tingjian_session")
    flag.get_by_role("button", name="提交申诉").click()
    agent.wait_for_url("**/sign-in**")
    agent.fill("#login", "agent")
    agent.fill("#password", PASSWORD)
    agent.keyboard.press("Enter")
    agent.wait_for_url("**/calls/rude-1*")
    expect(agent.locator(".finding.flagged textarea").first).to_have_value("写了很久的理由")
    agent.locator(".finding.flagged").first.get_by_role("button", name="提交申诉").click()
    expect(agent.locator(".steps").first).to_contain_text("写了很久的理由")


def test_a_word_is_corrected_by_keys_and_the_call_judged_anew(page: Page) -> None:  # noqa: F811
    page.goto("/calls/rude-1")
    flag = page.locator(".finding.flagged", has_text="我不知道")
    expect(flag).to_have_count(1)
    before = page.locator("#score").inner_text()
    select_words(page, "[data-turn='2'] .w", 4)
    page.keyboard.press("e")
    expect(page.locator("#correct-text")).to_have_value("我不知道")
    page.fill("#correct-text", "我帮您问")
    page.keyboard.press("Enter")
    expect(page.locator("[data-turn='2']")).to_contain_text("我帮您问，这不归我管")
    expect(page.locator(".w.corrected")).to_have_count(4)
    expect(flag).to_have_count(0)
    assert page.locator("#score").inner_text() != before
    page.locator(".w.corrected").first.click()  # the new words still lead to their moment
    assert page.evaluate("document.getElementById('sound').currentTime") > 3
    page.keyboard.press("u")
    expect(page.locator("[data-turn='2']")).to_contain_text("我不知道，这不归我管")
    expect(page.locator("#score")).to_have_text(before)


def test_a_comment_is_stored_before_the_call_is_submitted(page: Page) -> None:  # noqa: F811
    page.goto("/calls/rude-1")
    page.locator("#comment-text").click()
    page.keyboard.type("请复听 0:04")
    page.keyboard.press("Control+Enter")  # without leaving the field
    page.wait_for_url(lambda url: "rude-1" not in url)
    page.goto("/calls/rude-1")
    expect(page.locator("#panel")).to_contain_text("请复听 0:04")


def test_the_keyboard_stays_where_it_was_after_a_verdict(page: Page) -> None:  # noqa: F811
    page.goto("/calls/rude-1")
    flag = page.locator(".finding.flagged").nth(1)
    flag.locator("summary").click()
    button = flag.locator("[data-verdict=doubtful]")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    expect(flag.locator("details")).to_have_attribute("open", "")


def test_a_key_is_changed_and_stays_changed(page: Page) -> None:  # noqa: F811
    page.goto("/calls/rude-1")
    page.keyboard.press("?")
    page.locator("[data-remap=confirmed]").click()
    page.keyboard.press("g")
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("1")
    page.keyboard.press("g")
    expect(page.locator("[data-verdict=confirmed][aria-pressed=true]")).to_have_count(1)


def test_speed_silence_and_loop_follow_their_keys(page: Page) -> None:  # noqa: F811
    page.goto("/calls/rude-1")
    page.wait_for_selector(".finding.chosen")
    for key in ("=", "r", "a", "s"):
        page.keyboard.press(key)
    assert page.evaluate("document.getElementById('sound').playbackRate") == 1.25
    for button in ("loop", "mute-agent", "skip"):
        expect(page.locator(f"#{button}")).to_have_attribute("aria-pressed", "true")


def test_the_tour_is_shown_once_and_can_be_skipped(
    browser: Browser,  # noqa: F811
    address: str,  # noqa: F811
    decisions: Engine,
) -> None:
    with writing(decisions).begin() as connection:
        connection.execute(update(account).values(toured_at=None))
    context = browser.new_context(base_url=address)
    page = context.new_page()  # noqa: F811
    enter(page, "inspector")
    expect(page.locator("#tour")).to_be_visible()
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("#tour [data-step='2']")).to_be_visible()
    with page.expect_response("**/tour"):
        page.get_by_role("button", name="跳过").click()
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#tour")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("path", ["/queue", "/calls/rude-1", "/own"])
def test_at_twice_the_size_nothing_has_to_be_moved_sideways(
    path: str,
    page: Page,  # noqa: F811
) -> None:
    page.set_viewport_size({"width": 640, "height": 400})  # 1280 by 800 at 200 %
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_dark_or_light_is_the_reader_s_choice(page: Page) -> None:  # noqa: F811
    page.goto("/queue")
    scheme = "document.documentElement.dataset.bsTheme"
    before = page.evaluate(scheme)
    page.locator("#theme").click()
    page.reload()
    assert {before, page.evaluate(scheme)} == {"light", "dark"}


# What may stand in Latin letters on a Chinese screen: names of keys, languages, formats, standards.
LATIN = {"Español", "English", "Space", "Enter", "Ctrl", "UTC", "SHA", "Esc", "CSV", "XLSX"}


def test_no_word_of_english_stands_on_a_chinese_screen(seated: As) -> None:
    submit(seated("inspector"), "rude-1")
    pages = {
        "inspector": ("/queue?agent=A2", "/calls/rude-2", "/own"),
        "agent": ("/mine", "/calls/rude-1"),
        "supervisor": ("/appeals",),
        "administrator": ("/accounts",),
    }
    for login, paths in pages.items():
        reader = seated(login)
        for path in paths:
            reader.goto(path)
            text = re.sub(r"\w+\.txt:\d+", "", reader.locator("body").inner_text())  # norms' files
            known = LATIN | {"inspector", "supervisor", "agent", "administrator", "auditor"}
            known |= {"rude", "queja", "polite", "second", "chief"}  # calls and logins
            found = {w for w in re.findall(r"[A-Za-zñ]{3,}", text) if w not in known}
            assert found == set(), (login, path)

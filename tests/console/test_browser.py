"""The inspector's way in a real browser: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from console.app import create_app
from console.state import ConsoleState

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
PASSWORD = "correct horse battery"
PATIENCE_MS = 30_000  # of a machine that has much else to do
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def address(state: ConsoleState) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(create_app(state), host="127.0.0.1", port=port, log_level="error")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of an inspector who has signed in."""
    ended = "status of 401"  # what a session that ended answers
    with watched(browser.new_context(base_url=address), "inspector", expected=(ended,)) as opened:
        yield opened


@contextmanager
def watched(context: BrowserContext, login: str, *, expected: tuple[str, ...]) -> Iterator[Page]:
    """A page of somebody who has signed in; what else the browser complains of is a failure."""
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda told: complaints.append(told.text) if told.type == "error" else 0)
    enter(opened, login)
    yield opened
    context.close()
    assert [told for told in complaints if not any(text in told for text in expected)] == []


def enter(page: Page, login: str, *, at: str = "**/queue*") -> None:
    page.goto("/")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(at)


def until(page: Page, condition: str) -> None:
    """Wait for a condition; the page's policy forbids what `wait_for_function` does."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        time.sleep(0.05)


def select_words(page: Page, words: str, count: int) -> None:
    """Select the first words that a selector finds, as one does with the mouse."""
    page.evaluate(
        """([words, count]) => {
            const found = document.querySelectorAll(words);
            const range = document.createRange();
            range.setStartBefore(found[0]);
            range.setEndAfter(found[count - 1]);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        [words, count],
    )


def test_a_call_is_reviewed_by_keys_alone(page: Page) -> None:
    page.goto("/queue?agent=A1")
    expect(page.locator("#queue tbody tr")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/rude-1*")
    score = page.locator("#score")
    before = score.inner_text()

    page.keyboard.press("]")  # plays the first finding from one second before it
    until(page, "document.getElementById('sound').currentTime > 0.3")
    page.keyboard.press(" ")
    until(page, "document.getElementById('sound').paused")

    page.keyboard.press("2")
    chosen = page.locator(".finding.chosen [data-verdict=false]")
    expect(chosen).to_have_attribute("aria-pressed", "true")
    assert score.inner_text() != before
    page.keyboard.press("u")
    expect(score).to_have_text(before)
    page.keyboard.press("]")
    page.keyboard.press("1")
    confirmed = page.locator(".finding.chosen [data-verdict=confirmed]")
    expect(confirmed).to_have_attribute("aria-pressed", "true")

    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/queue?agent=A1")
    expect(page.locator("#queue")).to_have_count(0)
    page.goto("/queue?state=submitted")
    expect(page.locator("#queue tbody tr")).to_have_count(1)


def test_what_is_typed_is_text_and_no_command(page: Page) -> None:
    page.goto("/calls/rude-1")
    page.locator("#comment-text").click()
    page.keyboard.type("u12 ]")
    page.keyboard.press("Tab")
    expect(page.locator("#comment-text")).to_have_value("u12 ]")
    expect(page.locator("[data-verdict][aria-pressed=true]")).to_have_count(0)
    page.reload()
    expect(page.locator("#comment-text")).to_have_value("u12 ]")


def test_keys_are_silent_while_an_input_method_composes(page: Page) -> None:
    page.goto("/calls/rude-1")
    page.wait_for_selector(".finding.chosen")
    page.evaluate(
        "document.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: '2', isComposing: true, bubbles: true}))"
    )
    page.wait_for_timeout(300)
    expect(page.locator("[data-verdict][aria-pressed=true]")).to_have_count(0)


def test_swapped_roles_change_the_findings_and_can_be_taken_back(page: Page) -> None:
    page.goto("/calls/rude-1")
    flags = page.locator(".finding.flagged .link")
    before = flags.all_inner_texts()
    page.get_by_role("button", name="角色对调").click()
    expect(page.locator("#panel")).to_have_attribute("data-swapped", "1")
    expect(page.locator(".turn").first).to_have_class("turn customer")
    assert flags.all_inner_texts() != before
    page.keyboard.press("u")
    expect(page.locator("#panel")).to_have_attribute("data-swapped", "0")
    assert flags.all_inner_texts() == before


def test_a_finding_that_the_machine_missed_is_added_from_selected_words(page: Page) -> None:
    page.goto("/calls/polite-1")
    select_words(page, ".turn.agent .w", 4)
    page.keyboard.press("n")
    expect(page.locator("#add [data-quote]")).to_have_text("您好，桔子")
    page.select_option("#add-rule", "zh.argument")
    page.locator("#add").get_by_role("button", name="添加").click()
    added = page.locator('.finding[data-finding="-1"]')
    expect(added).to_contain_text("您好，桔子")
    expect(page.locator("#add")).to_be_hidden()  # keys are silent while a dialog is open
    page.keyboard.press("u")
    expect(added).to_have_count(0)


def test_a_session_that_ended_loses_no_typed_word(page: Page, address: str) -> None:
    page.goto("/calls/rude-1")
    page.context.clear_cookies(name="tingjian_session")
    page.locator("#comment-text").fill("说到一半的话")
    with page.expect_navigation(url="**/sign-in*"):
        page.keyboard.press("Tab")
    page.fill("#login", "inspector")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/rude-1*")
    expect(page.locator("#comment-text")).to_have_value("说到一半的话")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("#comment-text")).to_have_value("说到一半的话")


@pytest.mark.parametrize(
    ("language", "heading"),
    [("中文", "待复核"), ("Español", "Por revisar"), ("English", "Review queue")],
)
def test_every_page_speaks_the_reader_s_language(language: str, heading: str, page: Page) -> None:
    page.get_by_role("button", name=language).click()
    expect(page.locator("h1")).to_contain_text(heading)
    page.reload()
    expect(page.locator("h1")).to_contain_text(heading)


def test_the_queue_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto("/queue")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375

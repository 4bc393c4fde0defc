"""The phrasebook desk in a real browser: by keys alone from a rule to its release, and axe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect
from test_accessibility import AXE, TAGS
from test_browser import address, browser, watched  # noqa: F401 - fixtures
from test_desk import shelf  # noqa: F401 - a fixture

from console.desk_shelf import Shelf
from console.state import ConsoleState

RULE = "/desk/rules/zh.buck_passing"
TABS_MAX = 60


@pytest.fixture
def state(state: ConsoleState, shelf: Shelf) -> ConsoleState:  # noqa: F811
    return replace(state, phrasebook_for=shelf)


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, address: str, scheme: str) -> Iterator[Page]:  # noqa: F811
    """A supervisor's page."""
    context = browser.new_context(base_url=address, color_scheme=scheme, bypass_csp=True)
    # a draft with faults, and what is tried on no call
    refused = ("status of 409", "status of 422")
    with watched(context, "supervisor", expected=refused) as opened:
        yield opened


def faults_of(page: Page) -> list[object]:
    page.add_script_tag(path=AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    return [(f["id"], [n["html"][:120] for n in f["nodes"][:3]]) for f in found["violations"]]


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the first place that a selector finds has the keyboard."""
    wanted = page.locator(selector).first
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        if wanted.evaluate("place => place === document.activeElement"):
            # who uses the keyboard must see where it is
            style = wanted.evaluate(
                "place => getComputedStyle(place).outlineStyle + getComputedStyle(place).boxShadow"
            )
            assert style != "nonenone", selector
            return
    pytest.fail(f"{selector} is not reached by the keyboard")


def test_a_rule_is_tried_changed_and_released_by_keys_alone(page: Page) -> None:
    tab_to(page, "nav a[href='/desk']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    assert faults_of(page) == []
    tab_to(page, "[name=words]")
    page.keyboard.type("推诿")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk?*")
    tab_to(page, "#rules a")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{RULE}")

    tab_to(page, "#try-text")
    page.keyboard.type("这不归我管")
    tab_to(page, "form[hx-post] button")
    page.keyboard.press("Enter")
    expect(page.locator("#trial h3")).to_contain_text("违规")
    assert faults_of(page) == []

    tab_to(page, "#list-0")
    page.keyboard.press("Control+End")
    page.keyboard.type("不是我负责")
    tab_to(page, f"form[action='{RULE}'] button")
    page.keyboard.press("Enter")
    expect(page.locator(".facts a[href^='/desk/draft']")).to_be_visible()
    tab_to(page, ".facts a[href^='/desk/draft']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/draft*")
    expect(page.locator("ins")).to_have_text("+不是我负责")

    tab_to(page, "form[action='/desk/check'] button")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("没有发现问题")
    assert faults_of(page) == []
    tab_to(page, "#version-zh")
    page.keyboard.type("2")
    tab_to(page, "#reason-zh")
    page.keyboard.type("校准会的决定")
    tab_to(page, "form[action='/desk/release'] button")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_contain_text("校准会的决定")
    assert faults_of(page) == []
    tab_to(page, "tbody tr a[href^='/desk/versions/']:last-of-type")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/versions/*")
    assert faults_of(page) == []


def test_what_is_refused_and_what_is_empty_have_no_fault_either(page: Page) -> None:
    for path in ("/desk/draft", "/desk/releases", "/desk?words=nobody", "/desk/preview"):
        page.goto(path)
        expect(page.locator(".empty")).to_be_visible()
        assert faults_of(page) == [], path
    page.goto(RULE)
    page.get_by_label("通话编号").fill("no-such-call")
    page.locator("form[hx-post] button").click()
    expect(page.locator("#trial .alert")).to_be_visible()
    assert faults_of(page) == []
    page.fill("#list-0", "'''")
    page.locator(f"form[action='{RULE}'] button").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    assert faults_of(page) == []


def test_the_rules_fit_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    for path in ("/desk", RULE, "/desk/draft"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path

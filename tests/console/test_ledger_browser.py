"""The ledger in a real browser: a proposal is heard, chosen and confirmed by the keyboard."""

from __future__ import annotations

from playwright.sync_api import Browser, expect
from test_browser import address, browser, enter  # noqa: F401 - fixtures


def test_a_proposal_is_played_confirmed_by_keys_and_opened_at_its_second(
    browser: Browser,  # noqa: F811
    address: str,  # noqa: F811
) -> None:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    enter(page, "supervisor")
    page.goto("/ledger?month=2026-11")
    row = page.locator("#pending tr", has_text="rude-2")
    moment = row.locator("[data-sound]")
    second = float(moment.get_attribute("data-at") or "nan")
    assert second > 2  # 喂 and the customer's question come before
    moment.press("Enter")
    playing = "() => { const s = document.getElementById('sound'); return s.currentTime > %s }"
    page.wait_for_function(playing % (second - 1.01))
    row.locator("input[type=checkbox]").press("Space")
    page.get_by_role("button", name="确认所选").press("Enter")
    expect(page.locator("#statements tr", has_text="A2")).to_contain_text("9")
    page.locator("#entries a", has_text="rude-2").press("Enter")
    page.wait_for_url("**/calls/rude-2#at=*")
    page.wait_for_function(playing % (second - 1.2))  # there before anybody plays it
    assert page.evaluate("() => document.getElementById('sound').paused")
    context.close()
    assert faults == []

"""The page of reports in a real browser: made, found in the list, downloaded; by keys; axe."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, expect
from test_accessibility import AXE, TAGS
from test_browser import address, browser, enter  # noqa: F401 - fixtures


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_is_ordered_by_keys_and_comes_down_whole(
    browser: Browser,  # noqa: F811
    address: str,  # noqa: F811
    scheme: str,
) -> None:
    context = browser.new_context(base_url=address, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    enter(page, "supervisor")
    page.get_by_role("link", name="报告").click()
    expect(page.locator(".empty")).to_be_visible()
    page.locator("[name=kind]").focus()
    page.keyboard.press("Tab")
    page.fill("[name=day]", "2020-01-01")  # no calls
    page.select_option("[name=form]", "xlsx")
    page.locator("select[name=language]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told = page.get_by_role("alert")
    expect(told).to_contain_text("2026-11-20")  # the days that there are
    page.fill("[name=day]", "2026-11-20")
    page.select_option("[name=form]", "xlsx")
    page.get_by_role("button", name="生成").press("Enter")
    row = page.locator("#reports tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("2026-11-20")
    with page.expect_download() as coming:
        row.get_by_role("link").click()
    with ZipFile(Path(coming.value.path())) as workbook:  # whole, or it would not open
        assert workbook.testzip() is None
        assert "投诉时充分道歉" in workbook.read("xl/sharedStrings.xml").decode()  # a rule
    assert coming.value.suggested_filename == "daily-2026-11-20.zh.xlsx"
    page.add_script_tag(path=AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    assert [(f["id"], f["nodes"][0]["html"][:120]) for f in found["violations"]] == []
    page.set_viewport_size({"width": 640, "height": 400})  # 1280 by 800 at 200 %
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    context.close()

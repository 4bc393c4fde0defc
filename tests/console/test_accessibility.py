"""axe-core looks at the main pages for faults against WCAG 2.2, in light and in dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from test_browser import address, browser, enter  # noqa: F401 - fixtures

AXE = Path(__file__).parents[2] / "console" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(browser: Browser, address: str, scheme: str) -> None:  # noqa: F811
    context = browser.new_context(base_url=address, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    faults = {}
    for path in ("/sign-in", "/queue", "/calls/rude-1", "/queue?agent=nobody"):
        if path == "/queue":
            enter(page, "supervisor")
        page.goto(path)
        page.wait_for_timeout(300)
        page.add_script_tag(path=AXE)
        found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        faults[path] = [
            (fault["id"], [node["html"][:120] for node in fault["nodes"][:3]])
            for fault in found["violations"]
        ]
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}

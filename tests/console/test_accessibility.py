"""axe-core looks at the main pages for faults against WCAG 2.2, in light and in dark."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from nights import SignIn
from playwright.sync_api import Browser
from sqlalchemy import Engine, update
from test_browser import address, browser, enter  # noqa: F401 - fixtures

from pipeline.incident import Incident
from pipeline.ledger import Item
from warehouse.decisions.accounts import find_account
from warehouse.decisions.ledger import post
from warehouse.decisions.reviews import find_item
from warehouse.decisions.store import writing
from warehouse.decisions.tables import review

AXE = Path(__file__).parents[2] / "console" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


PAGES = {
    None: ("/sign-in",),
    "supervisor": (
        "/queue",
        "/calls/rude-1",
        "/queue?agent=nobody",
        "/appeals",
        "/appeals/1",
        "/ledger?month=2026-11",
        "/promises",
        "/promises?view=agents",
        "/reports",
    ),
    "agent": ("/mine", "/calls/rude-2", "/my-ledger?month=2026-11"),
    "administrator": ("/accounts", "/own"),
    "auditor": ("/audit",),
}
HOME = {"supervisor": "**/queue*", "agent": "**/mine*", "auditor": "**/audit*"}


@pytest.fixture
def appealed(decisions: Engine, sign_in: SignIn) -> None:
    """A call of the agent that was released, with an appeal that waits."""
    with writing(decisions).begin() as connection:
        connection.execute(update(review).values(agent_id="A1"))
    assert sign_in("inspector").post("/calls/rude-2/submit").status_code == 303
    number = find_item(decisions, "rude-2").flags[0].finding_no
    values = {"finding_no": number, "reason": "不是我说的"}
    assert sign_in("agent").post("/calls/rude-2/appeal", data=values).status_code == 303
    late = Incident("late", "A1", Item.TRUANT, date(2026, 11, 3))
    post(decisions, late, by=find_account(decisions, "chief"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.usefixtures("appealed")
def test_axe_finds_no_fault(browser: Browser, address: str, scheme: str) -> None:  # noqa: F811
    faults = {}
    for login, paths in PAGES.items():
        context = browser.new_context(base_url=address, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        if login is not None:
            enter(page, login, at=HOME.get(login, "**/accounts*"))
        for path in paths:
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

"""The preview in a real browser: progress by itself, then what was found; axe finds no fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from test_accessibility import AXE, TAGS
from test_browser import address, browser, enter  # noqa: F401 - fixtures

from console.preview_desk import PreviewDesk, Trial
from console.state import ConsoleState
from pipeline.phrasebook import load_books
from warehouse.rescoring.plan import Rescoring
from warehouse.rescoring.preview import preview_rescoring

BEGUN = Trial(frozenset(), None, None, datetime(2026, 11, 26, tzinfo=UTC), done=3, total=10)
DESK = PreviewDesk(_trial=BEGUN)


@pytest.fixture
def state(state: ConsoleState) -> ConsoleState:
    return replace(state, previews=DESK)


def faults_of(page: Page) -> list[object]:
    page.add_script_tag(path=AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    return [(f["id"], [n["html"][:120] for n in f["nodes"][:3]]) for f in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_progress_goes_on_by_itself_and_ends_in_what_was_found(
    browser: Browser,  # noqa: F811
    address: str,  # noqa: F811
    state: ConsoleState,
    scheme: str,
) -> None:
    DESK._trial = BEGUN
    context = browser.new_context(base_url=address, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    enter(page, "supervisor")
    page.goto("/desk/preview")
    expect(page.locator("#progress")).to_contain_text("已判定 3 / 10 通")
    assert faults_of(page) == []
    DESK._trial = replace(BEGUN, done=7)
    expect(page.locator("#progress")).to_contain_text("已判定 7 / 10 通")
    books = load_books(state.phrasebook_for.folder)
    asked = Rescoring(books, code_version="another", processes=1)  # so that all are judged
    DESK._trial = replace(BEGUN, preview=preview_rescoring(state.data, asked))
    expect(page.locator("#head")).to_contain_text("预览")
    expect(page.locator("#progress")).to_have_count(0)
    assert faults_of(page) == []
    context.close()

"""Takes the pictures of the console in docs/pictures, from the samples.

    .venv/bin/python docs/pictures/make.py          # all
    .venv/bin/python docs/pictures/make.py zh       # those in one language

Needs Debian's chromium, and the browser's files (`make assets`).
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sample_night import BOOKS, store_samples
from sqlalchemy import update

from console.app import create_app
from console.state import ConsoleState, phrasebooks_in
from warehouse.connection import open_warehouse
from warehouse.decisions.accounts import RoleName, create_account
from warehouse.decisions.filling import fill_queue
from warehouse.decisions.store import open_decisions, writing
from warehouse.decisions.tables import account
from warehouse.facts import refresh_facts

HERE = Path(__file__).parent
LARGEST_BYTES = 200_000
PATIENCE_MS = 180_000  # of a machine that has much else to do
PASSWORD = "only for pictures"
CALL, AGENT_ID = "zh_complaint_quarrel", "A204"
PEOPLE: dict[str, tuple[str, RoleName]] = {
    "li": ("李质检", "inspector"),
    "wang": ("王主管", "supervisor"),
    "zhao": ("赵主管", "supervisor"),
    "chen": ("陈管理", "administrator"),
    "xu": ("徐审计", "auditor"),
}
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main(languages: tuple[str, ...]) -> None:
    """All pictures in some languages."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        store_samples(data)
        state = _people(data)
        address = _serve(state)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        _review(browser, address)
        for language in languages:
            _take(browser, address, language)
        browser.close()


def _people(data: Path) -> ConsoleState:
    engine = open_decisions(data)
    with open_warehouse(data) as warehouse:
        refresh_facts(warehouse)
    with open_warehouse(data, read_only=True) as warehouse:
        fill_queue(engine, warehouse)
    for login, (name, role) in PEOPLE.items():
        create_account(engine, login=login, name=name, role=role, password=PASSWORD, team="北门组")
    create_account(
        engine, login="zhou", name="周坐席", role="agent", password=PASSWORD, agent_id=AGENT_ID
    )
    with writing(engine).begin() as connection:
        connection.execute(update(account).values(toured_at=datetime.now(UTC)))
    return ConsoleState(data=data, decisions=engine, phrasebook_for=phrasebooks_in(BOOKS))


def _serve(state: ConsoleState) -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = uvicorn.Config(create_app(state), host="127.0.0.1", port=port, log_level="error")
    server = uvicorn.Server(settings)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{port}"


def _review(browser: Browser, address: str) -> None:
    """A review, an appeal: so that there is something to see."""
    reader = _enter(browser, address, "li", "zh")
    reader.goto(f"/calls/{CALL}")
    reader.locator("[data-verdict=confirmed]").first.click()
    reader.wait_for_selector("[data-verdict=confirmed][aria-pressed=true]")
    reader.keyboard.press("Control+Enter")
    reader.wait_for_load_state()
    agent = _enter(browser, address, "zhou", "zh")
    agent.goto(f"/calls/{CALL}")
    flag = agent.locator(".finding.flagged", has_text="是你自己记错").first
    flag.locator("summary", has_text="申诉").click()
    flag.locator("textarea").fill("这句是在核对系统里的上课记录，没有责怪学员的意思。")
    flag.get_by_role("button", name="提交申诉").click()
    agent.wait_for_selector(".standing.open")
    for page in (reader, agent):
        page.context.close()


def _take(browser: Browser, address: str, language: str) -> None:
    reader = _enter(browser, address, "li", language)
    _shoot(reader, "/queue", f"queue.{language}")
    other = reader.locator("#queue tbody a[href^='/calls/zh_']").first.get_attribute("href")
    reader.goto(str(other))
    _wait_for_wave(reader)
    reader.keyboard.press("]")
    reader.wait_for_timeout(2500)
    reader.keyboard.press(" ")
    _keep(reader, f"call.{language}")
    pages = {
        "zhou": {"/mine": "own-calls", f"/calls/{CALL}": "own-call"},
        "wang": {
            "/appeals": "appeals",
            "/appeals/1": "appeal",
            "/dashboards/rules": "dashboards",
            f"/coaching/{AGENT_ID}": "coaching",
        },
        "chen": {"/accounts": "accounts"},
        "xu": {"/audit": "audit"},
    }
    reader.context.close()
    for login, wanted in pages.items():
        page = _enter(browser, address, login, language)
        for path, name in wanted.items():
            _shoot(page, path, f"{name}.{language}")
        page.context.close()


def _enter(browser: Browser, address: str, login: str, language: str) -> Page:
    context: BrowserContext = browser.new_context(
        base_url=address,
        viewport={"width": 1360, "height": 860},
        color_scheme="light",
        locale={"zh": "zh-CN", "es": "es-ES", "en": "en-GB"}[language],
    )
    context.add_cookies([{"name": "language", "value": language, "url": address}])
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".who")
    return page


def _shoot(page: Page, path: str, name: str) -> None:
    page.goto(path)
    if page.locator("#wave").count():
        _wait_for_wave(page)
    for figure in page.locator("figure.plot").all():
        figure.locator("svg").wait_for()
    _keep(page, name)


def _wait_for_wave(page: Page) -> None:
    page.wait_for_selector("#wave canvas", state="attached")
    page.wait_for_timeout(500)


def _keep(page: Page, name: str) -> None:
    file = HERE / f"{name}.png"
    page.screenshot(path=file)
    if file.stat().st_size > LARGEST_BYTES:
        raise SystemExit(f"{file} is larger than {LARGEST_BYTES} bytes")  # noqa: EM102


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or ("zh", "es", "en"))

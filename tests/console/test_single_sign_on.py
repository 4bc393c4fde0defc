"""Signing in with an organisation's own service, over the real protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider
from sqlalchemy import Engine, update
from starlette.testclient import TestClient

from console.app import create_app
from console.state import ConsoleState
from pipeline.errors import ConfigurationError
from pipeline.settings import load_settings
from pipeline.settings_console import SingleSignOnSettings
from warehouse.decisions.accounts import create_account
from warehouse.decisions.store import writing
from warehouse.decisions.tables import account

CONSOLE = "http://testserver"


@pytest.fixture(scope="module")
def service() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def provider(service: Provider) -> Provider:
    service.claims = {"sub": "42", "preferred_username": "neu.qa"}
    service.spoil = {}
    return service


@pytest.fixture
def browser(state: ConsoleState, provider: Provider) -> TestClient:
    """A browser of nobody, at a console that knows the service."""
    settings = SingleSignOnSettings(
        issuer=provider.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        console_url=CONSOLE,
    )
    app = create_app(replace(state, single_sign_on=settings))
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def newcomer(decisions: Engine) -> str:
    """The account of somebody who has no password here."""
    made = create_account(decisions, login="neu.qa", name="新人", role="inspector", password=None)
    return made.account_id


def go_and_come_back(browser: TestClient, *, then: str = "/queue") -> httpx.Response:
    """What a browser does: to the service, and back with what it says."""
    left = browser.get("/sign-in/service", params={"then": then})
    assert left.status_code == 303
    answer = httpx.get(left.headers["Location"], follow_redirects=False)
    return browser.get(answer.headers["Location"].removeprefix(CONSOLE))


def test_a_person_signs_in_and_comes_to_the_page_that_was_wanted(
    browser: TestClient, newcomer: str
) -> None:
    assert "用单位账号登录" in browser.get("/sign-in").text
    back = go_and_come_back(browser, then="/queue?agent=A1")
    assert back.status_code == 200
    assert 'content="0; url=/queue?agent=A1"' in back.text
    assert "samesite=strict" in back.headers["set-cookie"].lower()
    assert browser.get("/queue").status_code == 200


def test_from_then_on_the_identity_counts_and_not_the_login(
    browser: TestClient, newcomer: str, provider: Provider
) -> None:
    go_and_come_back(browser)
    provider.claims = {"sub": "42", "preferred_username": "married.name"}
    assert go_and_come_back(browser).status_code == 200
    provider.claims = {"sub": "43", "preferred_username": "neu.qa"}  # the login's next owner
    assert go_and_come_back(browser).status_code == 409


def test_an_account_with_a_password_is_not_taken_over(
    browser: TestClient, provider: Provider
) -> None:
    provider.claims = {"sub": "44", "preferred_username": "supervisor"}
    refused = go_and_come_back(browser)
    assert refused.status_code == 409
    assert "还没有账号" in refused.text


def test_a_closed_account_stays_closed(
    browser: TestClient, newcomer: str, decisions: Engine
) -> None:
    go_and_come_back(browser)
    with writing(decisions).begin() as connection:
        connection.execute(
            update(account).where(account.c.account_id == newcomer).values(active=False)
        )
    assert go_and_come_back(browser).status_code == 409


@pytest.mark.parametrize(
    "spoil",
    [
        {"nonce": "another sign-in's"},
        {"aud": "another application"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000_000_000, "iat": 999_999_000},
        {"preferred_username": None},
    ],
    ids=lambda spoil: next(iter(spoil)),
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    spoil: dict[str, object], browser: TestClient, newcomer: str, provider: Provider
) -> None:
    provider.spoil = spoil
    assert go_and_come_back(browser).status_code == 409
    assert browser.get("/queue").status_code == 401


def test_nobody_comes_back_who_did_not_leave_from_here(browser: TestClient, newcomer: str) -> None:
    left = browser.get("/sign-in/service").headers["Location"]
    answer = httpx.get(left, follow_redirects=False).headers["Location"].removeprefix(CONSOLE)
    stranger = TestClient(browser.app, follow_redirects=False)
    assert stranger.get(answer).status_code == 409
    kept = browser.cookies.get("tingjian_sign_in", path="/sign-in/service")
    assert kept is not None
    content, _, seal = kept.strip('"').partition(".")
    browser.cookies.clear()
    browser.cookies.set("tingjian_sign_in", f"{content[:-4]}AAA=.{seal}", path="/sign-in/service")
    assert browser.get(answer).status_code == 409


def test_a_service_that_does_not_answer_is_told(state: ConsoleState) -> None:
    settings = SingleSignOnSettings(
        issuer="http://127.0.0.1:9", client_id="x", client_secret="x", console_url=CONSOLE
    )
    app = create_app(replace(state, single_sign_on=settings))
    told = TestClient(app).get("/sign-in/service")
    assert told.status_code == 409
    assert "用密码登录" in told.text


def test_the_secret_comes_from_the_environment_alone(tmp_path: Path) -> None:
    file = tmp_path / "tingjian.toml"
    file.write_text('[single_sign_on]\nissuer = "https://id.example"\nclient_secret = "x"\n')
    with pytest.raises(ConfigurationError) as fault:
        load_settings(file, environment={})
    assert "TINGJIAN_SINGLE_SIGN_ON_CLIENT_SECRET" in fault.value.text("en")
    given = load_settings(
        None,
        environment={
            "TINGJIAN_SINGLE_SIGN_ON_ISSUER": "https://id.example",
            "TINGJIAN_SINGLE_SIGN_ON_CLIENT_SECRET": "x",
        },
    ).single_sign_on
    with pytest.raises(ConfigurationError) as missing:
        _ = given.on
    assert "client_id, single_sign_on.console_url" in missing.value.text("en")

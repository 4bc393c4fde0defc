from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parent))

from nights import BOOKS, POLITE, RUDE, SPANISH, SignIn, make_call

from console.app import create_app
from console.state import ConsoleState, phrasebooks_in
from warehouse.connection import open_warehouse
from warehouse.decisions.accounts import ROLES, create_account
from warehouse.decisions.filling import fill_queue
from warehouse.decisions.store import open_decisions, writing
from warehouse.decisions.tables import account
from warehouse.facts import refresh_facts
from warehouse.results import append_calls

PASSWORD = "correct horse battery"
CALLS = ("rude-1", "rude-2", "polite-1", "queja-1")


@pytest.fixture(scope="session")
def stored_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with four calls, the queue filled, and one account of each role."""
    data = tmp_path_factory.mktemp("night")
    calls = [
        make_call(data, "rude-1", RUDE),
        make_call(data, "rude-2", RUDE, agent_id="A2", purpose="complaint"),
        make_call(data, "polite-1", POLITE),
        make_call(data, "queja-1", SPANISH, language="es", agent_id="A3", purpose="complaint"),
    ]
    with open_warehouse(data) as warehouse:
        append_calls(warehouse, calls, [], night_id=None, code_version="test")
        refresh_facts(warehouse)
    engine = open_decisions(data)
    for role in ROLES:
        create_account(
            engine,
            login=role,
            name=f"测试 {role}",
            role=role,
            password=PASSWORD,
            agent_id="A1" if role == "agent" else None,
        )
    create_account(engine, login="second", name="第二位", role="inspector", password=PASSWORD)
    create_account(engine, login="chief", name="王主管", role="supervisor", password=PASSWORD)
    with writing(engine).begin() as connection:  # nobody is to be shown around
        connection.execute(update(account).values(toured_at=datetime.now(UTC)))
    with open_warehouse(data, read_only=True) as warehouse:
        assert fill_queue(engine, warehouse) == len(calls)
    engine.dispose()
    return data


@pytest.fixture
def data(tmp_path: Path, stored_night: Path) -> Path:
    return shutil.copytree(stored_night, tmp_path / "data")


@pytest.fixture
def decisions(data: Path) -> Iterator[Engine]:
    engine = open_decisions(data)
    yield engine
    engine.dispose()


@pytest.fixture
def state(data: Path, decisions: Engine) -> ConsoleState:
    return ConsoleState(data=data, decisions=decisions, phrasebook_for=phrasebooks_in(BOOKS))


@pytest.fixture
def sign_in(state: ConsoleState) -> SignIn:
    """A browser in which somebody has signed in; nobody for None."""

    def enter(login: str | None) -> TestClient:
        client = TestClient(create_app(state), follow_redirects=False)
        if login is not None:
            values = {"login": login, "password": PASSWORD}
            assert client.post("/sign-in", data=values).status_code == 303
        return client

    return enter

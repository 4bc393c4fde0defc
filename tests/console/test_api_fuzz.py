"""Whatever the API is asked, it answers as its document says, and never with a server's error."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from conftest import PASSWORD
from hypothesis import HealthCheck, Phase, settings
from nights import BOOKS
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from console.api import API_DOORS
from console.api_document import document_of
from console.app import create_app
from console.state import ConsoleState, phrasebooks_in
from warehouse.decisions.store import open_decisions

schema = schemathesis.openapi.from_dict(document_of(API_DOORS))
schema.config.phases.coverage.enabled = False  # a hundred requests an address take minutes
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def readers(
    stored_night: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[TestClient]]:
    """A supervisor and an agent who are signed in, and somebody who is not."""
    data = shutil.copytree(stored_night, tmp_path_factory.mktemp("fuzz") / "data")
    decisions = open_decisions(data)
    state = ConsoleState(data=data, decisions=decisions, phrasebook_for=phrasebooks_in(BOOKS))
    app = create_app(state)
    clients = [TestClient(app, follow_redirects=False, base_url="http://127.0.0.1") for _ in "123"]
    for client, login in zip(clients, ("supervisor", "agent"), strict=False):
        values = {"login": login, "password": PASSWORD}
        assert client.post("/sign-in", data=values).status_code == 303
    yield clients
    decisions.dispose()


@schema.parametrize()
@settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_finds_a_server_s_error(
    case: schemathesis.Case, readers: list[TestClient]
) -> None:
    if "call_id" in case.path_parameters and len(str(case.path_parameters["call_id"])) % 2:
        case.path_parameters["call_id"] = "rude-1"  # one that is there, now and then
    sent = case.as_transport_kwargs(base_url="http://127.0.0.1")
    sent.pop("cookies", None)
    sent["content"] = sent.pop("data", None)  # httpx's name for bytes
    # who signs out stays out: the doors of the session are tried by nobody in particular
    chosen = readers[2:] if case.path.endswith("/session") else readers
    for client in chosen:
        case.validate_response(client.request(**sent), checks=CHECKS)

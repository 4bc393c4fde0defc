"""A kept call is the call itself, and is not used where it may be another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from call_examples import make_call
from sqlalchemy import Engine, update

from warehouse.connection import Warehouse
from warehouse.decisions import documents
from warehouse.decisions.documents import keep_document, pack, read_document, unpack
from warehouse.decisions.store import open_decisions, writing
from warehouse.decisions.tables import call_document
from warehouse.results import append_calls
from warehouse.stored import read_call, read_judgements


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_decisions(tmp_path)
    yield opened
    opened.dispose()


def test_what_was_packed_is_unpacked_as_it_was() -> None:
    call = make_call()
    assert unpack(pack(call)) == call


def test_many_judgements_are_read_as_one_is(warehouse: Warehouse) -> None:
    calls = [make_call(f"c-{number}") for number in range(3)]
    append_calls(warehouse, calls, [], night_id=None, code_version="1")
    stored = {call.metadata.call_id: read_call(warehouse, call.metadata.call_id) for call in calls}
    wanted = {call_id: str(one.scoring_id) for call_id, one in stored.items()}
    found = read_judgements(warehouse, {**wanted, "c-none": "s-none"})
    assert found == {call.metadata.call_id: call for call in calls}
    assert read_judgements(warehouse, {}) == {}
    assert read_judgements(warehouse, {"c-none": "s-none"}) == {}


def test_a_document_is_of_one_judgement_and_one_form(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = make_call()
    keep_document(engine, "c-1", "s-1", call)
    assert read_document(engine, "c-1", "s-1") == call
    assert read_document(engine, "c-1", "s-2") is None
    monkeypatch.setattr(documents, "form", lambda: "another")
    assert read_document(engine, "c-1", "s-1") is None


def test_a_damaged_document_is_as_if_it_were_not_there(engine: Engine) -> None:
    keep_document(engine, "c-1", "s-1", make_call())
    with writing(engine).begin() as connection:
        connection.execute(update(call_document).values(content=b"damaged"))
    assert read_document(engine, "c-1", "s-1") is None

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_month import BOOKS, release, reviewer, say_of, store

from pipeline.phrasebook import load_books
from reports.order import Source
from warehouse.connection import open_warehouse
from warehouse.decisions.store import open_decisions


@pytest.fixture(scope="session")
def reviewed_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """November with a person's word on two calls of A1.

    n20-1: both flags are true, and it is released. n20-2: one flag is false, the other is not
    looked at.
    """
    data = tmp_path_factory.mktemp("month")
    store(data)
    engine = open_decisions(data)
    by = reviewer(engine)
    say_of(engine, data, "n20-1", "zh.T10.improper", "confirmed", by=by)
    say_of(engine, data, "n20-1", "zh.buck_passing", "confirmed", by=by)
    say_of(engine, data, "n20-2", "zh.T10.improper", "false", by=by)
    release(engine, data, "n20-1", by=by)
    engine.dispose()
    return data


@pytest.fixture
def month(tmp_path: Path, reviewed_month: Path) -> Path:
    """A copy to change."""
    return shutil.copytree(reviewed_month, tmp_path / "data")


@pytest.fixture(scope="session")
def source(reviewed_month: Path) -> Iterator[Source]:
    """What reports are made from, opened once for all tests; nothing may be changed in it."""
    engine = open_decisions(reviewed_month)
    with open_warehouse(reviewed_month, read_only=True) as warehouse:
        yield Source(warehouse, engine, load_books(BOOKS))
    engine.dispose()

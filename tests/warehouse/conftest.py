from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.connection import Warehouse, open_warehouse


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def warehouse(data_dir: Path) -> Iterator[Warehouse]:
    with open_warehouse(data_dir) as opened:
        yield opened

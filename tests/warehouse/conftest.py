from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.connection import Warehouse, open_warehouse


@pytest.fixture(scope="session")
def fresh_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty warehouse, for tests to copy."""
    folder = tmp_path_factory.mktemp("fresh")
    open_warehouse(folder).close()
    return folder


@pytest.fixture
def data_dir(tmp_path: Path, fresh_data_dir: Path) -> Path:
    return shutil.copytree(fresh_data_dir, tmp_path / "data")


@pytest.fixture
def warehouse(data_dir: Path) -> Iterator[Warehouse]:
    with open_warehouse(data_dir) as opened:
        yield opened


@pytest.fixture(scope="module")
def module_warehouse(
    tmp_path_factory: pytest.TempPathFactory, fresh_data_dir: Path
) -> Iterator[Warehouse]:
    """One warehouse for the tests of a module, which fill it once and then only ask."""
    copy = shutil.copytree(fresh_data_dir, tmp_path_factory.mktemp("module") / "data")
    with open_warehouse(copy) as opened:
        yield opened

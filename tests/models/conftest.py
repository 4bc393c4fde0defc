from __future__ import annotations

from pathlib import Path

import pytest
from small_wheels import build_all, registry_text

from models.registry import Registry, load_registry


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with the three small wheels and their `registry.toml`."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    build_all(folder)
    (folder / "registry.toml").write_text(registry_text(folder), "utf-8")
    return folder


@pytest.fixture
def registry(wheels: Path) -> Registry:
    return load_registry(wheels / "registry.toml")


@pytest.fixture
def local(wheels: Path) -> tuple[str, ...]:
    """Options that let pip look into the folder of wheels and nowhere else."""
    return ("--isolated", "--no-index", "--find-links", str(wheels))

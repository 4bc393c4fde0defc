"""What this machine has and lacks for the work: each check with its remedy as a message's key."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.errors import TingjianError, WarehouseError

if TYPE_CHECKING:
    from pipeline.settings import Settings

State = Literal["good", "missing", "optional"]

_PYTHON = (3, 11)
_TORCH = "2.13.0"
_FREE_MB = 2_000  # decimal; models and a few thousand calls' results
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `key` is a message of `doctor.toml`.

    `missing` keeps the product from working; `optional` only parts that say so themselves.
    """

    name: str
    state: State
    key: str
    values: dict[str, object] = field(default_factory=dict)
    error: TingjianError | None = None  # says it better than the key


def examine(*, data: Path, models: Path) -> tuple[Check, ...]:
    """Look at everything; nothing is made or changed beyond a file in the temporary folder."""
    return (
        _python(),
        _torch(),
        *_models(models),
        _extensions(),
        _disk("data", data),
        _disk("models", models),
        _processors(),
        _browser(),
    )


def _python() -> Check:
    found = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    right = sys.version_info[:2] == _PYTHON
    return Check(
        "python",
        "good" if right else "missing",
        "doctor.python" if right else "doctor.python_other",
        {"found": found},
    )


def _torch() -> Check:
    try:
        found = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return Check("torch", "missing", "doctor.no_torch", {"expected": _TORCH})
    right = found.partition("+")[0] == _TORCH
    return Check(
        "torch",
        "good" if right else "missing",
        "doctor.torch" if right else "doctor.torch_other",
        {"found": found, "expected": _TORCH},
    )


def _models(folder: Path) -> Iterator[Check]:
    from models.installed import require
    from models.registry import load_registry

    registry = load_registry()
    for model in registry.embedded:
        values: dict[str, object] = {"name": model.name, "folder": folder}
        try:
            require(registry, folder, model.name)
        except TingjianError as error:
            yield Check("model", "missing", "doctor.model", values, error)
        else:
            yield Check("model", "good", "doctor.model", values)


def _extensions() -> Check:
    from warehouse.lake import EngineLimits, start_engine

    try:
        with tempfile.TemporaryDirectory() as folder:
            start_engine(limits=EngineLimits(), temp_dir=Path(folder)).close()
    except WarehouseError as error:
        return Check("duckdb", "missing", "doctor.duckdb", {}, error)
    return Check("duckdb", "good", "doctor.duckdb", {"found": importlib.metadata.version("duckdb")})


def _disk(name: str, folder: Path) -> Check:
    """Whether the folder, or the nearest one above it that exists, has room and can be written."""
    place = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    free_mb = shutil.disk_usage(place).free // 1_000_000
    values: dict[str, object] = {"folder": folder, "free_mb": free_mb, "needed_mb": _FREE_MB}
    if not os.access(place, os.W_OK | os.X_OK):
        return Check(name, "missing", "doctor.not_writable", values)
    if free_mb < _FREE_MB:
        return Check(name, "missing", "doctor.disk_full", values)
    return Check(name, "good", "doctor.disk", values)


def _processors() -> Check:
    return Check("processors", "good", "doctor.processors", {"count": len(os.sched_getaffinity(0))})


def layout(settings: Settings, *, data: Path, anew: bool = False) -> Check:
    """How many calls are heard at once, with the figures that it was chosen by.

    Measures for some seconds, and keeps the answer in the data folder, if it was not measured yet.

    Args:
        anew: measure in any case.
    """
    from flows.machine import choose_layout, measured

    try:
        trials = measured(settings, data=data, anew=anew)
    except TingjianError as error:
        return Check("layout", "missing", "doctor.layout", {}, error)
    chosen = choose_layout(settings, measure=lambda: trials)
    figures = ", ".join(
        f"{t.layout.workers} x {t.layout.threads}: {t.windows_per_s:.2f}" for t in trials
    )
    values: dict[str, object] = {
        "workers": chosen.workers,
        "threads": chosen.threads,
        "figures": figures,
    }
    left_open = not settings.night.workers and not settings.hearing.threads
    return Check("layout", "good", "doctor.layout" if left_open else "doctor.layout_set", values)


def _browser() -> Check:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        return Check("browser", "optional", "doctor.no_browser")
    return Check("browser", "good", "doctor.browser", {"found": found})

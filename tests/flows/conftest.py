from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from inboxes import settings_of
from rich.console import Console

from flows.nightly import run_nightly
from flows.summary import NightSummary
from models.fakes import FakeEars
from warehouse.connection import open_warehouse
from warehouse.decisions.store import open_decisions

Night = Callable[..., NightSummary]
Ask = Callable[[str], list[tuple[object, ...]]]

_HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty warehouse; making the schema takes longer than copying it."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    open_warehouse(folder).close()
    open_decisions(folder).dispose()
    return folder


@pytest.fixture
def inbox(tmp_path: Path, empty_data: Path) -> Path:
    shutil.copytree(empty_data, tmp_path / "data")
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def night(tmp_path: Path, inbox: Path) -> Night:
    """Runs a night over the inbox with stand-ins for the models."""

    def run(*, resume: bool = False, decode_wall_s: float = 60.0) -> NightSummary:
        return run_nightly(
            inbox,
            data=tmp_path / "data",
            settings=settings_of(tmp_path, decode_wall_s=decode_wall_s),
            resume=resume,
            ears=FakeEars(),
            console=Console(file=io.StringIO()),
        )

    return run


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Asks the warehouse of the nights."""

    def answer(question: str) -> list[tuple[object, ...]]:
        with open_warehouse(tmp_path / "data", read_only=True) as warehouse:
            return warehouse.connection.execute(question).fetchall()

    return answer


@pytest.fixture
def night_process(tmp_path: Path, inbox: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Begins a night in a process of its own."""
    begun: list[subprocess.Popen[str]] = []

    def begin(clock: str, *, path: tuple[Path, ...] = ()) -> subprocess.Popen[str]:
        folders = [str(folder) for folder in (*path, _HERE, _HERE.parents[1])]
        process = subprocess.Popen(
            [
                sys.executable,
                str(_HERE / "night_process.py"),
                str(inbox),
                str(tmp_path / "data"),
                clock,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
        )
        begun.append(process)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.communicate()

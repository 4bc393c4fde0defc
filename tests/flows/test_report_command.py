"""`tingjian report`: what it writes, and what it says of what it cannot use."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "reports"))

from small_month import store

from flows.cli import run
from warehouse.connection import open_warehouse


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("november")
    store(data)
    return data


def report(data: Path, *arguments: str) -> int:
    return run(["report", *arguments, "--data", str(data), "--language", "zh"])


def test_a_daily_report_is_written_and_said(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "日报.pdf"
    assert report(made, "daily", "--day", "2026-11-20", "--out", str(path)) == 0
    assert path.read_bytes().startswith(b"%PDF-")
    assert str(path) in capsys.readouterr().out


def test_without_a_path_the_file_is_named_by_kind_and_days(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert report(made, "callbacks", "--month", "2026-11", "--format", "csv") == 0
    assert (tmp_path / "callbacks-2026-11.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["yearly"], 2, "daily"),
        (["daily", "--day", "20.11.2026"], 2, "20.11.2026"),
        (["daily", "--month", "2026-11"], 2, "--day"),
        (["daily", "--day", "2026-11-20", "--week", "2026-W47"], 2, "--from"),
        (["daily", "--from", "2026-11-20"], 2, "--to"),
        (["daily", "--from", "2026-11-21", "--to", "2026-11-20"], 2, "2026-11-21"),
        (["daily", "--day", "2026-11-20", "--out", "x.docx"], 2, ".xlsx"),
        (["daily", "--day", "2026-11-20", "--format", "odt"], 2, "pdf"),
        (["daily", "--day", "2026-10-01"], 1, "2026-11-19"),  # the first day that there is
        (["agent", "--month", "2026-11", "--agent", "nobody"], 1, "nobody"),
        (["callbacks", "--day", "2026-11-20"], 1, "purpose"),
        (["daily", "--day", "2026-11-20", "--out", "/no/such/folder/x.csv"], 1, "/no/such"),
    ],
)
def test_what_cannot_be_used_is_told_with_what_to_do(
    arguments: list[str],
    code: int,
    told: str,
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(tmp_path)
    assert report(made, *arguments) == code
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_without_a_warehouse_or_calls_it_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert report(tmp_path / "none", "daily", "--day", "2026-11-20") == 1
    open_warehouse(tmp_path / "empty").close()
    assert report(tmp_path / "empty", "daily", "--day", "2026-11-20") == 1
    assert "tingjian nightly" in capsys.readouterr().err

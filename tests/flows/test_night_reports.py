"""Reports after a night: which are due, what is kept, and that none of them stops a night."""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

sys.path.insert(0, str(Path(__file__).parent.parent / "reports"))

from small_month import BOOKS, store

from flows.night_reports import due_reports, reports_after
from pipeline.errors import ConfigurationError
from pipeline.phrasebook import load_books
from pipeline.settings import Settings, load_settings
from pipeline.settings_reports import ReportSettings

EVENING = datetime.fromisoformat("2026-11-20T22:30:00+08:00")


def asked(**what: object) -> Settings:
    settings = Settings()
    return replace(
        settings,
        reports=ReportSettings(**what),
        night=replace(settings.night, language="zh"),
    )


def names(settings: Settings, began: datetime, folder: Path) -> list[str]:
    return [f"{o.kind} {o.period.name}" for o in due_reports(settings, began=began, folder=folder)]


def test_nothing_is_made_that_nobody_asked_for(tmp_path: Path):
    assert names(Settings(), EVENING, tmp_path) == []


def test_a_night_after_midnight_is_of_the_day_before(tmp_path: Path):
    early = datetime.fromisoformat("2026-11-21T01:30:00+08:00")
    for began in (EVENING, early):
        assert names(asked(daily=True), began, tmp_path) == ["daily 2026-11-20"]


def test_a_week_and_a_month_are_made_by_the_first_night_after_them(tmp_path: Path):
    wanted = asked(weekly="monday", monthly=True)
    sunday = datetime.fromisoformat("2026-11-22T22:30:00+08:00")
    assert names(wanted, EVENING, tmp_path) == ["weekly 2026-W46", "monthly 2026-10"]
    assert names(wanted, sunday, tmp_path) == ["weekly 2026-W47", "monthly 2026-10"]
    (tmp_path / "weekly-2026-W47.en.pdf").write_bytes(b"")
    (tmp_path / "monthly-2026-10.zh.pdf").write_bytes(b"")
    assert names(wanted, sunday, tmp_path) == ["weekly 2026-W47"]  # in Chinese


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    store(folder)
    return folder


def test_due_reports_are_kept_and_told(data: Path):
    told = io.StringIO()
    done = reports_after(
        data,
        asked(daily=True, records=True, formats=("csv",)),
        began=EVENING,
        books=load_books(BOOKS),
        console=Console(file=told, width=200),
    )
    # nobody was called back on that day: no file, and no failure
    assert [path.name for path in done.made] == [
        "daily-2026-11-20.zh.csv", "complaints-2026-11-20.zh.csv",
    ]  # fmt: skip
    assert done.failed == ()
    assert all(path.stat().st_size for path in done.made)
    assert "2" in told.getvalue()


def test_a_report_that_fails_is_told_and_stops_nothing(data: Path):
    (data / "reports").write_text("a file where the folder should be")
    told = io.StringIO()
    done = reports_after(
        data,
        asked(daily=True),
        began=EVENING,
        books=load_books(BOOKS),
        console=Console(file=told, width=400),
    )
    assert done.made == ()
    assert len(done.failed) == 1
    assert str(data / "reports") in told.getvalue()


def test_a_lake_that_is_gone_is_no_end_of_the_night(data: Path):
    shutil.rmtree(data / "warehouse")
    done = reports_after(
        data, asked(daily=True), began=EVENING, books=load_books(BOOKS),
        console=Console(file=io.StringIO()),
    )  # fmt: skip
    assert len(done.failed) == 1


def test_settings_name_only_forms_and_days_that_there_are(tmp_path: Path):
    path = tmp_path / "tingjian.toml"
    path.write_text('[reports]\nformats = ["pdf", "odt"]\nweekly = "funday"\n')
    with pytest.raises(ConfigurationError) as told:
        load_settings(path, environment={})
    assert "tingjian.toml:2" in str(told.value)
    assert "tingjian.toml:3" in str(told.value)
    path.write_text('[reports]\nformats = ["pdf", "xlsx"]\nweekly = "monday"\nlanguage = "es"\n')
    settings = load_settings(path, environment={}).reports
    assert (settings.formats, settings.weekly, settings.language) == (
        ("pdf", "xlsx"), "monday", "es",
    )  # fmt: skip

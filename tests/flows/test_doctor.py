from __future__ import annotations

from pathlib import Path

from flows.doctor import examine
from pipeline.messages import LANGUAGES, say


def test_missing_models_are_named_with_the_command_that_fetches_them(tmp_path: Path) -> None:
    checks = [c for c in examine(data=tmp_path, models=tmp_path / "none") if c.name == "model"]
    assert len(checks) == 3
    for check in checks:
        assert check.state == "missing"
        assert check.error is not None
        assert "tingjian models pull" in check.error.text("en")


def test_what_the_tests_themselves_need_is_found(tmp_path: Path) -> None:
    states = {c.name: c.state for c in examine(data=tmp_path, models=tmp_path)}
    assert states["python"] == states["torch"] == states["duckdb"] == "good"


def test_a_folder_that_is_not_there_yet_is_judged_by_the_one_above_it(tmp_path: Path) -> None:
    checks = examine(data=tmp_path / "a" / "b", models=tmp_path)
    data = next(c for c in checks if c.name == "data")
    assert data.key in ("doctor.disk", "doctor.disk_full")
    assert not (tmp_path / "a").exists()


def test_every_check_can_be_told_in_every_language(tmp_path: Path) -> None:
    for check in examine(data=tmp_path, models=tmp_path / "none"):
        for language in LANGUAGES:
            assert check.error or say(check.key, language, **check.values)

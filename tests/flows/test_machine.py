from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from flows import cli
from flows.doctor import layout
from flows.machine import Machine, choose_layout, kept_or_measured, measured
from models.self_measurement import Layout, Trial, best, layouts, try_layout
from pipeline.errors import ModelMissingError
from pipeline.settings import FolderSettings, HearingSettings, NightSettings, Settings

MACHINE = Machine("A processor", 4, "whisper@1", "cpu", "engine 1")
TRIALS = (Trial(Layout(4, 1), 2.0), Trial(Layout(2, 2), 1.5), Trial(Layout(1, 4), 1.0))
CORES = len(os.sched_getaffinity(0))


def test_every_core_is_used_in_every_layout_that_is_tried() -> None:
    assert layouts(1) == (Layout(1, 1),)
    assert layouts(2) == (Layout(2, 1), Layout(1, 2))
    assert layouts(8) == (Layout(8, 1), Layout(4, 2), Layout(1, 8))


def test_the_fastest_layout_wins_if_it_is_clearly_faster_than_a_thread_per_call() -> None:
    plain, few = Layout(4, 1), Layout(1, 4)
    assert best(TRIALS) == plain
    assert best((Trial(plain, 2.0), Trial(few, 2.1))) == plain  # 5 % is chance
    assert best((Trial(plain, 2.0), Trial(few, 2.3))) == few


def test_a_trial_counts_the_windows_of_all_workers() -> None:
    rounds: list[int] = []
    trial = try_layout(Layout(3, 1), lambda: rounds.append(1), seconds=0.0)
    assert len(rounds) == 4  # one to warm up, one for each worker
    assert trial.layout == Layout(3, 1)
    assert trial.windows_per_s > 0


def test_a_machine_is_measured_once_and_another_one_anew(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(machine: Machine, *, anew: bool = False) -> tuple[Trial, ...]:
        def measure() -> tuple[Trial, ...]:
            asked.append(machine.processor)
            return TRIALS

        return kept_or_measured(tmp_path / "data", machine, measure=measure, anew=anew)

    assert ask(MACHINE) == ask(MACHINE) == TRIALS
    assert len(asked) == 1
    ask(replace(MACHINE, processor="Another"))
    ask(replace(MACHINE, cores=8))
    ask(replace(MACHINE, model="whisper@2"))
    ask(replace(MACHINE, engines="engine 2"))
    assert len(asked) == 5
    ask(replace(MACHINE, engines="engine 2"), anew=True)
    assert len(asked) == 6
    (tmp_path / "data" / "machine.json").write_text("{", "utf-8")
    assert ask(MACHINE) == TRIALS
    assert len(asked) == 7


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the way", "utf-8")
    assert kept_or_measured(tmp_path / "data", MACHINE, measure=lambda: TRIALS) == TRIALS


def test_what_is_set_is_not_measured() -> None:
    def never() -> tuple[Trial, ...]:
        raise AssertionError

    def chosen(workers: int, threads: int) -> Layout:
        settings = Settings(
            night=NightSettings(workers=workers), hearing=HearingSettings(threads=threads)
        )
        return choose_layout(settings, measure=never)

    assert chosen(3, 2) == Layout(3, 2)
    assert chosen(0, 1) == Layout(CORES, 1)
    assert chosen(1, 0) == Layout(1, CORES)
    assert choose_layout(Settings(), measure=lambda: TRIALS) == Layout(4, 1)


def test_without_the_model_a_night_still_has_a_layout(tmp_path: Path) -> None:
    def missing() -> tuple[Trial, ...]:
        raise ModelMissingError("models.missing", name="whisper-base", path=tmp_path)

    assert choose_layout(Settings(), measure=missing) == Layout(CORES, 1)


@pytest.mark.models
def test_the_doctor_shows_what_was_measured_on_this_machine(
    models_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(folders=FolderSettings(data=tmp_path, models=models_folder))
    check = layout(settings, data=tmp_path)
    assert (check.state, check.key) == ("good", "doctor.layout")
    trials = measured(settings, data=tmp_path)
    assert [trial.layout for trial in trials] == list(layouts(CORES))
    assert all(trial.windows_per_s > 0 for trial in trials)
    monkeypatch.setenv("COLUMNS", "300")
    cli.run(["doctor", "--data", str(tmp_path), "--language", "zh"])
    told = f"并发 x 线程：每秒窗口数 — {check.values['figures']}"
    assert told in capsys.readouterr().out  # from the file: it is not measured again

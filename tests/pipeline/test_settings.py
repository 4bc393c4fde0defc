"""`tingjian.toml` and variables become settings, or all their faults at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.settings import Settings, load_settings


def written(folder: Path, text: str) -> Path:
    path = folder / "tingjian.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_file_and_variables_the_defaults_hold():
    assert load_settings(None, environment={}) == Settings()


def test_keys_of_the_file_are_taken_and_paths_start_at_its_folder(tmp_path: Path):
    text = '[judging]\nphrasebooks = "books"\n[night]\nworkers = 3\n[recordings]\nsettle_s = 2\n'
    settings = load_settings(written(tmp_path, text), environment={})
    assert settings.judging.phrasebooks == tmp_path / "books"
    assert settings.night.workers == 3
    assert settings.recordings.settle_s == 2.0


def test_a_variable_goes_before_the_file(tmp_path: Path):
    path = written(tmp_path, "[night]\nworkers = 3\nprefect = true\n")
    environment = {
        "TINGJIAN_NIGHT_WORKERS": "1",
        "TINGJIAN_NIGHT_PREFECT": "0",
        "TINGJIAN_HEARING_NAMES": "橙树, 南门店",
        "TINGJIAN_DATA": "elsewhere",
    }
    settings = load_settings(path, environment=environment)
    assert settings.night.workers == 1
    assert settings.night.prefect is False
    assert settings.hearing.names == ("橙树", "南门店")
    assert settings.folders.data == Path("elsewhere")


def test_the_language_is_that_of_the_locale_unless_it_is_set():
    assert load_settings(None, environment={"LANG": "es_MX.UTF-8"}).night.language == "es"
    environment = {"LANG": "es_MX.UTF-8", "TINGJIAN_LANGUAGE": "zh_CN.UTF-8"}
    assert load_settings(None, environment=environment).night.language == "zh"


def test_the_limits_of_decoding_are_in_bytes_and_seconds(tmp_path: Path):
    path = written(tmp_path, "[recordings]\nfile_limit_mb = 2\ndecode_wall_s = 1.5\n")
    limits = load_settings(path, environment={}).recordings.limits
    assert (limits.file_bytes, limits.wall_s) == (2_097_152, 1.5)  # 2 x 1024 x 1024


def test_every_fault_is_named_at_once_with_line_and_nearest_key(tmp_path: Path):
    text = (
        "[night]\n"
        "wrokers = 2\n"
        "shard_calls = 0\n"
        "\n"
        "[hearng]\n"
        "[recordings]\n"
        'settle_s = "long"\n'
        'file_name_pattern = "{agent}_{call_id}"\n'
    )
    path = written(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path, environment={"TINGJIAN_NIGHT_WORKER": "2"})
    told = str(caught.value).splitlines()[1:]
    assert [line.split(": ")[0].strip() for line in told] == [
        f"{path}:7",
        f"{path}:2",
        f"{path}:3",
        f"{path}:5",
        "TINGJIAN_NIGHT_WORKER",
        f"{path}:8",
    ]
    assert "night.wrokers" in told[1]
    assert "nearest is workers" in told[1]
    assert "nearest is hearing" in told[3]
    assert "nearest is TINGJIAN_NIGHT_WORKERS" in told[4]
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("language", ["zh", "es", "en"])
def test_faults_are_told_in_every_language(tmp_path: Path, language):
    path = written(tmp_path, '[night]\nworkers = true\n[hearing]\ndevice = "gpu"\n')
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path, environment={})
    told = caught.value.text(language)
    assert "night.workers" in told
    assert "cpu, cuda, auto" in told


def test_broken_toml_names_the_line(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="line 2"):
        load_settings(written(tmp_path, "[night]\nworkers = \n"), environment={})


def test_variables_of_others_are_left_alone():
    assert load_settings(None, environment={"TINGJIAN_REALDATA": "1"}) == Settings()

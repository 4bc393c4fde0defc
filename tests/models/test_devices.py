from __future__ import annotations

from pathlib import Path

import ctranslate2
import pytest

from models.devices import check_whisper, choose_device
from models.ears import load_ears
from models.whisper_engine import WhisperEngine
from pipeline.errors import ConfigurationError, ModelError, ModelMissingError


def whisper_folder(folder: Path, *, without: str = "") -> Path:
    """A folder whose files have the right names and hold nothing."""
    folder.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        if name != without:
            (folder / name).write_bytes(b"{}")
    return folder


def on_a_machine(monkeypatch: pytest.MonkeyPatch, *, gpus: int) -> None:
    able = {"cpu": {"int8", "float32"}, "cuda": {"int8", "float16", "float32"}}
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: gpus)
    monkeypatch.setattr(ctranslate2, "get_supported_compute_types", able.__getitem__)


def test_auto_takes_cuda_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_machine(monkeypatch, gpus=1)
    assert [choose_device(d, "int8") for d in ("auto", "cuda", "cpu")] == ["cuda", "cuda", "cpu"]
    on_a_machine(monkeypatch, gpus=0)
    assert [choose_device(d, "int8") for d in ("auto", "cpu")] == ["cpu", "cpu"]


def test_a_missing_cuda_device_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_machine(monkeypatch, gpus=0)
    with pytest.raises(ConfigurationError, match=r'Set hearing.device = "cpu"'):
        choose_device("cuda", "int8")


def test_a_compute_type_that_the_device_lacks_names_those_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_a_machine(monkeypatch, gpus=1)
    assert choose_device("cuda", "float16") == "cuda"
    with pytest.raises(ConfigurationError, match=r"cpu here cannot do. Set one of: float32, int8"):
        choose_device("cpu", "float16")


def test_this_machine_can_do_what_the_settings_say_by_default() -> None:
    assert choose_device("cpu", "int8") == "cpu"


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
def test_a_folder_without_a_file_of_the_model_is_told(tmp_path: Path, name: str) -> None:
    folder = whisper_folder(tmp_path / "mine", without=name)
    with pytest.raises(ModelMissingError, match=f"{name} missing"):
        check_whisper(folder)


@pytest.mark.models
@pytest.mark.parametrize(
    ("asr", "told"),
    [
        ("large-v3-turbo", "tingjian models pull --hub large-v3-turbo"),
        ("whisper-bse", "There is no model and no folder called whisper-bse"),
    ],
)
def test_a_model_that_is_not_here_names_the_remedy(
    models_folder: Path, asr: str, told: str
) -> None:
    with pytest.raises(ModelMissingError, match=told):
        load_ears(models_folder, asr=asr)


@pytest.mark.models
def test_a_folder_of_ones_own_must_be_a_model(models_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match=r"model\.bin"):
        load_ears(models_folder, asr=str(tmp_path))


@pytest.mark.models
def test_a_folder_with_the_embedded_model_is_taken(models_folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own-whisper"
    own.symlink_to(models_folder / "whisper-base")
    ears = load_ears(models_folder, asr=str(own), compute_type="int8_float32", device="auto")
    assert ears.versions.asr.startswith("whisper-base-int8_float32@")


@pytest.mark.models
def test_a_model_that_is_cut_off_is_named(models_folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "cut-whisper"
    own.mkdir()
    for file in (models_folder / "whisper-base").iterdir():
        (own / file.name).symlink_to(file)
    whole = (own / "model.bin").read_bytes()
    (own / "model.bin").unlink()
    (own / "model.bin").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="cut-whisper"):
        WhisperEngine(own).load("zh")

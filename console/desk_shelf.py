"""The phrasebooks on the console's shelf: what holds, a draft that several people may work on, and
every version that was ever released from here.

    FOLDER/zh/…                  what holds; the files are the source of truth
    DATA/desk/draft/zh/…         the draft; not there without one
    DATA/desk/versions/SHA256/   a version as it was, by the hash that every result names
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from pipeline.errors import UsageError
from pipeline.messages import Language
from pipeline.phrasebook import load_phrasebook
from pipeline.phrasebook_faults import Fault, InvalidPhrasebookError
from pipeline.phrasebook_lint import check_phrasebook
from pipeline.phrasebook_text import set_version
from pipeline.rules import Phrasebook

HEAD: Final = "book.toml"
_LOOK_EVERY_S: Final = 1.0
_Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A phrasebook in memory."""

    looked_at: float
    signature: _Signature
    book: Phrasebook


@dataclass(frozen=True)
class Shelf:
    """Phrasebooks of a folder, read again when their files change.

    `own`: where releases go, and what holds once it is there, if `given` must not be written.
    """

    given: Path
    desk: Path | None = None  # DATA/desk; None: nothing can be changed
    own: Path | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    _read: dict[tuple[Path, Language], _Read] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where what holds lies."""
        return self.own if self.own is not None and self.own.is_dir() else self.given

    @property
    def draft(self) -> Path:
        """Where the draft lies, or would."""
        return self._desk / "draft"

    @property
    def has_draft(self) -> bool:
        """Whether somebody is working on one."""
        return self.desk is not None and self.draft.is_dir()

    def __call__(self, language: Language) -> Phrasebook:
        """What holds for calls in a language. Raises: InvalidPhrasebookError."""
        return self.load(self.folder, language)

    def load(self, folder: Path, language: Language) -> Phrasebook:
        """A phrasebook, from memory while its files are the same. Raises: InvalidPhrasebookError.

        A file that somebody breaks while the console runs does not stop it: what was read before
        holds until the file can be read again.
        """
        key, now = (folder, language), time.monotonic()
        known = self._read.get(key)
        if known is not None and now - known.looked_at < _LOOK_EVERY_S:
            return known.book
        with self.lock:
            signature = _signature(folder)
            if known is not None and known.signature == signature:
                book = known.book
            else:
                book = self._load(folder, language, known)
            self._read[key] = _Read(now, signature, book)
        return book

    def _load(self, folder: Path, language: Language, known: _Read | None) -> Phrasebook:
        try:
            return load_phrasebook(folder, language=language)
        except InvalidPhrasebookError:
            if known is None or folder != self.folder:
                raise
            return known.book

    def begin_draft(self) -> None:
        """Copy what holds, unless there is a draft already."""
        with self.lock:
            if not self.has_draft:
                made = self._desk / "draft.new"
                shutil.rmtree(made, ignore_errors=True)
                shutil.copytree(self.folder, made, ignore=_only_toml)
                made.rename(self.draft)

    def write_draft(self, name: str, text: str) -> None:
        """Put a file into the draft; `name` is one that the draft has, such as `zh/holds.toml`."""
        with self.lock:
            _write_whole(self.draft / name, text.encode())
            self._read.clear()

    def drop_draft(self) -> None:
        """Forget the draft."""
        with self.lock:
            if self.has_draft:
                shutil.rmtree(self.draft)

    def faults(self) -> tuple[Fault, ...]:
        """Everything that keeps the draft from being released, its own tests included."""
        return check_phrasebook(self.draft)

    def changed(self) -> Mapping[str, tuple[str, str]]:
        """The files of the draft that differ: what holds, and the draft's."""
        found = {}
        for path in sorted(self.draft.rglob("*.toml")):
            name = path.relative_to(self.draft).as_posix()
            old, new = _text(self.folder / name), _text(path)
            if old != new:
                found[name] = (old, new)
        return found

    def release(self, language: Language, version: str) -> tuple[Phrasebook, Phrasebook]:
        """Let the draft's files of one language hold, under a new version.

        Returns: what held before, and what holds now. Both are kept by their hash.
        Raises: UsageError if there is nothing to release or the version is the same,
            InvalidPhrasebookError with every fault; nothing is changed then.
        """
        with self.lock:
            before = self(language)
            files = [name for name in self.changed() if name.startswith(f"{language}/")]
            if not files:
                raise UsageError("desk.nothing", language=language)
            if version.strip() in ("", before.version):
                raise UsageError("desk.same_version", version=before.version)
            head = f"{language}/{HEAD}"
            self.write_draft(head, set_version(_text(self.draft / head), version.strip()))
            if found := self.faults():
                folder = str(self.draft)
                raise InvalidPhrasebookError("phrasebook.invalid", folder=folder, faults=found)
            self._keep(before, self.folder / language)
            self._place(language, {*files, head})
            self._read.clear()
            after = self(language)
            self._keep(after, self.folder / language)
            if not self.changed():
                self.drop_draft()
        return before, after

    def version(self, sha256: str) -> Path | None:
        """The folder of a kept version, if it is kept."""
        if self.desk is None:
            return None
        place = self._desk / "versions" / sha256
        return place if len(sha256) == 64 and sha256.isalnum() and place.is_dir() else None

    def restore(self, sha256: str, language: Language) -> None:
        """Make a kept version the draft of its language; it is released like any other."""
        kept = self.version(sha256)
        if kept is None:
            raise UsageError("desk.no_version", sha256=sha256[:12])
        with self.lock:
            self.begin_draft()
            shutil.rmtree(self.draft / language)
            shutil.copytree(kept / language, self.draft / language)
            self._read.clear()

    @property
    def _desk(self) -> Path:
        if self.desk is None:
            raise UsageError("desk.closed")
        self.desk.mkdir(parents=True, exist_ok=True)
        return self.desk

    def _keep(self, book: Phrasebook, folder: Path) -> None:
        place = self._desk / "versions" / book.sha256
        if not place.exists():
            made = place.with_name(f"{book.sha256}.new")
            shutil.rmtree(made, ignore_errors=True)
            shutil.copytree(folder, made / book.language, ignore=_only_toml)
            made.rename(place)

    def _place(self, language: Language, names: set[str]) -> None:
        """Each file is exchanged whole; the one with the version comes last."""
        if self.own is not None and not self.own.is_dir():
            made = self.own.with_name(f"{self.own.name}.new")
            shutil.rmtree(made, ignore_errors=True)
            shutil.copytree(self.given, made, ignore=_only_toml)
            made.rename(self.own)
        for name in sorted(names, key=lambda name: (name.endswith(HEAD), name)):
            _write_whole(self.folder / name, (self.draft / name).read_bytes())
        present = {path.name for path in (self.draft / language).glob("*.toml")}
        for path in (self.folder / language).glob("*.toml"):
            if path.name not in present:
                path.unlink()


def _only_toml(folder: str, names: list[str]) -> list[str]:
    return [n for n in names if not (n.endswith(".toml") or (Path(folder) / n).is_dir())] + [
        n for n in names if n == "__pycache__"
    ]


def _signature(folder: Path) -> _Signature:
    found = []
    for path in sorted(folder.rglob("*.toml")):
        status = path.stat()
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)


def _text(path: Path) -> str:
    return path.read_text("utf-8-sig") if path.is_file() else ""


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False, suffix=".new") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(0o644)
    os.replace(file.name, path)  # noqa: PTH105 - atomic on POSIX

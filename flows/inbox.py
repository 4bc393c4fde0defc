"""Which recordings lie in a folder, and what is known of each before it is heard."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.audio_source import open_recording
from pipeline.call import CallMetadata
from pipeline.errors import AudioError, MetadataError, TingjianError, UsageError
from pipeline.metadata import load_metadata
from pipeline.settings import RecordingSettings

Note = tuple[str, dict[str, object]]  # message key with its values, as in Recording.warnings

BESIDE = {".json", ".csv", ".md", ".txt", ".toml"}  # what may lie beside recordings
_PARTIAL = {".part", ".tmp", ".crdownload", ".partial", ".filepart"}
OTHERS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """The recordings of a folder, by name, and what was left aside."""

    paths: tuple[Path, ...]  # absolute
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recording as it lies in the inbox."""

    path: Path  # absolute
    name: str  # from the inbox on, with forward slashes
    size_bytes: int
    call_id: str  # as the sidecar or the file's name claims
    audio_sha256: str | None  # None if the bytes cannot be read
    metadata: CallMetadata | None  # None if the sidecar is not understood
    changed_s: float = 0.0  # when the file was last written, seconds since 1970
    error: TingjianError | None = None  # why it cannot be inspected
    address: str | None = None  # where the bytes are, if not at `path`: s3://bucket/name

    @property
    def place(self) -> str:
        """Path or address, as text that can be stored."""
        return self.address or _printable(self.path)


def list_recordings(inbox: Path, settings: RecordingSettings) -> Listing:
    """All recordings in and below a folder.

    Hidden and partial files are left aside, links are not followed, and files that were changed
    less than `settle_s` ago are left for the next run. All but the first are told in the notes.

    Raises: UsageError if the inbox is not a folder or cannot be listed.
    """
    folder = _folder(inbox)
    suffixes = {f".{extension.lower().lstrip('.')}" for extension in settings.extensions}
    newest_ns = time.time_ns() - round(settings.settle_s * 1e9)
    paths: list[Path] = []
    notes: list[Note] = []
    others: set[str] = set()
    for path in _files(folder, notes):
        suffix = path.suffix.lower()
        if suffix not in suffixes:
            others |= {suffix or path.name} - BESIDE - _PARTIAL
        elif path.is_symlink():
            notes.append(("inbox.link", {"path": _printable(path)}))
        elif settings.settle_s and _changed_ns(path) > newest_ns:
            notes.append(("inbox.unsettled", {"path": _printable(path)}))
        else:
            paths.append(path)
    if others:
        shown = ", ".join(sorted(others)[:OTHERS_SHOWN])
        notes.append(("inbox.other_files", {"kinds": _text(shown), "path": _printable(folder)}))
    return Listing(tuple(paths), tuple(notes))


def examine(path: Path, *, inbox: Path, settings: RecordingSettings) -> Candidate:
    """Hash a recording and read its sidecar; what is wrong with either is in the candidate."""
    sha256: str | None = None
    metadata: CallMetadata | None = None
    error: TingjianError | None = None
    try:
        metadata = load_metadata(path, pattern=settings.pattern)
    except MetadataError as e:
        error = e
    try:
        sha256 = _hash(path, max_bytes=settings.limits.file_bytes)
    except AudioError as e:
        error = e
    if _text(str(path)) != str(path):
        error = AudioError("inbox.name", path=_printable(path))
    return Candidate(
        path=path,
        name=_text(path.relative_to(_folder(inbox)).as_posix()),
        size_bytes=_size(path),
        call_id=metadata.call_id if metadata else _text(path.stem),
        audio_sha256=sha256,
        metadata=metadata,
        changed_s=_changed_ns(path) / 1e9,
        error=error,
    )


def _folder(inbox: Path) -> Path:
    try:
        folder = inbox.resolve(strict=True)
    except OSError as e:
        raise UsageError("inbox.missing", path=inbox) from e
    if not folder.is_dir():
        raise UsageError("inbox.not_folder", path=inbox)
    if not os.access(folder, os.R_OK | os.X_OK):
        raise UsageError("inbox.permission", path=inbox)
    return folder


def _files(folder: Path, notes: list[Note]) -> Sequence[Path]:
    """Every file that is not hidden, sorted by path; folders that cannot be listed are noted."""
    found: list[Path] = []

    def note(error: OSError) -> None:
        values: dict[str, object] = {"path": _text(str(error.filename)), "detail": error.strerror}
        notes.append(("inbox.folder", values))

    for place, folders, names in os.walk(folder, onerror=note):
        for name in [*folders]:
            if name.startswith("."):
                folders.remove(name)
            elif Path(place, name).is_symlink():
                notes.append(("inbox.link", {"path": _printable(Path(place, name))}))
        found += (Path(place, name) for name in names if not name.startswith((".", "~")))
    return sorted(found, key=lambda path: path.parts)


def _hash(path: Path, *, max_bytes: int) -> str:
    with open_recording(path, max_bytes=max_bytes) as file:
        try:
            return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as e:
            raise AudioError("audio.storage", path=str(path), detail=e.strerror or str(e)) from e


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # gone since it was listed: reading it will say so


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _printable(path: Path) -> str:
    return _text(str(path))


def _text(name: str) -> str:
    """A file's name as text that can be stored, whatever bytes it is made of."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")

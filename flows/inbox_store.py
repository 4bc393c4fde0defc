"""An inbox in an object store: the same listing and candidates as a folder gives.

Sidecars and tables of calls are small: they are mirrored into DATA/inbox, where they are read like
any others. A recording stays where it is; only its bytes are read once for their hash, which is
remembered with size and time of writing, so that a night does not read what the last one read.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.inbox import BESIDE, OTHERS_SHOWN, Candidate, Listing, Note
from flows.night_folder import write_whole
from pipeline.call import CallMetadata
from pipeline.errors import AudioError, MetadataError, TingjianError
from pipeline.metadata import load_metadata
from pipeline.settings import RecordingSettings
from warehouse.place import S3
from warehouse.recordings import SCHEME, Item, list_items, read_item

_SIDECARS = (".json", ".csv")
_SIDECAR_BYTES_MAX = 8_000_000
_HASHES = ".hashes.json"


@dataclass(frozen=True, slots=True)
class StoreInbox:
    """A folder of an object store, and the place of its mirror."""

    address: str  # s3://bucket/folder
    mirror: Path
    s3: S3

    def examine_all(self, settings: RecordingSettings) -> tuple[Listing, tuple[Candidate, ...]]:
        """What is there, examined.

        Raises: UsageError if it cannot be listed, TingjianError if the mirror cannot be written.
        """
        suffixes = {f".{extension.lower().lstrip('.')}" for extension in settings.extensions}
        base = self.address.removeprefix(SCHEME).strip("/")
        recordings: list[tuple[Item, str]] = []
        others: set[str] = set()
        sidecars: list[tuple[Item, str]] = []
        for item in list_items(self.address, self.s3):
            name = item.key.removeprefix(base).lstrip("/")
            suffix = Path(name).suffix.lower()
            if any(part.startswith((".", "~")) for part in name.split("/")):
                continue
            if suffix in suffixes:
                recordings.append((item, name))
            elif suffix in _SIDECARS and item.size_bytes <= _SIDECAR_BYTES_MAX:
                sidecars.append((item, name))
            else:
                others |= {suffix or name} - BESIDE
        self._mirror(sidecars)
        found = self._examine(recordings, settings)
        return Listing(tuple(each.path for each in found), _notes(others, self.address)), found

    def _mirror(self, sidecars: Sequence[tuple[Item, str]]) -> None:
        known = self._hashes()
        shutil.rmtree(self.mirror, ignore_errors=True)
        self.mirror.mkdir(parents=True, exist_ok=True)
        self._keep(known)
        for item, name in sidecars:
            path = self.mirror / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(read_item(item, self.s3)))

    def _examine(
        self, recordings: Sequence[tuple[Item, str]], settings: RecordingSettings
    ) -> tuple[Candidate, ...]:
        known, seen = self._hashes(), {}
        found = []
        for item, name in recordings:
            path = self.mirror / name
            sha256: str | None = None
            metadata: CallMetadata | None = None
            error: TingjianError | None = None
            try:
                metadata = load_metadata(path, pattern=settings.pattern)
            except MetadataError as fault:
                error = fault
            try:
                sha256 = self._hash(item, known, most_bytes=settings.limits.file_bytes)
                seen[_mark(item)] = sha256
            except AudioError as fault:
                error = fault
            candidate = Candidate(
                path=path,
                name=name,
                size_bytes=item.size_bytes,
                call_id=metadata.call_id if metadata else path.stem,
                audio_sha256=sha256,
                metadata=metadata,
                changed_s=item.changed_ns / 1e9,
                error=error,
                address=item.address,
            )
            found.append(candidate)
        self._keep(seen)
        return tuple(found)

    def _hash(self, item: Item, known: dict[str, str], *, most_bytes: int) -> str:
        if item.size_bytes == 0:
            raise AudioError("audio.empty", path=item.address)
        if item.size_bytes > most_bytes:
            size_mb, limit_mb = round(item.size_bytes / 1e6, 1), round(most_bytes / 1e6, 1)
            raise AudioError(
                "audio.too_large", path=item.address, size_mb=size_mb, limit_mb=limit_mb
            )
        if before := known.get(_mark(item)):
            return before
        sha256 = hashlib.sha256()
        try:
            for piece in read_item(item, self.s3):
                sha256.update(piece)
        except OSError as error:
            detail = " ".join(str(error).split())[:200]
            raise AudioError("inbox.fetch", path=item.address, detail=detail) from error
        return sha256.hexdigest()

    def _hashes(self) -> dict[str, str]:
        try:
            return dict(json.loads((self.mirror / _HASHES).read_text("utf-8")))
        except (OSError, ValueError):
            return {}

    def _keep(self, hashes: dict[str, str]) -> None:
        write_whole(self.mirror / _HASHES, json.dumps(hashes))


def store_inbox(address: str, *, data: Path, s3: S3) -> StoreInbox:
    """The inbox at an address, with its mirror in the data folder."""
    name = hashlib.sha256(address.encode()).hexdigest()[:16]
    return StoreInbox(address, data / "inbox" / name, s3)


def _mark(item: Item) -> str:
    return f"{item.key} {item.size_bytes} {item.changed_ns}"


def _notes(others: set[str], address: str) -> tuple[Note, ...]:
    if not others:
        return ()
    kinds = ", ".join(sorted(others)[:OTHERS_SHOWN])
    return (("inbox.other_files", {"kinds": kinds, "path": address}),)

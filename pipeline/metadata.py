"""What the telephone system knows of a recording: sidecar, table of the folder, file name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.call import CallMetadata, Role
from pipeline.call_table import decode, read_call_table
from pipeline.errors import MetadataError
from pipeline.file_names import FileNamePattern, file_name_pattern
from pipeline.metadata_values import KEYS, Fault, Layer, parse

__all__ = ["FileNamePattern", "file_name_pattern", "load_metadata", "roles_by_channel"]

_SIDECAR_SUFFIXES = (".json", ".meta.json")
_TABLE_NAME = "calls.csv"
_SIDECAR_BYTES_MAX = 1_000_000


def load_metadata(
    audio: Path,
    *,
    sidecar: Path | None = None,
    table: Path | None = None,
    pattern: FileNamePattern | None = None,
) -> CallMetadata:
    """Everything that is known of a recording before it is heard.

    Three sources, each optional: the sidecar goes before the row in the table, the row before the
    file's name, key by key. An empty value (`null`, `""`, an empty cell) says nothing. `call_id`
    is the file's stem where no source gives one; every other key that is missing stays None.

    Args:
        sidecar: None takes `NAME.json`, else `NAME.meta.json`, beside the recording, if it exists.
        table: None takes `calls.csv` in the recording's folder, if it exists.
        pattern: of file names, from the configuration.
    Raises: MetadataError that names every fault of all sources at once.
    """
    layers = [
        Layer(audio.name, {"call_id": audio.stem}),
        *([pattern.read(audio)] if pattern else []),
        *_table_layer(audio, table),
        *_sidecar_layer(audio, sidecar),
    ]
    faults: list[Fault] = [fault for layer in layers for fault in layer.faults]
    found: dict[str, Any] = {}
    for key, (value, source) in _chosen(layers).items():
        found[key], wrong = parse(key, value, source)
        faults += wrong
    if faults:
        raise MetadataError("metadata.invalid", path=str(audio), count=len(faults), faults=faults)
    return CallMetadata(**found)


def roles_by_channel(metadata: CallMetadata, channels: int) -> tuple[Role, ...]:
    """The role of each channel of the waveform; empty where the channels do not tell the parties.

    One channel holds both parties, so roles given for two say nothing of it.

    Raises: MetadataError if there are two channels and another number of roles.
    """
    roles = metadata.channel_roles
    if channels == 1 or not roles:
        return ()
    if len(roles) != channels:
        raise MetadataError(
            "metadata.roles_count", call=metadata.call_id, roles=len(roles), channels=channels
        )
    return roles


def _chosen(layers: Sequence[Layer]) -> dict[str, tuple[object, str]]:
    """The last layer's word on each key, with its source."""
    chosen: dict[str, tuple[object, str]] = {}
    for layer in layers:
        for key, value in layer.values.items():
            empty = value is None or value == [] or (isinstance(value, str) and not value.strip())
            if not empty or key not in KEYS:
                chosen[key] = (value, layer.source)
    return chosen


def _table_layer(audio: Path, table: Path | None) -> list[Layer]:
    path = table or audio.parent / _TABLE_NAME
    return [read_call_table(path).row_of(audio)] if table or path.is_file() else []


def _sidecar_layer(audio: Path, sidecar: Path | None) -> list[Layer]:
    if sidecar is not None:
        return [_read_sidecar(sidecar)]
    for suffix in _SIDECAR_SUFFIXES:
        path = audio.with_name(audio.stem + suffix)
        if path.is_file():
            return [_read_sidecar(path)]
    return []


def _read_sidecar(path: Path) -> Layer:
    """The keys of a JSON object, or what is wrong with the file."""
    source: dict[str, object] = {"source": path.name}
    twice: list[str] = []

    def keep(pairs: list[tuple[str, object]]) -> dict[str, object]:
        kept = dict(pairs)
        twice.extend(key for key in kept if sum(name == key for name, _ in pairs) > 1)
        return kept

    try:
        if path.stat().st_size > _SIDECAR_BYTES_MAX:
            return Layer(path.name, faults=(("metadata.too_large", source),))
        text = decode(path.read_bytes())
        if text is None:
            return Layer(path.name, faults=(("metadata.encoding", source),))
        values = json.loads(text, object_pairs_hook=keep)
    except OSError as e:
        detail = e.strerror or str(e)
        return Layer(path.name, faults=(("metadata.file", {**source, "detail": detail}),))
    except (ValueError, RecursionError) as e:
        return Layer(path.name, faults=(("metadata.json", {**source, "detail": str(e)}),))
    if not isinstance(values, dict):
        return Layer(path.name, faults=(("metadata.not_object", source),))
    repeated = tuple(("metadata.twice", {**source, "field": key}) for key in twice)
    return Layer(path.name, values, repeated)

"""Keeping the lake small and quick: every shard leaves a file per table, which are merged here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import duckdb

from warehouse.lake import Warehouse
from warehouse.statements import statement
from warehouse.writing import write

_KEEP: Final = timedelta(days=1)  # longer than any reader holds one version of the lake


@dataclass(frozen=True, slots=True)
class Maintenance:
    """What was tidied up."""

    files_merged: int
    files_made: int  # out of the merged ones
    versions_expired: int
    files_deleted: int  # replaced before, or left behind by a writer that was killed


def maintain(warehouse: Warehouse, *, keep: timedelta = _KEEP) -> Maintenance:
    """Merge small files, forget old versions of the lake, delete what nothing needs any more.

    Each step waits for the writer's lock and runs alone; readers go on. What this run replaces is
    deleted by a run after `keep`, because a reader may still be reading it.

    Args:
        keep: versions and files younger than this stay.
    Raises: WarehouseError if a step keeps failing; what was done before stays done.
    """
    merged = _run(warehouse, "merge_files")
    before = {"older_than": datetime.now(UTC) - keep}
    expired = _run(warehouse, "expire_versions", before)
    deleted = [
        *_run(warehouse, "delete_replaced_files", before),
        *_run(warehouse, "delete_orphaned_files", before),
    ]
    return Maintenance(
        files_merged=sum(processed for _, _, processed, _ in merged),
        files_made=sum(made for _, _, _, made in merged),
        versions_expired=len(expired),
        files_deleted=len(deleted),
    )


def _run(
    warehouse: Warehouse, query: str, values: Mapping[str, datetime] | None = None
) -> list[tuple[Any, ...]]:
    def work(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
        return connection.execute(statement(f"queries/{query}"), values).fetchall()

    return write(warehouse, work)

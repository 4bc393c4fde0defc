"""Erasing from the lake: rows, the files that held them, earlier versions, statistics."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any, Final

import duckdb
import pyarrow as pa

from warehouse.erasure.subject import Traces
from warehouse.erasure.words import Words
from warehouse.facts import drop_facts
from warehouse.lake import Warehouse, catalogue_of
from warehouse.statements import statement
from warehouse.writing import sole_writer, write

ERASED: Final = "erased"  # stands where a word was


def erase_rows(warehouse: Warehouse, traces: Traces) -> dict[str, int]:
    """Delete all rows of the calls, and blank the words in what nights told; rows by table.

    Raises: WarehouseError if it could not be done; nothing is deleted then.
    """

    def work(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
        ids = pa.table({"call_id": pa.array(sorted(traces.call_ids), pa.string())})
        connection.register("erased_call", ids)
        try:
            drop_facts(connection)  # they add up what goes
            found = {name: _delete(connection, name) for name in _tables(connection)}
        finally:
            connection.unregister("erased_call")
        found["night_result"] = _blank_nights(connection, traces.words)
        return {name: count for name, count in found.items() if count}

    return write(warehouse, work)


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(statement("queries/tables_of_calls")).fetchall()
    return [row[0] for row in rows]


def _delete(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Table names are those of the schema, never of a person."""
    done = connection.execute(
        f'delete from "{table}" where call_id in (select call_id from erased_call)'
    ).fetchone()
    return int(done[0]) if done else 0


def _blank_nights(connection: duckdb.DuckDBPyConnection, words: Words) -> int:
    rows = connection.execute("select stored_no, night_id, summary from night_result").fetchall()
    changed = 0
    for number, night_id, summary in rows:
        blank = json.dumps(blanked(json.loads(summary), words), ensure_ascii=False)
        if json.loads(blank) != json.loads(summary):
            changed += 1
            values = {"summary": blank, "stored_no": number, "night_id": night_id}
            connection.execute(statement("queries/blank_night"), values)
    return changed


def blanked(value: Any, words: Words) -> Any:
    """A JSON value with every text that holds one of the words blanked, keys too."""
    match value:
        case str():
            return ERASED if words.in_text(value) else value
        case list():
            return [blanked(part, words) for part in value]
        case Mapping():
            return {blanked(key, words): blanked(part, words) for key, part in value.items()}
        case _:
            return value


def erase_files(warehouse: Warehouse) -> int:
    """Write the files anew without what was deleted, and delete the old ones and all earlier
    versions at once; how many files went. Readers of earlier versions fail, so this runs alone.
    """
    deleted = 0
    for query in ("rewrite_files", "expire_all_versions", "delete_all_replaced_files"):
        rows = _run(warehouse, query)
        if query == "delete_all_replaced_files":
            deleted = len(rows)
    return deleted


def _run(warehouse: Warehouse, query: str) -> list[tuple[Any, ...]]:
    return write(warehouse, lambda c: c.execute(statement(f"queries/{query}")).fetchall())


def erase_catalogue(warehouse: Warehouse, words: Words) -> None:
    """Take the words out of the catalogue's statistics and out of the free pages of its file.

    The warehouse is closed: a statistic that is not known is no statistic.
    """
    warehouse.close()
    path = catalogue_of(warehouse.folder)
    with sole_writer(warehouse.folder), closing(sqlite3.connect(path, timeout=60)) as catalogue:
        for table in ("ducklake_table_column_stats", "ducklake_file_column_stats"):
            for column in ("min_value", "max_value"):
                _forget(catalogue, table, column, words)
        catalogue.commit()
        catalogue.execute("pragma wal_checkpoint(truncate)")
        catalogue.execute("vacuum")
        catalogue.execute("pragma wal_checkpoint(truncate)")


def _forget(catalogue: sqlite3.Connection, table: str, column: str, words: Words) -> None:
    """Set the statistics that hold one of the words to nothing."""
    rows = catalogue.execute(f"select rowid, {column} from {table}").fetchall()
    found = [(number,) for number, value in rows if value and words.in_text(str(value))]
    catalogue.executemany(f"update {table} set {column} = null where rowid = ?", found)

"""The parts of the phrasebooks that judged, by hash, as the warehouse knows them."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from pipeline.rule_digest import BookDigest, digest_book
from pipeline.rules import Phrasebook
from warehouse.lake import Warehouse
from warehouse.statements import statement
from warehouse.writing import write

_FRAME = ""  # rule id of what concerns all rules


def record_books(warehouse: Warehouse, books: Iterable[Phrasebook]) -> int:
    """Remember the parts of phrasebooks that judge calls; how many books were new.

    Raises: WarehouseError if it could not be stored.
    """
    wanted = {book.sha256: book for book in books}
    if not wanted.keys() - _known(warehouse.connection):
        return 0

    def work(connection: duckdb.DuckDBPyConnection) -> int:
        new = sorted(wanted.keys() - _known(connection))
        rows = [(sha, *part) for sha in new for part in _parts(wanted[sha])]
        if rows:
            names = ("phrasebook_sha256", "rule_id", "rule_sha256")
            columns = zip(*rows, strict=True)
            incoming = pa.table(
                {n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)}
            )
            connection.register("incoming", incoming)
            try:
                connection.execute("insert into rule_digest by name from incoming")
            finally:
                connection.unregister("incoming")
        return len(new)

    return write(warehouse, work)


def digest_of(warehouse: Warehouse, phrasebook_sha256: str) -> BookDigest | None:
    """The parts of one phrasebook; None if it judged before they were kept."""
    values = {"phrasebook_sha256": phrasebook_sha256}
    rows = warehouse.connection.execute(statement("queries/rule_digests"), values).fetchall()
    parts = dict(rows)
    frame = parts.pop(_FRAME, None)
    return None if frame is None else BookDigest(frame, parts)


def _known(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {row[0] for row in connection.execute(statement("queries/known_digests")).fetchall()}


def _parts(book: Phrasebook) -> list[tuple[str, str]]:
    digest = digest_book(book)
    return [(_FRAME, digest.frame), *digest.rules.items()]

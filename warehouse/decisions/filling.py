"""Filling the review queue from the lake: a row per judged call, and whole those worth a look.

The lake stays the source: the queue can be made anew from it without losing what people decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from pipeline.finding import InspectedCall
from pipeline.worth import Flag, is_sampled, worth_of
from warehouse.decisions.documents import document_row, put_documents
from warehouse.decisions.store import writing
from warehouse.decisions.tables import progress, review, review_flag
from warehouse.lake import Warehouse
from warehouse.statements import statement
from warehouse.stored import read_judgements

_MARK: Final = "review.stored_no"
_STRETCH: Final = 2000  # numbers of storing that are read at once
_BATCH: Final = 100  # calls in one transaction: a person's verdict waits no longer than for these
_FRESH: Final = 20_000  # of a longer backlog only the end is kept whole; the rest when it is opened


def fill_queue(engine: Engine, warehouse: Warehouse) -> int:
    """Bring the queue up to what the lake holds; any number of processes may do so at once.

    A call that was judged anew keeps its place and its people; a submitted one is opened again
    only if it was inspected or judged anew.

    Returns: how many judgements were taken in.
    """
    taken = 0
    last = _last(warehouse)
    while (mark := _read_mark(engine)) < last:
        until = min(mark + _STRETCH, last)
        rows = _ask(warehouse, "queries/judgements_since", {"stored_no": mark, "until_no": until})
        flags = _flags(warehouse, rows)
        for some in _batches(rows):
            entries = [_entry(row, flags.get(row["call_id"], ())) for row in some]
            whole = _whole(warehouse, entries) if until > last - _FRESH else {}
            taken += _store(engine, entries, flags, whole)
        _advance(engine, until)
    return taken


def _last(warehouse: Warehouse) -> int:
    """What a console asks every few seconds must not cost a scan."""
    row = warehouse.connection.execute(statement("queries/last_judgement")).fetchone()
    return int(row[0]) if row else 0


def _ask(warehouse: Warehouse, query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    cursor = warehouse.connection.execute(statement(query), values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _flags(warehouse: Warehouse, rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Flag, ...]]:
    found: dict[str, tuple[Flag, ...]] = {}
    if not rows:
        return found
    ids = [row["call_id"] for row in rows]
    values = {
        "call_ids": ids,
        "scoring_ids": [row["scoring_id"] for row in rows],
        "least": min(ids),
        "greatest": max(ids),
    }
    for row in _ask(warehouse, "queries/flags_of_judgements", values):
        flag = Flag(
            row["finding_no"], row["rule_id"], row["probability"], row["severity"], row["start_s"]
        )
        found[row["call_id"]] = (*found.get(row["call_id"], ()), flag)
    return found


def _batches(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for first in range(0, len(rows), _BATCH):
        yield rows[first : first + _BATCH]


def _entry(row: dict[str, Any], flags: tuple[Flag, ...]) -> dict[str, Any]:
    """A row of the queue."""
    sampled = not flags and is_sampled(row["call_id"])
    return {
        **row,
        "flags": len(flags),
        "worth": worth_of(flags, sampled=sampled),
        "sampled": sampled,
        "state": "open",
        "points_reviewed": None,
    }


def _whole(
    warehouse: Warehouse, entries: Sequence[Mapping[str, Any]]
) -> Mapping[str, InspectedCall]:
    """Those calls that somebody will look at, with all that was heard."""
    wanted = {row["call_id"]: row["scoring_id"] for row in entries if row["worth"] > 0}
    return read_judgements(warehouse, wanted)


def _store(
    engine: Engine,
    entries: Sequence[dict[str, Any]],
    flags: Mapping[str, tuple[Flag, ...]],
    whole: Mapping[str, InspectedCall],
) -> int:
    """Put a batch into the queue, unless another process did; how many it was."""
    scorings = {row["call_id"]: row["scoring_id"] for row in entries}
    documents = [document_row(name, scorings[name], call) for name, call in whole.items()]
    with writing(engine).begin() as connection:
        mark = _mark(connection)
        fresh = [row for row in entries if row["stored_no"] > mark]
        if not fresh:
            return 0
        _put(connection, fresh, flags)
        put_documents(connection, documents)
        _set_mark(connection, fresh[-1]["stored_no"])
    return len(fresh)


def _put(
    connection: Connection,
    entries: Sequence[dict[str, Any]],
    flags: Mapping[str, tuple[Flag, ...]],
) -> None:
    ids = [row["call_id"] for row in entries]
    known = set(
        connection.execute(select(review.c.call_id).where(review.c.call_id.in_(ids))).scalars()
    )
    if new := [row for row in entries if row["call_id"] not in known]:
        connection.execute(insert(review), new)
    if changed := [{**row, "known": row["call_id"]} for row in entries if row["call_id"] in known]:
        named = [name for name in changed[0] if name not in ("known", "call_id")]
        values: dict[str, Any] = {name: bindparam(name) for name in named}
        connection.execute(
            update(review).where(review.c.call_id == bindparam("known")).values(values), changed
        )
    connection.execute(delete(review_flag).where(review_flag.c.call_id.in_(ids)))
    rows = [
        {
            "call_id": call_id,
            "finding_no": flag.finding_no,
            "rule_id": flag.rule_id,
            "probability": flag.probability,
            "severity": flag.severity,
            "start_s": flag.start_s,
        }
        for call_id in ids
        for flag in flags.get(call_id, ())
    ]
    if rows:
        connection.execute(insert(review_flag), rows)


def _read_mark(engine: Engine) -> int:
    with engine.connect() as connection:
        return _mark(connection)


def _mark(connection: Connection) -> int:
    wanted = select(progress.c.value).where(progress.c.name == _MARK)
    return int(connection.execute(wanted).scalar() or 0)


def _advance(engine: Engine, until: int) -> None:
    """The stretch is done, also where its last numbers are not judgements that count."""
    with writing(engine).begin() as connection:
        if _mark(connection) < until:
            _set_mark(connection, until)


def _set_mark(connection: Connection, value: int) -> None:
    connection.execute(delete(progress).where(progress.c.name == _MARK))
    connection.execute(insert(progress).values(name=_MARK, value=value))

"""Filling the review queue from the lake: a row per judged call.

The lake stays the source: the queue can be made anew from it without losing what people decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, insert, select, update

from pipeline.worth import Flag, is_sampled, worth_of
from warehouse.decisions.store import writing
from warehouse.decisions.tables import progress, review, review_flag
from warehouse.lake import Warehouse
from warehouse.statements import statement

_MARK: Final = "review.stored_no"
_BATCH: Final = 500


def fill_queue(engine: Engine, warehouse: Warehouse) -> int:
    """Bring the queue up to what the lake holds; any number of processes may do so at once.

    A call that was judged anew keeps its place and its people; a submitted one is opened again
    only if it was inspected or judged anew.

    Returns: how many judgements were taken in.
    """
    taken = 0
    while rows := _unseen(engine, warehouse):
        flags = _flags(warehouse, [row["call_id"] for row in rows])
        with writing(engine).begin() as connection:
            mark = _mark(connection)
            fresh = [row for row in rows if row["stored_no"] > mark]
            for row in fresh:
                _put(connection, row, flags.get(row["call_id"], ()))
            if fresh:
                _set_mark(connection, fresh[-1]["stored_no"])
            taken += len(fresh)
    return taken


def _unseen(engine: Engine, warehouse: Warehouse) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        mark = _mark(connection)
    last = warehouse.connection.execute(statement("queries/last_judgement")).fetchone()
    if last is None or last[0] <= mark:
        return []  # what a console asks every few seconds must not cost a scan
    values = {"stored_no": mark, "most": _BATCH}
    return _ask(warehouse, "queries/judgements_since", values)


def _ask(warehouse: Warehouse, query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    cursor = warehouse.connection.execute(statement(query), values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _flags(warehouse: Warehouse, call_ids: Sequence[str]) -> dict[str, tuple[Flag, ...]]:
    found: dict[str, tuple[Flag, ...]] = {}
    for row in _ask(warehouse, "queries/flags_of_calls", {"call_ids": list(call_ids)}):
        flag = Flag(
            row["finding_no"], row["rule_id"], row["probability"], row["severity"], row["start_s"]
        )
        found[row["call_id"]] = (*found.get(row["call_id"], ()), flag)
    return found


def _mark(connection: Connection) -> int:
    wanted = select(progress.c.value).where(progress.c.name == _MARK)
    return int(connection.execute(wanted).scalar() or 0)


def _set_mark(connection: Connection, value: int) -> None:
    connection.execute(delete(progress).where(progress.c.name == _MARK))
    connection.execute(insert(progress).values(name=_MARK, value=value))


def _put(connection: Connection, row: dict[str, Any], flags: tuple[Flag, ...]) -> None:
    call_id = row["call_id"]
    sampled = not flags and is_sampled(call_id)
    values = {
        **row,
        "flags": len(flags),
        "worth": worth_of(flags, sampled=sampled),
        "sampled": sampled,
        "state": "open",
        "points_reviewed": None,
    }
    known = connection.execute(
        update(review).where(review.c.call_id == call_id).values(**values)
    ).rowcount
    if not known:
        connection.execute(insert(review).values(**values))
    connection.execute(delete(review_flag).where(review_flag.c.call_id == call_id))
    if flags:
        connection.execute(
            insert(review_flag),
            [
                {
                    "call_id": call_id,
                    "finding_no": flag.finding_no,
                    "rule_id": flag.rule_id,
                    "probability": flag.probability,
                    "severity": flag.severity,
                    "start_s": flag.start_s,
                }
                for flag in flags
            ],
        )

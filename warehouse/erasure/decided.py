"""Erasing from the decisions: what people wrote of the calls, and of the agent."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, Table, delete, func, select, update

from warehouse.decisions import (  # noqa: F401  # their tables join the others
    calibration_tables,
    case_tables,
    ledger_tables,
    sampling_tables,
    voice_tables,
    work_tables,
)
from warehouse.decisions.store import writing
from warehouse.decisions.tables import account, audit, metadata
from warehouse.erasure.subject import Subject, Traces
from warehouse.erasure.words import Words

_KEPT: Final = ("audit",)  # sealed: an entry that went would break the chain
_PORTION: Final = 400


def erase_decisions(engine: Engine, traces: Traces, subject: Subject) -> dict[str, int]:
    """Delete every row about the calls, and about the agent; rows by table.

    The audit log stays, for it is sealed; it names calls, not people. An agent's account is closed
    and forgets whose it was.
    """
    found: dict[str, int] = {}
    with writing(engine).begin() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name in _KEPT or table.name == "account":
                continue
            for column, values in _conditions(table, traces, subject):
                count = _delete(connection, table, column, values)
                if count:
                    found[table.name] = found.get(table.name, 0) + count
        if subject.kind == "agent":
            closed = connection.execute(
                update(account)
                .where(account.c.agent_id == subject.value)
                .values(agent_id=None, active=False, name="", login=account.c.account_id)
            ).rowcount
            if closed:
                found["account"] = closed
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("pragma wal_checkpoint(truncate)")
            raw.execute("vacuum")
            raw.execute("pragma wal_checkpoint(truncate)")
    return found


def _conditions(
    table: Table, traces: Traces, subject: Subject
) -> list[tuple[Any, Collection[str] | Select[Any]]]:
    """Which columns of a table tell whose a row is; also by the row that it belongs to."""
    wanted: list[tuple[Any, Collection[str] | Select[Any]]] = []
    if "call_id" in table.c:
        wanted.append((table.c.call_id, traces.call_ids))
    if subject.kind == "agent" and "agent_id" in table.c:
        wanted.append((table.c.agent_id, (subject.value,)))
    for key in table.foreign_keys:
        parent = key.column.table
        if parent.name != "account" and "call_id" in parent.c:
            ids = select(key.column).where(parent.c.call_id.in_(traces.call_ids))
            wanted.append((key.parent, ids))
    return wanted


def _delete(
    connection: Connection, table: Table, column: Any, values: Collection[str] | Select[Any]
) -> int:
    if isinstance(values, Select):
        return connection.execute(delete(table).where(column.in_(values))).rowcount
    listed = sorted(values)
    portions = [listed[at : at + _PORTION] for at in range(0, len(listed), _PORTION)]
    return sum(
        connection.execute(delete(table).where(column.in_(some))).rowcount for some in portions
    )


def audit_entries(engine: Engine, traces: Traces) -> int:
    """How many entries of the audit log name one of the calls; they stay."""
    if not traces.call_ids:
        return 0
    listed = sorted(traces.call_ids)
    count = 0
    with engine.connect() as connection:
        for at in range(0, len(listed), _PORTION):
            query = select(func.count()).select_from(audit)
            some = listed[at : at + _PORTION]
            count += int(connection.execute(query.where(audit.c.subject.in_(some))).scalar_one())
    return count


def rows_with(engine: Engine, words: Words) -> dict[str, int]:
    """How many rows of each table still hold one of the words, the audit log left out."""
    found: dict[str, int] = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name in _KEPT:
                continue
            for row in connection.execute(select(table)):
                if any(words.in_text(str(value)) for value in row if value is not None):
                    found[table.name] = found.get(table.name, 0) + 1
    return found

"""What agents promised, and what later calls with the same customers show of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

import duckdb

from pipeline.errors import WarehouseError
from pipeline.office_hours import OfficeHours
from pipeline.promise import (
    Contact,
    Promise,
    PromiseKind,
    PromiseRules,
    PromiseState,
    Settlement,
    settle,
)
from pipeline.promises import find_promises
from warehouse.identified import Row
from warehouse.lake import Warehouse
from warehouse.results import insert_tables
from warehouse.rows import table_of
from warehouse.statements import statement
from warehouse.stored import read_judgements
from warehouse.writing import write

_BATCH: Final = 500
_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StoredPromise:
    """A promise with whose it is and what became of it."""

    call_id: str
    promise_no: int
    agent_id: str | None
    agent_name: str | None  # personal data
    team: str | None
    customer_ref: str | None  # personal data
    promise: Promise  # moments have the call's own offset
    settlement: Settlement

    @property
    def state(self) -> PromiseState:
        """What became of it."""
        return self.settlement.state


@dataclass(frozen=True, slots=True)
class PromiseCounts:
    """How many promises of an agent, or to a customer, came to what."""

    name: str | None
    made: int
    undated: int
    by_state: Mapping[PromiseState, int]


def find_new_promises(warehouse: Warehouse, hours: OfficeHours) -> int:
    """Search the judgements that were not searched yet; how many promises were found.

    A killed search goes on where it stopped; a portion is one transaction.

    Raises: WarehouseError if the warehouse cannot be read or written.
    """
    found = 0
    while rows := _ask(warehouse, "unsearched_judgements", {"most": _BATCH}):
        scorings = {call_id: scoring_id for _, call_id, _, scoring_id in rows}
        ids = {call_id: (scoring_id, result_id) for _, call_id, result_id, scoring_id in rows}
        calls = read_judgements(warehouse, scorings)
        promises = [
            (*ids[call_id], call_id, number, *_fields(promise))
            for call_id, call in calls.items()
            for number, promise in enumerate(
                find_promises(
                    call.transcript,
                    call.findings,
                    started_at=call.metadata.started_at,
                    hours=hours,
                )
            )
        ]
        _store(warehouse, promises, searched=max(row[0] for row in rows))
        found += len(promises)
    return found


def _fields(promise: Promise) -> Row:
    turn_no, start, end, quote, kind, *times = astuple(promise)
    return turn_no, start, end, quote, str(kind), *times


def _store(warehouse: Warehouse, promises: list[Row], *, searched: int) -> None:
    def work(connection: duckdb.DuckDBPyConnection) -> None:
        insert_tables(
            connection,
            {
                "promise_result": table_of("promise_result", promises),
                "promise_scan": table_of("promise_scan", [(searched, datetime.now(UTC))]),
            },
        )

    write(warehouse, work)


def list_promises(
    warehouse: Warehouse, *, rules: PromiseRules, known_until: datetime | None = None
) -> tuple[StoredPromise, ...]:
    """All promises with what became of them, by the moment at which they are due.

    Args:
        known_until: up to when calls are known; by the last night or call if None.
    Raises: WarehouseError if the warehouse cannot be read.
    """
    contacts: dict[str, list[Contact]] = defaultdict(list)
    for customer, *contact in _ask(warehouse, "promise_contacts"):
        contacts[customer].append(Contact(*contact))
    ((until,),) = _ask(warehouse, "known_until")
    until = known_until or until or _NEVER
    return tuple(
        _stored(row, contacts, until=until, rules=rules) for row in _ask(warehouse, "promises")
    )


def _stored(
    row: tuple[Any, ...],
    contacts: Mapping[str, list[Contact]],
    *,
    until: datetime,
    rules: PromiseRules,
) -> StoredPromise:
    call_id, number, agent_id, agent_name, team, customer, *said, offset_s = row
    turn_no, start, end, quote, kind, time_text, *moments = said
    zone = timezone(timedelta(seconds=offset_s))
    spoken_at, due_at = (None if m is None else m.astimezone(zone) for m in moments)
    promise = Promise(turn_no, start, end, quote, PromiseKind(kind), time_text, spoken_at, due_at)
    others = None if customer is None else [c for c in contacts[customer] if c.call_id != call_id]
    settlement = settle(promise, others, known_until=until, rules=rules)
    return StoredPromise(call_id, number, agent_id, agent_name, team, customer, promise, settlement)


def call_backs(promises: Iterable[StoredPromise], day: date) -> tuple[StoredPromise, ...]:
    """Who is to be called on a day: broken promises, and open ones that are due on it or before.

    In the order in which they are due; promises without a time come last.
    """
    wanted = [
        p
        for p in promises
        if p.promise.kind is PromiseKind.CONTACT
        and (
            p.state is PromiseState.BROKEN
            or (
                p.state is PromiseState.OPEN
                and (p.promise.due_at is None or p.promise.due_at.date() <= day)
            )
        )
    ]
    last = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted(wanted, key=lambda p: (p.promise.due_at or last, p.call_id, p.promise_no)))


def count_promises(
    promises: Iterable[StoredPromise], *, by_customer: bool = False
) -> tuple[PromiseCounts, ...]:
    """By agent, or by customer: the most broken first."""
    groups: dict[str | None, list[StoredPromise]] = defaultdict(list)
    for promise in promises:
        groups[promise.customer_ref if by_customer else promise.agent_id].append(promise)
    counts = [
        PromiseCounts(
            name=name,
            made=len(own),
            undated=sum(not p.promise.dated for p in own),
            by_state={state: sum(p.state is state for p in own) for state in PromiseState},
        )
        for name, own in groups.items()
    ]
    return tuple(
        sorted(counts, key=lambda c: (-c.by_state[PromiseState.BROKEN], -c.made, c.name or ""))
    )


def _ask(
    warehouse: Warehouse, query: str, values: Mapping[str, object] | None = None
) -> list[tuple[Any, ...]]:
    try:
        return warehouse.connection.execute(statement(f"queries/{query}"), values).fetchall()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error

"""Promises page by page: the lake counts, sums and sorts them; only the rows of a page come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from typing import Any, Final

import duckdb

from pipeline.errors import WarehouseError
from pipeline.promise import Promise, PromiseKind, PromiseRules, PromiseState, Settlement
from warehouse.lake import Warehouse
from warehouse.promises import PromiseCounts, StoredPromise
from warehouse.statements import statement

_PAGE: Final = "order by due_at nulls last, call_id, promise_no limit $most offset $offset"
_SUMS: Final = f"""
select
    {{by}} as name, any_value(agent_name) as agent_name, count(*) as made,
    count(*) filter (where time_text is null) as undated,
    {", ".join(f"count(*) filter (where state = '{state}')" for state in PromiseState)},
    count(*) over () as names
from found
group by {{by}}
order by count(*) filter (where state = 'broken') desc, made desc, coalesce(name, '')
limit $most offset $offset
"""


@dataclass(frozen=True, slots=True)
class PromiseFilter:
    """Which promises; empty fields do not restrict.

    `call_backs_on`: only those that are to be called back on a day: broken ones, and open ones
    that are due on it, before it, or at no certain time.
    """

    agent_id: str = ""
    customer_ref: str = ""
    state: PromiseState | None = None
    call_backs_on: date | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Which rows of a list, from 0; all if `most` is None."""

    offset: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class PromiseSums:
    """How many promises of some agents, or to some customers, came to what."""

    total: int  # agents or customers that there are
    counts: tuple[PromiseCounts, ...]  # of the slice, the most broken first
    agent_names: Mapping[str, str] = field(default_factory=dict)  # by id; personal data


def count_found(warehouse: Warehouse, wanted: PromiseFilter, *, rules: PromiseRules) -> int:
    """How many promises a filter leaves. Raises: WarehouseError if the lake cannot be read."""
    with _asked(warehouse):
        ((count,),) = _ask(warehouse, "select count(*) from found", wanted, rules)
    return int(count)


def page_promises(
    warehouse: Warehouse, wanted: PromiseFilter, *, rules: PromiseRules, part: Slice = Slice()
) -> tuple[StoredPromise, ...]:
    """The promises that a filter leaves, by the moment at which they are due.

    Raises: WarehouseError if the lake cannot be read.
    """
    with _asked(warehouse):
        rows = _ask(warehouse, f"select * from found {_PAGE}", wanted, rules, part)
    return tuple(_promise_of(row) for row in rows)


def sum_promises(
    warehouse: Warehouse,
    wanted: PromiseFilter,
    *,
    rules: PromiseRules,
    by_customer: bool,
    part: Slice = Slice(),
) -> PromiseSums:
    """By agent, or by customer: the most broken first.

    Raises: WarehouseError if the lake cannot be read.
    """
    by = "customer_ref" if by_customer else "agent_id"
    with _asked(warehouse):
        rows = _ask(warehouse, _SUMS.format(by=by), wanted, rules, part)
        total = rows[0][-1] if rows else 0
        if not rows and part.offset:
            ((total,),) = _ask(
                warehouse, f"select count(*) from (select distinct {by} from found)", wanted, rules
            )
    counts = tuple(
        PromiseCounts(name, made, undated, dict(zip(PromiseState, states, strict=True)))
        for name, _, made, undated, *states, _ in rows
    )
    names = {} if by_customer else {row[0]: row[1] for row in rows if row[0] and row[1]}
    return PromiseSums(int(total), counts, names)


def _promise_of(row: tuple[Any, ...]) -> StoredPromise:
    call_id, number, agent_id, agent_name, team, customer, *said, state, kept_by, kept_at = row
    turn_no, start, end, quote, kind, time_text, spoken_at, due_at, offset_s = said
    zone = timezone(timedelta(seconds=offset_s))
    spoken_at, due_at = (None if m is None else m.astimezone(zone) for m in (spoken_at, due_at))
    promise = Promise(turn_no, start, end, quote, PromiseKind(kind), time_text, spoken_at, due_at)
    settlement = Settlement(PromiseState(state), kept_by, kept_at)
    return StoredPromise(call_id, number, agent_id, agent_name, team, customer, promise, settlement)


def _ask(
    warehouse: Warehouse,
    question: str,
    wanted: PromiseFilter,
    rules: PromiseRules,
    part: Slice | None = None,
) -> list[tuple[Any, ...]]:
    """Ask about `found`, the promises that a filter leaves."""
    found = statement("queries/settled_promises").rstrip().removesuffix(";")
    values: dict[str, object] = {
        "agent_id": wanted.agent_id,
        "customer_ref": wanted.customer_ref,
        "state": wanted.state.value if wanted.state else "",
        "call_backs_on": wanted.call_backs_on,
        "any_contact": rules.any_contact,
        "grace_s": rules.grace.total_seconds(),
    }
    if part is not None:
        values |= {"offset": part.offset, "most": 2**62 if part.most is None else part.most}
    text = f"with found as ({found})\n{question}"
    return warehouse.connection.execute(text, values).fetchall()


@contextmanager
def _asked(warehouse: Warehouse) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error

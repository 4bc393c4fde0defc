"""`tingjian promises`: what was promised, and whom to call back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.shared_options import command, consoles, json_option, print_json, settings_of
from flows.told import invocation_of, option
from pipeline.errors import UsageError
from pipeline.messages import Language, say

if TYPE_CHECKING:
    from rich.table import Table

    from warehouse.promises import PromiseCounts, StoredPromise


@command("promises", help="promises.help")
@option("--call-backs", "call_backs_on", metavar="D", help="promises.option_call_backs")
@option("--by-agent", is_flag=True, help="promises.option_by_agent")
@option("--by-customer", is_flag=True, help="promises.option_by_customer")
@option("--agent", metavar="ID", help="promises.option_agent")
@option("--customer", metavar="ID", help="promises.option_customer")
@json_option
@click.pass_context
def _promises(
    context: click.Context,
    *,
    call_backs_on: str | None,
    by_agent: bool,
    by_customer: bool,
    agent: str | None,
    customer: str | None,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from warehouse.connection import open_warehouse
    from warehouse.promises import call_backs, count_promises, find_new_promises, list_promises

    settings = settings_of(config, data)
    hours, language = settings.promises.hours, invocation_of(context).language
    open_warehouse(settings.folders.data, read_only=True).close()  # none is made here
    with open_warehouse(settings.folders.data) as warehouse:
        find_new_promises(warehouse, hours)
        found = list_promises(warehouse, rules=settings.promises.rules)
    found = tuple(
        p
        for p in found
        if (agent is None or p.agent_id == agent)
        and (customer is None or p.customer_ref == customer)
    )
    if call_backs_on:
        found = call_backs(found, _day(call_backs_on))
    if by_agent or by_customer:
        counts = count_promises(found, by_customer=by_customer)
        _tell(
            [_counted(c) for c in counts],
            _counts(counts, language, by_customer=by_customer),
            language,
            as_json=as_json,
        )
        return 0
    _tell([_document(p) for p in found], _list(found, language), language, as_json=as_json)
    return 0


def _day(text: str) -> dt.date:
    today = dt.datetime.now().astimezone().date()
    if text == "tomorrow":
        return today + dt.timedelta(days=1)
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("cli.bad_date", value=text) from error


def _tell(
    rows: list[dict[str, object]], table: Table, language: Language, *, as_json: bool
) -> None:
    if as_json:
        print_json(rows)
        return
    out, _ = consoles()
    out.print(table if rows else say("promises.none", language))


def _document(stored: StoredPromise) -> dict[str, object]:
    promise, settlement = stored.promise, stored.settlement
    return {
        "call_id": stored.call_id,
        "promise_no": stored.promise_no,
        "agent_id": stored.agent_id,
        "team": stored.team,
        "customer_ref": stored.customer_ref,
        "turn_no": promise.turn_no,
        "start": round(promise.start, 3),
        "end": round(promise.end, 3),
        "quote": promise.quote,
        "kind": str(promise.kind),
        "time": promise.time_text,
        "spoken_at": _iso(promise.spoken_at),
        "due_at": _iso(promise.due_at),
        "state": str(settlement.state),
        "kept_by": settlement.kept_by,
        "kept_at": _iso(settlement.kept_at),
    }


def _iso(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _counted(counts: PromiseCounts) -> dict[str, object]:
    states = {str(state): count for state, count in counts.by_state.items()}
    return {"name": counts.name, "made": counts.made, "undated": counts.undated, **states}


def _list(found: tuple[StoredPromise, ...], language: Language) -> Table:
    from rich.table import Table

    from pipeline.promise import PromiseState

    table = Table()
    for column in ("state", "due", "agent", "customer", "place", "quote"):
        table.add_column(say(f"promises.column_{column}", language), overflow="fold")
    for stored in found:
        promise = stored.promise
        due = promise.due_at.strftime("%Y-%m-%d %H:%M") if promise.due_at else ""
        table.add_row(
            say(f"promises.state_{stored.state}", language),
            due if promise.dated else say("promises.undated", language),
            stored.agent_id or "",
            stored.customer_ref or "",
            f"{stored.call_id} {promise.start:.1f}",
            promise.quote,
            style="red" if stored.state is PromiseState.BROKEN else None,
        )
    return table


def _counts(counts: tuple[PromiseCounts, ...], language: Language, *, by_customer: bool) -> Table:
    from rich.table import Table

    from pipeline.promise import PromiseState

    table = Table()
    name = "customer" if by_customer else "agent"
    for column in (name, "made", "undated"):
        table.add_column(say(f"promises.column_{column}", language))
    for state in PromiseState:
        table.add_column(say(f"promises.state_{state}", language))
    for each in counts:
        states = (str(each.by_state[state]) for state in PromiseState)
        table.add_row(each.name or "", str(each.made), str(each.undated), *states)
    return table


COMMAND = _promises

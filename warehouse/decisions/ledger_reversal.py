"""Taking postings of the ledger back: by a person, or because an appeal was upheld."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, Engine, select

from pipeline.errors import UsageError
from pipeline.incident import Incident, key_of, month_after
from pipeline.ledger import Item, LedgerRules, reversal_credit
from warehouse.decisions.accounts import Account
from warehouse.decisions.ledger import add_entry, audit_entry, check_may
from warehouse.decisions.ledger_reading import Entry, entries_where, standing
from warehouse.decisions.ledger_tables import ledger_closing, ledger_entry
from warehouse.decisions.store import writing


def reverse(engine: Engine, entry_no: int, *, by: Account, reason: str, rules: LedgerRules) -> int:
    """Take a posting back; the number of the entry that does.

    In a closed month nothing changes: what the month would have cost less is given back in the
    first month after it that is open.

    Raises: UsageError if there is no such standing posting, no reason, or the account may not.
    """
    check_may(by)
    if not reason.strip():
        raise UsageError("ledger.reason_needed")
    with writing(engine).begin() as connection:
        return _reverse(connection, entry_no, by=by, reason=reason, rules=rules)


def reverse_for_call(
    connection: Connection,
    call_id: str,
    rule_id: str,
    *,
    by: Account,
    reason: str,
    rules: LedgerRules,
    appeal_no: int | None = None,
) -> tuple[int, ...]:
    """Take back what a finding had cost, in the transaction that upholds an appeal of it.

    Returns: the entries that do; empty if nothing was posted for it, or it was taken back before.
    """
    rows = standing(entries_where(connection, ledger_entry.c.call_id == call_id))
    return tuple(
        _reverse(connection, row.entry_no, by=by, reason=reason, rules=rules, appeal_no=appeal_no)
        for row in rows
        if row.cause.get("rule_id") == rule_id
    )


def _reverse(
    connection: Connection,
    entry_no: int,
    *,
    by: Account,
    reason: str,
    rules: LedgerRules,
    appeal_no: int | None = None,
) -> int:
    found = standing(entries_where(connection, ledger_entry.c.entry_no == entry_no))
    undone = connection.execute(
        select(ledger_entry.c.entry_no).where(ledger_entry.c.undoes == entry_no)
    ).first()
    if not found or undone is not None:
        raise UsageError("ledger.no_posting", number=entry_no)
    (entry,) = found
    incident = entry.incident
    if appeal_no is not None:
        incident = replace(incident, cause={**incident.cause, "appeal_no": appeal_no})
    number = add_entry(connection, "reverse", incident, by=by, reason=reason, undoes=entry_no)
    audit_entry(connection, "ledger.reverse", incident, number, by)
    closed = set(connection.execute(select(ledger_closing.c.month)).scalars())
    if entry.month in closed:
        credit = _credit(connection, entry, rules)
        if credit:
            _give_back(connection, entry, credit, closed, by=by, reason=reason)
    return number


def _credit(connection: Connection, entry: Entry, rules: LedgerRules) -> Decimal:
    """What the closed month would have cost less, without what was given back before."""
    if entry.points is not None:
        return entry.points
    rows = entries_where(connection, ledger_entry.c.month == entry.month)
    same = [
        row
        for row in (*standing(rows), entry)
        if row.agent_id == entry.agent_id and row.item is entry.item
    ]
    times = sum(row.quantity for row in same)
    return reversal_credit(times, entry.quantity, entry.item, rules=rules)


def _give_back(
    connection: Connection,
    entry: Entry,
    credit: Decimal,
    closed: set[str],
    *,
    by: Account,
    reason: str,
) -> None:
    month = month_after(entry.month)
    while month in closed:
        month = month_after(month)
    day = date(int(month[:4]), int(month[5:]), 1)
    key = key_of("correction", entry.entry_no)
    cause = {"entry_no": entry.entry_no, "month": entry.month, "item": str(entry.item)}
    given = Incident(key, entry.agent_id, Item.CORRECTION, day, 1, -credit, entry.call_id, cause)
    add_entry(connection, "post", given, by=by, reason=reason, points=-credit)

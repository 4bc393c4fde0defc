"""The monthly ledger as people keep it: posted, taken back, closed; every step is a row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert, select

from pipeline.errors import UsageError
from pipeline.incident import Incident
from pipeline.ledger import UNFINISHED_RANGE, Item, LedgerRules, Statement
from warehouse.decisions import audit
from warehouse.decisions.accounts import Account
from warehouse.decisions.ledger_reading import entries_where, statements_in
from warehouse.decisions.ledger_tables import ledger_closing, ledger_entry, ledger_statement
from warehouse.decisions.store import writing
from warehouse.decisions.tables import taken_back

MAY_POST: Final = ("supervisor", "administrator")


def add_imported(engine: Engine, incidents: Iterable[Incident], *, by: Account) -> int:
    """Enter incidents of a file, to be confirmed; how many were new.

    Raises: UsageError if a month is closed, or the account may not; nothing is entered then.
    """
    check_may(by)
    with writing(engine).begin() as connection:
        known = set(connection.execute(select(ledger_entry.c.key)).scalars())
        fresh = {i.key: i for i in incidents if i.key not in known}
        for incident in fresh.values():
            _check_open(connection, incident.month)
            add_entry(connection, "import", incident, by=by, reason="")
        return len(fresh)


def pending(engine: Engine, month: str, proposed: Iterable[Incident] = ()) -> tuple[Incident, ...]:
    """What waits for a person: imported and proposed incidents that nobody decided on, but for
    findings that an upheld appeal took back.
    """
    with engine.connect() as connection:
        rows = entries_where(connection, ledger_entry.c.kind != "reverse")
        granted = {
            (row.call_id, row.rule_id)
            for row in connection.execute(select(taken_back.c.call_id, taken_back.c.rule_id))
        }
    proposed = [i for i in proposed if (i.call_id, i.cause.get("rule_id")) not in granted]
    decided = {row.key for row in rows if row.kind in ("post", "dismiss")}
    imported = [row.incident for row in rows if row.kind == "import" and row.month == month]
    waiting = {i.key: i for i in (*imported, *proposed) if i.key not in decided}
    return tuple(sorted(waiting.values(), key=lambda i: (i.agent_id, i.day, i.item, i.key)))


def post(
    engine: Engine,
    incident: Incident,
    *,
    by: Account,
    points: Decimal | None = None,
    reason: str = "",
) -> int:
    """Confirm an incident: from now on it counts in its month. The number of the entry.

    Args:
        points: for unfinished work, where the document leaves 0.5 to 1 to the supervisor.
    Raises: UsageError if it was decided on before, its finding was taken back by an appeal, its
        month is closed, the account may not, or points are missing, out of range, or given where
        the rules fix them.
    """
    check_may(by)
    chosen = points if points is not None else incident.points
    low, high = UNFINISHED_RANGE
    if incident.item is Item.UNFINISHED:
        if chosen is None or not chosen.is_finite() or not low <= chosen <= high:
            raise UsageError("ledger.points_needed", low=low, high=high, value=chosen)
    elif points is not None:
        raise UsageError("ledger.points_fixed", item=incident.item)
    with writing(engine).begin() as connection:
        _check_open(connection, incident.month)
        _check_undecided(connection, incident.key)
        _check_counts(connection, incident)
        number = add_entry(connection, "post", incident, by=by, reason=reason, points=chosen)
        audit_entry(connection, "ledger.post", incident, number, by)
    return number


def dismiss(engine: Engine, incident: Incident, *, by: Account, reason: str) -> int:
    """Decide that an incident does not count. Raises: UsageError as `post`, or without reason."""
    check_may(by)
    if not reason.strip():
        raise UsageError("ledger.reason_needed")
    with writing(engine).begin() as connection:
        _check_open(connection, incident.month)
        _check_undecided(connection, incident.key)
        number = add_entry(connection, "dismiss", incident, by=by, reason=reason)
        audit_entry(connection, "ledger.dismiss", incident, number, by)
    return number


def close_month(engine: Engine, month: str, *, by: Account, rules: LedgerRules) -> str:
    """Freeze a month; the SHA-256 of its statements.

    Raises: UsageError if it is closed, an earlier month with entries is open, incidents that were
        imported wait for a decision, or the account may not.
    """
    check_may(by)
    waiting = len(pending(engine, month))
    if waiting:
        raise UsageError("ledger.pending", month=month, count=waiting)
    with writing(engine).begin() as connection:
        _check_open(connection, month)
        closed = set(connection.execute(select(ledger_closing.c.month)).scalars())
        months = set(connection.execute(select(ledger_entry.c.month)).scalars())
        if earlier := sorted(m for m in months if m < month and m not in closed):
            raise UsageError("ledger.earlier_open", month=month, earlier=earlier[0])
        found = statements_in(connection, month, rules)
        rows = [_statement_row(month, agent, s) for agent, s in sorted(found.items())]
        digest = hashlib.sha256(json.dumps(rows, sort_keys=True, default=str).encode()).hexdigest()
        values = {"month": month, "account_id": by.account_id, "at": datetime.now(UTC)}
        connection.execute(insert(ledger_closing).values(**values, sha256=digest))
        if rows:
            connection.execute(insert(ledger_statement), rows)
        audit.record(
            connection,
            "ledger.close",
            subject=month,
            account_id=by.account_id,
            details={"agents": len(rows), "sha256": digest},
        )
    return digest


def _statement_row(month: str, agent_id: str, statement: Statement) -> dict[str, Any]:
    lines = [{**asdict(x), "item": str(x.item), "points": str(x.points)} for x in statement.lines]
    return {
        "month": month,
        "agent_id": agent_id,
        "points": statement.points,
        "level": str(statement.level),
        "streak": statement.streak,
        "lines": lines,
    }


def add_entry(
    connection: Connection,
    kind: str,
    incident: Incident,
    *,
    by: Account,
    reason: str,
    points: Decimal | None = None,
    undoes: int | None = None,
) -> int:
    """Write one row; its number."""
    made = connection.execute(
        insert(ledger_entry).values(
            kind=kind,
            key=incident.key,
            month=incident.month,
            agent_id=incident.agent_id,
            item=str(incident.item),
            day=incident.day,
            quantity=incident.quantity,
            points=points if points is not None else incident.points,
            call_id=incident.call_id,
            cause=dict(incident.cause),
            reason=reason,
            account_id=by.account_id,
            at=datetime.now(UTC),
            undoes=undoes,
        )
    ).inserted_primary_key
    return int(made[0]) if made else 0


def check_may(by: Account) -> None:
    """Raises: UsageError if the account may not decide about the ledger."""
    if by.role not in MAY_POST:
        raise UsageError("ledger.may_not", login=by.login, roles=", ".join(MAY_POST))


def _check_open(connection: Connection, month: str) -> None:
    wanted = select(ledger_closing.c.month).where(ledger_closing.c.month == month)
    if connection.execute(wanted).first() is not None:
        raise UsageError("ledger.closed", month=month)


def _check_undecided(connection: Connection, key: str) -> None:
    rows = entries_where(connection, ledger_entry.c.key == key)
    if any(row.kind in ("post", "dismiss") for row in rows):
        raise UsageError("ledger.decided", incident=key)


def _check_counts(connection: Connection, incident: Incident) -> None:
    """A finding that an upheld appeal took back costs nothing."""
    if incident.call_id is None:
        return
    query = select(taken_back.c.appeal_no).where(
        taken_back.c.call_id == incident.call_id,
        taken_back.c.rule_id == str(incident.cause.get("rule_id")),
    )
    row = connection.execute(query).first()
    if row is not None:
        raise UsageError("ledger.appealed", appeal=row.appeal_no, call_id=incident.call_id)


def audit_entry(
    connection: Connection, action: str, incident: Incident, number: int, by: Account
) -> None:
    """Note a row in the audit log."""
    details = {"entry_no": number, "key": incident.key, "month": incident.month}
    audit.record(
        connection,
        action,
        subject=incident.call_id or incident.key,
        account_id=by.account_id,
        details={**details, "item": str(incident.item)},
    )

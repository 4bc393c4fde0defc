"""What an administrator does with accounts: role, team, open or closed, a new password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update

from pipeline.errors import UsageError
from warehouse.decisions import audit
from warehouse.decisions.accounts import (
    PASSWORD_LENGTH_MIN,
    ROLES,
    Account,
    RoleName,
    hash_password,
    is_password,
)
from warehouse.decisions.store import writing
from warehouse.decisions.tables import account, session


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as the administrator sees it."""

    account_id: str
    login: str
    name: str
    role: RoleName
    agent_id: str | None
    team: str | None
    active: bool
    created_at: datetime


def list_accounts(engine: Engine) -> tuple[Listed, ...]:
    """All accounts, open ones first, by login."""
    names = ("account_id", "login", "name", "role", "agent_id", "team", "active", "created_at")
    query = select(*(account.c[name] for name in names))
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(account.c.active.desc(), account.c.login))
        return tuple(Listed(**row) for row in rows.mappings())


def change_account(
    engine: Engine,
    account_id: str,
    *,
    role: str,
    team: str,
    agent_id: str,
    by: str,
) -> None:
    """Another role, team or agent's id; the person's next page follows it.

    Raises: UsageError if there is no such account or role, an agent's account would be without an
        agent's id, the person changes the own role, or no administrator would be left.
    """
    if role not in ROLES:
        raise UsageError("console.role_unknown", role=role, roles=", ".join(ROLES))
    with writing(engine).begin() as connection:
        known = _known(connection, account_id)
        if (role == "agent") != bool(agent_id.strip()):
            raise UsageError("console.agent_id_needed", login=known.login)
        if role != known.role:
            if account_id == by:
                raise UsageError("console.not_oneself")
            _keep_one(connection, known.role, known.active)
        values = {
            "role": role,
            "team": team.strip() or None,
            "agent_id": agent_id.strip() or None,
        }
        connection.execute(
            update(account).where(account.c.account_id == account_id).values(**values)
        )
        audit.record(
            connection,
            "account.change",
            subject=account_id,
            account_id=by,
            details={"role": role, "was": known.role, "team": values["team"]},
        )


def close_account(engine: Engine, account_id: str, *, by: str) -> None:
    """Nobody signs in with it any more, and who is signed in is signed out.

    Raises: UsageError if it is the own one, the last administrator's, or there is none.
    """
    with writing(engine).begin() as connection:
        known = _known(connection, account_id)
        if account_id == by:
            raise UsageError("console.not_oneself")
        _keep_one(connection, known.role, known.active)
        _set_active(connection, account_id, active=False, by=by)


def reopen_account(engine: Engine, account_id: str, *, by: str) -> None:
    """The account may sign in again. Raises: UsageError if there is none."""
    with writing(engine).begin() as connection:
        _known(connection, account_id)
        _set_active(connection, account_id, active=True, by=by)


def reset_password(engine: Engine, account_id: str, *, by: str) -> tuple[str, str]:
    """A new password that is told once; whoever was signed in is signed out.

    Returns: login and password. Raises: UsageError if there is no such account.
    """
    password = secrets.token_urlsafe(12)
    with writing(engine).begin() as connection:
        known = _known(connection, account_id)
        _set_password(connection, account_id, password, by=by)
    return known.login, password


def change_own_password(engine: Engine, who: Account, *, present: str, new: str) -> None:
    """A person's own new password; all sessions end, also the present one.

    Raises: UsageError if the present one is wrong or the new one too short.
    """
    if len(new) < PASSWORD_LENGTH_MIN:
        raise UsageError("console.password_short", least=PASSWORD_LENGTH_MIN)
    with engine.connect() as connection:
        stored = _known(connection, who.account_id).password_hash
    if not is_password(stored, present):
        raise UsageError("console.password_wrong")
    with writing(engine).begin() as connection:
        _set_password(connection, who.account_id, new, by=who.account_id)


def end_tour(engine: Engine, who: Account) -> None:
    """The person has seen, or skipped, the tour."""
    with writing(engine).begin() as connection:
        connection.execute(
            update(account)
            .where(account.c.account_id == who.account_id)
            .values(toured_at=datetime.now(UTC))
        )


def _known(connection: Connection, account_id: str) -> Any:
    row = connection.execute(select(account).where(account.c.account_id == account_id)).first()
    if row is None:
        raise UsageError("console.no_such_account", login=account_id)
    return row


def _keep_one(connection: Connection, role: str, active: bool) -> None:
    if role != "administrator" or not active:
        return
    others = select(func.count()).where(account.c.role == role, account.c.active)
    if connection.execute(others).scalar_one() < 2:
        raise UsageError("console.last_administrator")


def _set_active(connection: Connection, account_id: str, *, active: bool, by: str) -> None:
    connection.execute(
        update(account).where(account.c.account_id == account_id).values(active=active)
    )
    if not active:
        connection.execute(delete(session).where(session.c.account_id == account_id))
    action = "account.open" if active else "account.close"
    audit.record(connection, action, subject=account_id, account_id=by)


def _set_password(connection: Connection, account_id: str, password: str, *, by: str) -> None:
    connection.execute(
        update(account)
        .where(account.c.account_id == account_id)
        .values(password_hash=hash_password(password))
    )
    connection.execute(delete(session).where(session.c.account_id == account_id))
    audit.record(connection, "account.password", subject=account_id, account_id=by)

"""Who may sign in: accounts, passwords, sessions, and the brake on guessing."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from pipeline.errors import UsageError
from pipeline.messages import Language
from warehouse.decisions import audit
from warehouse.decisions.store import writing
from warehouse.decisions.tables import account, session, sign_in

RoleName = Literal["inspector", "supervisor", "agent", "administrator", "auditor"]
ROLES: Final[tuple[RoleName, ...]] = (
    "inspector",
    "supervisor",
    "agent",
    "administrator",
    "auditor",
)
PASSWORD_LENGTH_MIN: Final = 10
SESSION_LASTS: Final = timedelta(hours=12)
_ATTEMPTS: Final = 8  # of one login or address, in
_ATTEMPTS_WITHIN: Final = timedelta(minutes=15)

_hasher = PasswordHasher()  # argon2id with the library's current recommendation
_NO_ACCOUNT: Final = _hasher.hash(secrets.token_hex())  # as slow to refuse as a wrong password


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in."""

    account_id: str
    login: str
    name: str
    role: RoleName
    language: Language
    agent_id: str | None = None  # an agent sees the calls of this agent
    toured: bool = True  # was shown around


class TooManyAttemptsError(UsageError):
    """Somebody guesses passwords; nothing is looked at for a while."""


def create_account(
    engine: Engine,
    *,
    login: str,
    name: str,
    role: RoleName,
    password: str | None,
    language: Language = "zh",
    agent_id: str | None = None,
    team: str | None = None,
    by: str | None = None,
) -> Account:
    """A new account.

    Args:
        password: None for people who sign in with the organisation's own service.
        by: account id of who makes it; None for the command line.
    Raises: UsageError if the login is taken, the password too short, the role unknown, or an
        agent's account names no agent.
    """
    if role not in ROLES:
        raise UsageError("console.role_unknown", role=role, roles=", ".join(ROLES))
    if password is not None and len(password) < PASSWORD_LENGTH_MIN:
        raise UsageError("console.password_short", least=PASSWORD_LENGTH_MIN)
    if (role == "agent") != (agent_id is not None):
        raise UsageError("console.agent_id_needed", login=login)
    made = Account(uuid4().hex, login.strip().lower(), name.strip(), role, language, agent_id)
    if not made.login or not made.name:
        raise UsageError("console.name_needed")
    try:
        with writing(engine).begin() as connection:
            connection.execute(
                insert(account).values(
                    account_id=made.account_id,
                    login=made.login,
                    name=made.name,
                    role=role,
                    language=language,
                    agent_id=agent_id,
                    team=team,
                    password_hash=hash_password(password) if password is not None else None,
                    active=True,
                    created_at=datetime.now(UTC),
                )
            )
            audit.record(
                connection,
                "account.create",
                subject=made.account_id,
                account_id=by,
                details={"role": role},
            )
    except IntegrityError as error:
        raise UsageError("console.login_taken", login=made.login) from error
    return made


def sign_in_with_password(
    engine: Engine, *, login: str, password: str, address: str, now: datetime | None = None
) -> tuple[Account, str] | None:
    """Begin a session.

    Args:
        address: where the request comes from; guesses are counted by login and by address.
    Returns: the account and the session's secret, which only its owner's browser keeps; None if
        login or password are wrong, without saying which.
    Raises: TooManyAttemptsError after eight failures in fifteen minutes.
    """
    now = now or datetime.now(UTC)
    login = login.strip().lower()[:100]
    keys = (f"login:{login}", f"address:{address[:100]}")
    with engine.connect() as connection:
        recent = select(func.count()).where(
            sign_in.c.key.in_(keys), sign_in.c.at > now - _ATTEMPTS_WITHIN
        )
        failures = connection.execute(recent.group_by(sign_in.c.key)).scalars().all()
        row = connection.execute(
            select(account).where(account.c.login == login, account.c.active)
        ).mappings().first()  # fmt: skip
    if max(failures, default=0) >= _ATTEMPTS:
        raise TooManyAttemptsError(
            "console.too_many_attempts", minutes=_ATTEMPTS_WITHIN // timedelta(minutes=1)
        )
    known = is_password(row["password_hash"] if row else None, password)
    with writing(engine).begin() as connection:
        if row is None or not known:
            connection.execute(insert(sign_in), [{"key": key, "at": now} for key in keys])
            audit.record(connection, "sign_in.refused", subject="session", account_id=None)
            return None
        secret = open_session(connection, row["account_id"], now=now)
        connection.execute(delete(sign_in).where(sign_in.c.key == keys[0]))
    return _account_of(row), secret


def open_session(connection: Connection, account_id: str, *, now: datetime) -> str:
    """A session inside the caller's transaction: its secret."""
    secret = secrets.token_urlsafe(32)
    connection.execute(
        insert(session).values(
            token_sha256=_digest(secret),
            account_id=account_id,
            created_at=now,
            expires_at=now + SESSION_LASTS,
        )
    )
    connection.execute(delete(session).where(session.c.expires_at < now))
    audit.record(connection, "sign_in", subject="session", account_id=account_id)
    return secret


# made once: it is asked at every request
_OF_SESSION: Final = (
    select(account)
    .join(session, session.c.account_id == account.c.account_id)
    .where(
        session.c.token_sha256 == bindparam("token_sha256"),
        session.c.expires_at > bindparam("now"),
        account.c.active,
    )
)


def account_of_session(
    engine: Engine, secret: str, *, now: datetime | None = None
) -> Account | None:
    """Whose session it is; None if there is none, it has ended, or the account was closed."""
    values = {"token_sha256": _digest(secret), "now": now or datetime.now(UTC)}
    with engine.connect() as connection:
        row = connection.execute(_OF_SESSION, values).mappings().first()
    return _account_of(row) if row else None


def sign_out(engine: Engine, secret: str) -> None:
    """End a session."""
    with writing(engine).begin() as connection:
        connection.execute(delete(session).where(session.c.token_sha256 == _digest(secret)))


def set_password(engine: Engine, *, login: str, password: str) -> None:
    """A new password; whoever was signed in with the old one is signed out.

    Raises: UsageError if there is no such account, or the password is too short.
    """
    if len(password) < PASSWORD_LENGTH_MIN:
        raise UsageError("console.password_short", least=PASSWORD_LENGTH_MIN)
    known = find_account(engine, login)
    with writing(engine).begin() as connection:
        connection.execute(
            update(account)
            .where(account.c.account_id == known.account_id)
            .values(password_hash=hash_password(password))
        )
        connection.execute(delete(session).where(session.c.account_id == known.account_id))
        audit.record(connection, "account.password", subject=known.account_id, account_id=None)


def find_account(engine: Engine, login: str) -> Account:
    """An open account by its login. Raises: UsageError if there is none."""
    wanted = select(account).where(account.c.login == login.strip().lower(), account.c.active)
    with engine.connect() as connection:
        row = connection.execute(wanted).mappings().first()
    if row is None:
        raise UsageError("console.no_such_account", login=login)
    return _account_of(row)


def set_active(engine: Engine, account_id: str, *, active: bool, by: str | None) -> None:
    """Open or close an account; closing ends its sessions."""
    with writing(engine).begin() as connection:
        connection.execute(
            update(account).where(account.c.account_id == account_id).values(active=active)
        )
        if not active:
            connection.execute(delete(session).where(session.c.account_id == account_id))
        action = "account.open" if active else "account.close"
        audit.record(connection, action, subject=account_id, account_id=by)


def accounts(engine: Engine) -> tuple[Account, ...]:
    """The accounts that are open, by login."""
    with engine.connect() as connection:
        rows = connection.execute(
            select(account).where(account.c.active).order_by(account.c.login)
        ).mappings()
        return tuple(map(_account_of, rows))


def hash_password(password: str) -> str:
    """What is stored of a password: argon2id, with its own salt."""
    return _hasher.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Whether a password is the stored one; None, of who signs in elsewhere, is as slow."""
    try:
        return _hasher.verify(stored or _NO_ACCOUNT, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def _digest(secret: str) -> str:
    """What is stored of a session: a copy of the database opens none."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _account_of(row: RowMapping) -> Account:
    names = ("account_id", "login", "name", "role", "language", "agent_id")
    values = {name: row[name] for name in names}
    return Account(**values, toured=row["toured_at"] is not None)

"""People whom the organisation's own service names: which account is theirs."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, select, update

from pipeline.errors import UsageError
from warehouse.decisions import audit
from warehouse.decisions.accounts import open_session
from warehouse.decisions.store import writing
from warehouse.decisions.tables import account


def sign_in_with_identity(
    engine: Engine, *, external_id: str, login: str, now: datetime | None = None
) -> str:
    """Begin a session: the secret, which only its owner's browser keeps.

    The first time the person's account is found by its login; from then on by the identity, which
    stays when a login is given to somebody else. An account with a password is nobody's but by
    its password, so that a new name at the service cannot take it over.

    Raises: UsageError if there is no open account for the person.
    """
    now = now or datetime.now(UTC)
    by_identity = account.c.external_id == external_id
    by_login = (
        account.c.login == login.strip().lower(),
        account.c.external_id.is_(None),
        account.c.password_hash.is_(None),
    )
    with writing(engine).begin() as connection:
        row = connection.execute(select(account).where(by_identity)).first()
        if row is None:
            row = connection.execute(select(account).where(*by_login, account.c.active)).first()
            if row is not None:
                connection.execute(
                    update(account)
                    .where(account.c.account_id == row.account_id)
                    .values(external_id=external_id)
                )
        if row is not None and row.active:
            return open_session(connection, row.account_id, now=now)
        audit.record(connection, "sign_in.refused", subject="session", account_id=None)
    raise UsageError("console.sso_unknown", login=login)

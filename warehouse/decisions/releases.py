"""Releases of phrasebooks: which version since when, by whom, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, insert, select

from warehouse.decisions import audit
from warehouse.decisions.store import writing
from warehouse.decisions.tables import account, phrasebook_release


@dataclass(frozen=True, slots=True)
class Release:
    """One release, as it is stored."""

    release_no: int
    language: str
    phrasebook_id: str
    version: str
    sha256: str
    previous_sha256: str
    reason: str
    name: str  # of who released it
    at: datetime


def record_release(
    engine: Engine,
    *,
    language: str,
    phrasebook_id: str,
    version: str,
    sha256: str,
    previous_sha256: str,
    reason: str,
    by: str,
) -> None:
    """Add one release, and its entry of the audit log."""
    with writing(engine).begin() as connection:
        connection.execute(
            insert(phrasebook_release).values(
                language=language,
                phrasebook_id=phrasebook_id,
                version=version,
                sha256=sha256,
                previous_sha256=previous_sha256,
                reason=reason,
                account_id=by,
                at=datetime.now(UTC),
            )
        )
        details = {"version": version, "previous": previous_sha256, "reason": reason}
        audit.record(
            connection, "phrasebook.release", subject=sha256, account_id=by, details=details
        )


def releases(engine: Engine) -> tuple[Release, ...]:
    """All releases, the last first."""
    r = phrasebook_release.c
    query = (
        select(
            r.release_no, r.language, r.phrasebook_id, r.version, r.sha256, r.previous_sha256,
            r.reason, account.c.name, r.at,
        )
        .join(account, account.c.account_id == r.account_id)
        .order_by(r.release_no.desc())
    )  # fmt: skip
    with engine.connect() as connection:
        return tuple(Release(*row) for row in connection.execute(query))

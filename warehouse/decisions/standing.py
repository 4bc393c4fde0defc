"""How the work stands, in numbers without names."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, func, select

from warehouse.decisions.tables import progress, review, session


def standing(engine: Engine) -> dict[str, float]:
    """Counts of the queue and of sessions, each answered from an index."""
    now = datetime.now(UTC)
    waiting = select(func.count()).where(review.c.state == "open", review.c.worth > 0)
    questions = {
        "queue_open": waiting,
        "queue_claimed": select(func.count()).where(
            review.c.claimed_by.is_not(None), review.c.claimed_until > now
        ),
        "queue_submitted": select(func.count()).where(review.c.state == "submitted"),
        "sessions": select(func.count()).select_from(session).where(session.c.expires_at > now),
        "stored_no": select(func.max(progress.c.value)).where(
            progress.c.name == "review.stored_no"
        ),
    }
    with engine.connect() as connection:
        return {
            name: float(connection.execute(question).scalar() or 0)
            for name, question in questions.items()
        }

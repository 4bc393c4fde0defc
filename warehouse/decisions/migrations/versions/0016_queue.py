"""One index has the queue's order and what it is filtered by, so that no page reads the table."""

from __future__ import annotations

from alembic import op

revision = "queue"
down_revision = "backlog"

_FILTERED = (
    "team", "purpose", "started_at", "points", "points_reviewed", "assigned_to", "claimed_by",
    "claimed_until",
)  # fmt: skip


def upgrade() -> None:
    """Exchange the indexes that lacked what the queue is ordered or filtered by."""
    for name in ("worth", "agent", "team"):
        op.drop_index(f"review_by_{name}", "review")
    op.create_index("review_queue", "review", ["state", "worth", "call_id", *_FILTERED])
    op.create_index("review_by_agent", "review", ["agent_id", "state", "worth", "call_id"])
    op.create_index("review_by_team", "review", ["team", "state", "worth", "call_id"])

"""What was released when and by whom, answered by an index alone."""

from __future__ import annotations

from alembic import op

revision = "releases_by_day"
down_revision = "backlog"


def upgrade() -> None:
    """Make the index."""
    columns = ["state", "submitted_at", "submitted_by", "started_at"]
    op.create_index("review_by_release", "review", columns)

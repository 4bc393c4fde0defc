"""Appeals, what they took back, acknowledgements, saved views; an account's team and more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "appeals"
down_revision = "work"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them all."""
    op.add_column("account", sa.Column("team", sa.String(length=200), nullable=True))
    op.add_column(
        "account",
        sa.Column(
            "external_id",
            sa.String(length=300),
            nullable=True,
            comment="issuer and subject of the organisation's sign-in",
        ),
    )
    op.add_column(
        "account",
        sa.Column("toured_at", sa.DateTime(), nullable=True, comment="null: shown around next"),
    )
    op.create_index("account_by_external_id", "account", ["external_id"], unique=True)
    _make_appeals()
    op.create_table(
        "acknowledgement",
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column("scoring_id", sa.String(length=64), nullable=False),
        sa.Column("finding_no", sa.Integer(), nullable=False),
        sa.Column(
            "account_id", sa.String(length=32), sa.ForeignKey("account.account_id"), nullable=False
        ),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "scoring_id", "finding_no"),
    )
    op.create_table(
        "saved_view",
        sa.Column("view_no", _NUMBER, autoincrement=True, nullable=False),
        sa.Column(
            "account_id", sa.String(length=32), sa.ForeignKey("account.account_id"), nullable=False
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "query", sa.String(length=1000), nullable=False, comment="of the queue's address"
        ),
        sa.PrimaryKeyConstraint("view_no"),
        sa.UniqueConstraint("account_id", "name"),
    )


def _make_appeals() -> None:
    op.create_table(
        "appeal",
        sa.Column("appeal_no", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column("scoring_id", sa.String(length=64), nullable=False),
        sa.Column("finding_no", sa.Integer(), nullable=False, comment="below 0: found by a person"),
        sa.Column("rule_id", sa.String(length=200), nullable=False),
        sa.Column("points", sa.Numeric(precision=12, scale=4), nullable=False, comment="its cost"),
        sa.Column(
            "takes_back", sa.JSON(), nullable=False, comment="the verdict that upholding it is"
        ),
        sa.Column("agent_id", sa.String(length=200), nullable=False),
        sa.Column(
            "account_id", sa.String(length=32), sa.ForeignKey("account.account_id"), nullable=False
        ),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column(
            "state", sa.String(length=20), nullable=False, comment="as the last step left it"
        ),
        sa.Column("due_at", sa.DateTime(), nullable=True, comment="of the next step; null: none"),
        sa.PrimaryKeyConstraint("appeal_no"),
        sa.UniqueConstraint("call_id", "scoring_id", "finding_no"),
    )
    op.create_index("appeal_by_state", "appeal", ["state", "due_at"], unique=False)
    op.create_index("appeal_by_agent", "appeal", ["agent_id"], unique=False)
    op.create_table(
        "appeal_step",
        sa.Column("step_no", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("appeal_no", _NUMBER, sa.ForeignKey("appeal.appeal_no"), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False, comment="that it led to"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "account_id", sa.String(length=32), sa.ForeignKey("account.account_id"), nullable=False
        ),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("step_no"),
    )
    op.create_index("appeal_step_by_appeal", "appeal_step", ["appeal_no"], unique=False)
    op.create_table(
        "taken_back",
        sa.Column("appeal_no", _NUMBER, sa.ForeignKey("appeal.appeal_no"), nullable=False),
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column("scoring_id", sa.String(length=64), nullable=False),
        sa.Column("finding_no", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.String(length=200), nullable=False),
        sa.Column("agent_id", sa.String(length=200), nullable=False),
        sa.Column("points", sa.Numeric(precision=12, scale=4), nullable=False, comment="its cost"),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("appeal_no"),
    )
    op.create_index("taken_back_by_call", "taken_back", ["call_id"], unique=False)

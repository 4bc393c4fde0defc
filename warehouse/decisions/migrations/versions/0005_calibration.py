"""Calibration sessions: calls, raters, answers, what was agreed, actions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "calibration"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them all."""
    op.create_table(
        "calibration_session",
        sa.Column("session_no", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "language", sa.String(length=2), nullable=False, comment="of the calls and their rules"
        ),
        sa.Column("seed", sa.Integer(), nullable=False, comment="of the orders and the repeats"),
        sa.Column("deadline", sa.DateTime(), nullable=False),
        sa.Column(
            "state", sa.String(length=20), nullable=False, comment="scoring, meeting or closed"
        ),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["account.account_id"],
        ),
        sa.PrimaryKeyConstraint("session_no"),
    )
    op.create_table(
        "calibration_action",
        sa.Column("action_no", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("session_no", _NUMBER, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["account.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["account.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["session_no"],
            ["calibration_session.session_no"],
        ),
        sa.PrimaryKeyConstraint("action_no"),
    )
    op.create_index("calibration_action_by_owner", "calibration_action", ["owner_id"], unique=False)
    op.create_table(
        "calibration_agreed",
        sa.Column("agreed_no", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("session_no", _NUMBER, nullable=False),
        sa.Column("rule_id", sa.String(length=200), nullable=False),
        sa.Column(
            "call_no", sa.Integer(), nullable=True, comment="null: guidance on the rule as such"
        ),
        sa.Column(
            "outcome", sa.String(length=20), nullable=True, comment="null where it is guidance"
        ),
        sa.Column("guidance", sa.Text(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["session_no"],
            ["calibration_session.session_no"],
        ),
        sa.PrimaryKeyConstraint("agreed_no"),
    )
    op.create_index(
        "calibration_agreed_by_session", "calibration_agreed", ["session_no"], unique=False
    )
    op.create_table(
        "calibration_answer",
        sa.Column("answer_no", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("session_no", _NUMBER, nullable=False),
        sa.Column("call_no", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["session_no"],
            ["calibration_session.session_no"],
        ),
        sa.PrimaryKeyConstraint("answer_no"),
    )
    op.create_index(
        "calibration_answer_by_session",
        "calibration_answer",
        ["session_no", "account_id"],
        unique=False,
    )
    op.create_table(
        "calibration_call",
        sa.Column("session_no", _NUMBER, nullable=False),
        sa.Column("call_no", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column(
            "repeat_of",
            sa.Integer(),
            nullable=True,
            comment="the call number that comes again; null: the first time",
        ),
        sa.ForeignKeyConstraint(
            ["session_no"],
            ["calibration_session.session_no"],
        ),
        sa.PrimaryKeyConstraint("session_no", "call_no"),
    )
    op.create_index("calibration_call_by_call", "calibration_call", ["call_id"], unique=False)
    op.create_table(
        "calibration_item",
        sa.Column("session_no", _NUMBER, nullable=False),
        sa.Column("item_no", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_no"],
            ["calibration_session.session_no"],
        ),
        sa.PrimaryKeyConstraint("session_no", "item_no"),
    )
    op.create_table(
        "calibration_rater",
        sa.Column("session_no", _NUMBER, nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column(
            "finished_at",
            sa.DateTime(),
            nullable=True,
            comment="null: still scoring",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["session_no"],
            ["calibration_session.session_no"],
        ),
        sa.PrimaryKeyConstraint("session_no", "account_id"),
    )
    op.create_index(
        "calibration_rater_by_account", "calibration_rater", ["account_id"], unique=False
    )
    op.create_table(
        "calibration_step",
        sa.Column("step_no", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("action_no", _NUMBER, nullable=False),
        sa.Column(
            "state", sa.String(length=20), nullable=False, comment="done or open, from then on"
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["action_no"],
            ["calibration_action.action_no"],
        ),
        sa.PrimaryKeyConstraint("step_no"),
    )
    op.create_index("calibration_step_by_action", "calibration_step", ["action_no"], unique=False)

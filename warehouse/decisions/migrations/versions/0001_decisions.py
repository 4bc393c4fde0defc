"""The first tables: accounts, sessions, reviews, decisions, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them all."""
    op.create_table(
        "account",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column(
            "agent_id",
            sa.String(length=200),
            nullable=True,
            comment="whose calls an agent sees; personal data",
        ),
        sa.Column(
            "password_hash",
            sa.String(length=200),
            nullable=True,
            comment="argon2id; null: signs in elsewhere",
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "audit",
        sa.Column("entry_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column(
            "account_id", sa.String(length=32), nullable=True, comment="null: nobody who is known"
        ),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("details", sa.Text(), nullable=False, comment="JSON with sorted keys"),
        sa.Column("previous_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("entry_no"),
    )
    op.create_index("audit_by_subject", "audit", ["subject"], unique=False)
    op.create_table(
        "progress",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "review_flag",
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column("finding_no", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.String(length=200), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("call_id", "finding_no"),
    )
    op.create_index("review_flag_by_rule", "review_flag", ["rule_id", "call_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column(
            "sign_in_no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("key", sa.String(length=200), nullable=False, comment="login or network address"),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sign_in_no"),
    )
    op.create_index("sign_in_by_key", "sign_in", ["key", "at"], unique=False)
    op.create_table(
        "decision",
        sa.Column(
            "decision_no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column(
            "scoring_id",
            sa.String(length=64),
            nullable=False,
            comment="the judgement that was looked at",
        ),
        sa.Column(
            "kind",
            sa.String(length=20),
            nullable=False,
            comment="verdict, added, comment, word, roles or undo",
        ),
        sa.Column(
            "finding_no", sa.Integer(), nullable=True, comment="the finding, where it concerns one"
        ),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column(
            "undoes",
            sa.BigInteger(),
            nullable=True,
            comment="the decision that this one takes back",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
        ),
        sa.PrimaryKeyConstraint("decision_no"),
    )
    op.create_index("decision_by_call", "decision", ["call_id", "decision_no"], unique=False)
    op.create_table(
        "review",
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column(
            "stored_no", sa.BigInteger(), nullable=False, comment="of the judgement that it shows"
        ),
        sa.Column("scoring_id", sa.String(length=64), nullable=False),
        sa.Column(
            "started_at", sa.DateTime(), nullable=True, comment="of the call; null if not known"
        ),
        sa.Column("agent_id", sa.String(length=200), nullable=True),
        sa.Column("agent_name", sa.String(length=200), nullable=True),
        sa.Column("team", sa.String(length=200), nullable=True),
        sa.Column("purpose", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column(
            "points",
            sa.Numeric(precision=12, scale=4),
            nullable=False,
            comment="reached, as the machine judged",
        ),
        sa.Column(
            "points_reviewed",
            sa.Numeric(precision=12, scale=4),
            nullable=True,
            comment="with people's verdicts; null without any",
        ),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column(
            "worth", sa.Float(), nullable=False, comment="what a look is worth; 0: not in the queue"
        ),
        sa.Column(
            "sampled", sa.Boolean(), nullable=False, comment="of the random share without flags"
        ),
        sa.Column("state", sa.String(length=20), nullable=False, comment="open or submitted"),
        sa.Column("assigned_to", sa.String(length=32), nullable=True),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("claimed_until", sa.DateTime(), nullable=True),
        sa.Column("submitted_by", sa.String(length=32), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_to"],
            ["account.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by"],
            ["account.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"],
            ["account.account_id"],
        ),
        sa.PrimaryKeyConstraint("call_id"),
    )
    op.create_index("review_by_agent", "review", ["agent_id", "state", "worth"], unique=False)
    op.create_index("review_by_assigned", "review", ["assigned_to"], unique=False)
    op.create_index("review_by_claimed", "review", ["claimed_by"], unique=False)
    op.create_index("review_by_start", "review", ["state", "started_at"], unique=False)
    op.create_index("review_by_team", "review", ["team", "state", "worth"], unique=False)
    op.create_index("review_by_worth", "review", ["state", "worth", "call_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
        ),
        sa.PrimaryKeyConstraint("token_sha256"),
    )

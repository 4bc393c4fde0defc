"""The tables of decisions. Moments are UTC; whatever a person did is added, never overwritten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData()
_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only plain integers up


class Moment(TypeDecorator[datetime]):
    """A moment with offset; stored in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To UTC without offset. Raises: ValueError for a moment without offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"moment without offset: {value}")  # noqa: EM102
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """With the offset of UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


account = Table(
    "account",
    metadata,
    Column("account_id", String(32), primary_key=True),
    Column("login", String(100), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("agent_id", String(200), comment="whose calls an agent sees; personal data"),
    Column("password_hash", String(200), comment="argon2id; null: signs in elsewhere"),
    Column("language", String(2), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("team", String(200)),
    Column("external_id", String(300), comment="issuer and subject of the organisation's sign-in"),
    Column("toured_at", Moment, comment="null: shown around next"),
    Index("account_by_external_id", "external_id", unique=True),
)
session = Table(
    "session",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
sign_in = Table(
    "sign_in",
    metadata,
    Column("sign_in_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, comment="login or network address"),
    Column("at", Moment, nullable=False),
    Index("sign_in_by_key", "key", "at"),
)
_FILTERED = (
    "team", "purpose", "started_at", "points", "points_reviewed", "assigned_to", "claimed_by",
    "claimed_until",
)  # fmt: skip
review = Table(
    "review",
    metadata,
    Column("call_id", String(200), primary_key=True),
    Column("stored_no", BigInteger, nullable=False, comment="of the judgement that it shows"),
    Column("scoring_id", String(64), nullable=False),
    Column("started_at", Moment, comment="of the call; null if not known"),
    Column("agent_id", String(200)),
    Column("agent_name", String(200)),
    Column("team", String(200)),
    Column("purpose", String(20)),
    Column("language", String(2), nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("points", Numeric(12, 4), nullable=False, comment="reached, as the machine judged"),
    Column("points_reviewed", Numeric(12, 4), comment="with people's verdicts; null without any"),
    Column("flags", Integer, nullable=False),
    Column("worth", Float, nullable=False, comment="what a look is worth; 0: not in the queue"),
    Column("sampled", Boolean, nullable=False, comment="of the random share without flags"),
    Column("state", String(20), nullable=False, comment="open or submitted"),
    Column("assigned_to", ForeignKey("account.account_id")),
    Column("claimed_by", ForeignKey("account.account_id")),
    Column("claimed_until", Moment),
    Column("submitted_by", ForeignKey("account.account_id")),
    Column("submitted_at", Moment),
    Index("review_queue", "state", "worth", "call_id", *_FILTERED),
    Index("review_by_start", "state", "started_at"),
    Index("review_by_backlog", "state", "worth", "started_at", "flags"),
    Index("review_by_release", "state", "submitted_at", "submitted_by", "started_at"),
    Index("review_by_agent", "agent_id", "state", "worth", "call_id"),
    Index("review_by_team", "team", "state", "worth", "call_id"),
    Index("review_by_assigned", "assigned_to"),
    Index("review_by_claimed", "claimed_by"),
)
review_flag = Table(
    "review_flag",
    metadata,
    Column("call_id", String(200), primary_key=True),
    Column("finding_no", Integer, primary_key=True),
    Column("rule_id", String(200), nullable=False),
    Column("probability", Float, nullable=False),
    Column("severity", String(20), nullable=False),
    Column("start_s", Float),
    Index("review_flag_by_rule", "rule_id", "call_id"),
)
call_document = Table(
    "call_document",
    metadata,
    Column("call_id", String(200), primary_key=True),
    Column("scoring_id", String(64), nullable=False, comment="the judgement that it is"),
    Column("form", String(16), nullable=False, comment="of the types that it was made of"),
    Column("content", LargeBinary, nullable=False, comment="a copy from the lake; personal data"),
)
decision = Table(
    "decision",
    metadata,
    Column("decision_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("call_id", String(200), nullable=False),
    Column("scoring_id", String(64), nullable=False, comment="the judgement that was looked at"),
    Column(
        "kind", String(20), nullable=False, comment="verdict, added, comment, word, roles or undo"
    ),
    Column("finding_no", Integer, comment="the finding, where it concerns one"),
    Column("value", JSON, nullable=False),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("undoes", BigInteger, comment="the decision that this one takes back"),
    Index("decision_by_call", "call_id", "decision_no"),
)
appeal = Table(
    "appeal",
    metadata,
    Column("appeal_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("call_id", String(200), nullable=False),
    Column("scoring_id", String(64), nullable=False),
    Column("finding_no", Integer, nullable=False, comment="below 0: found by a person"),
    Column("rule_id", String(200), nullable=False),
    Column("points", Numeric(12, 4), nullable=False, comment="its cost"),
    Column("takes_back", JSON, nullable=False, comment="the verdict that upholding it is"),
    Column("agent_id", String(200), nullable=False),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("state", String(20), nullable=False, comment="as the last step left it"),
    Column("due_at", Moment, comment="of the next step; null: none"),
    UniqueConstraint("call_id", "scoring_id", "finding_no"),
    Index("appeal_by_state", "state", "due_at"),
    Index("appeal_by_agent", "agent_id"),
)
appeal_step = Table(
    "appeal_step",
    metadata,
    Column("step_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("appeal_no", ForeignKey("appeal.appeal_no"), nullable=False),
    Column("state", String(20), nullable=False, comment="that it led to"),
    Column("reason", Text, nullable=False),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("at", Moment, nullable=False),
    Index("appeal_step_by_appeal", "appeal_no"),
)
taken_back = Table(  # what the monthly ledger reverses
    "taken_back",
    metadata,
    Column("appeal_no", ForeignKey("appeal.appeal_no"), primary_key=True, autoincrement=False),
    Column("call_id", String(200), nullable=False),
    Column("scoring_id", String(64), nullable=False),
    Column("finding_no", Integer, nullable=False),
    Column("rule_id", String(200), nullable=False),
    Column("agent_id", String(200), nullable=False),
    Column("points", Numeric(12, 4), nullable=False, comment="its cost"),
    Column("at", Moment, nullable=False),
    Index("taken_back_by_call", "call_id"),
)
acknowledgement = Table(
    "acknowledgement",
    metadata,
    Column("call_id", String(200), primary_key=True),
    Column("scoring_id", String(64), primary_key=True),
    Column("finding_no", Integer, primary_key=True, autoincrement=False),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("at", Moment, nullable=False),
)
saved_view = Table(
    "saved_view",
    metadata,
    Column("view_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("query", String(1000), nullable=False, comment="of the queue's address"),
    UniqueConstraint("account_id", "name"),
)
phrasebook_release = Table(
    "phrasebook_release",
    metadata,
    Column("release_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("language", String(2), nullable=False),
    Column("phrasebook_id", String(200), nullable=False),
    Column("version", String(100), nullable=False),
    Column("sha256", String(64), nullable=False, comment="of the files, as in every result"),
    Column("previous_sha256", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("at", Moment, nullable=False),
    Index("phrasebook_release_by_sha256", "sha256"),
)
audit = Table(
    "audit",
    metadata,
    Column("entry_no", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("account_id", String(32), comment="null: nobody who is known"),
    Column("action", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("details", Text, nullable=False, comment="JSON with sorted keys"),
    Column("previous_sha256", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Index("audit_by_subject", "subject"),
)
progress = Table(
    "progress",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

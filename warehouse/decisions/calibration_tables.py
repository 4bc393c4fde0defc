"""The tables of calibration sessions. Answers, agreements and steps are added, never changed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from warehouse.decisions.tables import Moment, metadata

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only plain integers up

calibration_session = Table(
    "calibration_session",
    metadata,
    Column("session_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("title", String(200), nullable=False),
    Column("language", String(2), nullable=False, comment="of the calls and their rules"),
    Column("seed", Integer, nullable=False, comment="of the orders and the repeats"),
    Column("deadline", Moment, nullable=False),
    Column("state", String(20), nullable=False, comment="scoring, meeting or closed"),
    Column("made_by", ForeignKey("account.account_id"), nullable=False),
    Column("made_at", Moment, nullable=False),
)
calibration_item = Table(
    "calibration_item",
    metadata,
    Column("session_no", ForeignKey("calibration_session.session_no"), primary_key=True),
    Column("item_no", Integer, primary_key=True),
    Column("rule_id", String(200), nullable=False),
)
calibration_call = Table(
    "calibration_call",
    metadata,
    Column("session_no", ForeignKey("calibration_session.session_no"), primary_key=True),
    Column("call_no", Integer, primary_key=True),
    Column("call_id", String(200), nullable=False),
    Column("repeat_of", Integer, comment="the call number that comes again; null: the first time"),
    Index("calibration_call_by_call", "call_id"),
)
calibration_rater = Table(
    "calibration_rater",
    metadata,
    Column("session_no", ForeignKey("calibration_session.session_no"), primary_key=True),
    Column("account_id", ForeignKey("account.account_id"), primary_key=True),
    Column("finished_at", Moment, comment="null: still scoring"),
    Index("calibration_rater_by_account", "account_id"),
)
calibration_answer = Table(
    "calibration_answer",
    metadata,
    Column("answer_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("session_no", ForeignKey("calibration_session.session_no"), nullable=False),
    Column("call_no", Integer, nullable=False),
    Column("rule_id", String(200), nullable=False),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Index("calibration_answer_by_session", "session_no", "account_id"),
)
calibration_machine = Table(
    "calibration_machine",
    metadata,
    Column("session_no", ForeignKey("calibration_session.session_no"), primary_key=True),
    Column("call_no", Integer, primary_key=True),
    Column("rule_id", String(200), primary_key=True),
    Column("outcome", String(20), nullable=False, comment="as an answer, when the meeting began"),
)
calibration_agreed = Table(
    "calibration_agreed",
    metadata,
    Column("agreed_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("session_no", ForeignKey("calibration_session.session_no"), nullable=False),
    Column("rule_id", String(200), nullable=False),
    Column("call_no", Integer, comment="null: guidance on the rule as such"),
    Column("outcome", String(20), comment="null where it is guidance"),
    Column("guidance", Text, nullable=False),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("at", Moment, nullable=False),
    Index("calibration_agreed_by_session", "session_no"),
)
calibration_action = Table(
    "calibration_action",
    metadata,
    Column("action_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("session_no", ForeignKey("calibration_session.session_no"), nullable=False),
    Column("text", Text, nullable=False),
    Column("owner_id", ForeignKey("account.account_id"), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("made_by", ForeignKey("account.account_id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("calibration_action_by_owner", "owner_id"),
)
calibration_step = Table(
    "calibration_step",
    metadata,
    Column("step_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("action_no", ForeignKey("calibration_action.action_no"), nullable=False),
    Column("state", String(20), nullable=False, comment="done or open, from then on"),
    Column("note", Text, nullable=False),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("at", Moment, nullable=False),
    Index("calibration_step_by_action", "action_no"),
)

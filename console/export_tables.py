"""Which tables leave the console, with whose permission, and where their rows come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Annotated, Final, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass as described
from starlette.datastructures import QueryParams
from starlette.requests import Request

from console.access import Action
from console.api_answers import STRICT, Day, PromiseStateName, PurposeName, Text
from console.kept_rows import appeal_rows, entry_rows, promise_rows, statement_rows
from console.queue_page import filter_of
from console.reader import account_of, state_of
from reports.cells import Row
from warehouse.decisions import listing
from warehouse.listing import stream_rows


@described(frozen=True, config=STRICT)
class TableQuery:
    """Filters, those of the queue's page; a table ignores what it has no column for."""

    state: Literal["open", "mine", "submitted", "any"] = "open"
    since: Day | None = None
    until: Day | None = None
    agent: Text = ""
    team: Text = ""
    rule: Text = ""
    purpose: PurposeName = ""
    above: Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)] | None = None
    below: Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)] | None = None
    assigned: Text = ""
    all: Literal["0", "1"] = "0"
    month: Annotated[str, Field(pattern=r"^(|(19[7-9]\d|2\d{3})-(0[1-9]|1[0-2]))$")] = ""
    customer: Text = ""
    promise: PromiseStateName = ""
    call_backs: Day | None = None
    page: Text = ""  # so that a page's own address can be used; tables are whole
    header: Literal["titles", "names"] = "titles"


@dataclass(frozen=True, slots=True)
class ExportTable:
    """One table."""

    name: str
    action: Action
    columns: tuple[str, ...]
    rows: Callable[[Request], Iterator[Row]]


def _lake_rows(query: str, names: tuple[str, ...]) -> Callable[[Request], Iterator[Row]]:
    def rows(request: Request) -> Iterator[Row]:
        values = _lake_values(request.query_params, state_of(request).zone)
        chosen = {name: values[name] for name in names}
        return stream_rows(state_of(request).data, query, chosen)

    return rows


def _lake_values(query: QueryParams, zone: tzinfo | None) -> Mapping[str, object]:
    wanted = filter_of(query, zone)
    return {
        "since": wanted.since,
        "until": wanted.until,
        "agent_id": wanted.agent_id,
        "team": wanted.team,
        "purpose": wanted.purpose,
        "rule_id": wanted.rule_id,
        "everything": wanted.unflagged,
    }


def _queue_rows(request: Request) -> Iterator[Row]:
    wanted = filter_of(request.query_params, state_of(request).zone)
    reader = account_of(request).account_id
    return listing.stream_queue(state_of(request).decisions, wanted, reader=reader)


def _decision_rows(request: Request) -> Iterator[Row]:
    return listing.stream_decisions(state_of(request).decisions)


def _account_rows(request: Request) -> Iterator[Row]:
    return listing.stream_accounts(state_of(request).decisions)


def _audit_rows(request: Request) -> Iterator[Row]:
    return listing.stream_audit(state_of(request).decisions)


def _rule_rows(request: Request) -> Iterator[Row]:
    books = [state_of(request).phrasebook_for(language) for language in ("zh", "es")]
    return (
        (
            rule.id, book.language, rule.title, rule.kind.value, rule.role.value, rule.points,
            rule.cap, rule.severity, rule.fatal, rule.suggestion,
            "\n".join(str(source) for source in rule.sources),
            "\n".join(source.quote for source in rule.sources), rule.file, rule.line,
        )
        for book in books
        for rule in book.rules
    )  # fmt: skip


_CALL_FILTERS: Final = ("since", "until", "agent_id", "team", "purpose")
TABLES: Final[tuple[ExportTable, ...]] = (
    ExportTable(
        "queue",
        "queue.read",
        (
            "call_id", "started_at", "agent_id", "agent_name", "team", "purpose", "language",
            "duration_s", "points", "points_reviewed", "flags", "worth", "sampled", "state",
            "assigned_to", "claimed_by", "submitted_at",
        ),
        _queue_rows,
    ),
    ExportTable(
        "findings",
        "queue.read",
        (
            "call_id", "started_at", "agent_id", "agent_name", "team", "purpose", "finding_no",
            "rule_id", "outcome", "flagged", "probability", "points", "severity", "start_s",
            "end_s", "quote", "phrase", "source", "phrasebook_sha256",
        ),
        _lake_rows("list_findings", (*_CALL_FILTERS, "rule_id", "everything")),
    ),
    ExportTable(
        "calls",
        "queue.read",
        (
            "call_id", "started_at", "state", "reason_code", "language", "purpose", "direction",
            "agent_id", "agent_name", "team", "duration_s", "agent_talk_s", "customer_talk_s",
            "silence_s", "longest_silence_s", "points", "points_possible", "passed",
            "phrasebook_version", "audio_sha256",
        ),
        _lake_rows("list_calls", _CALL_FILTERS),
    ),
    ExportTable(
        "decisions",
        "queue.read",
        (
            "decision_no", "at", "login", "call_id", "kind", "finding_no", "value", "undoes",
        ),
        _decision_rows,
    ),
    ExportTable(
        "rules",
        "phrasebook.read",
        (
            "rule_id", "language", "title", "kind", "role", "points", "cap", "severity", "fatal",
            "suggestion", "source", "quote", "file", "line",
        ),
        _rule_rows,
    ),
    ExportTable(
        "nights",
        "queue.read",
        ("night_id", "started_at", "finished_at", "inbox", "code_version"),
        _lake_rows("list_nights", ()),
    ),
    ExportTable(
        "ledger",
        "ledger.read",
        ("month", "agent_id", "agent_name", "points", "level", "streak", "deductions", "closed"),
        statement_rows,
    ),
    ExportTable(
        "ledger_entries",
        "ledger.read",
        (
            "entry_no", "at", "login", "kind", "month", "agent_id", "item", "day", "quantity",
            "points", "call_id", "rule_id", "start_s", "reason", "undoes",
        ),
        entry_rows,
    ),
    ExportTable(
        "promises",
        "promise.read",
        (
            "call_id", "promise_no", "agent_id", "agent_name", "team", "customer_ref", "kind",
            "start_s", "end_s", "quote", "time_text", "spoken_at", "due_at", "state", "kept_by",
            "kept_at",
        ),
        promise_rows,
    ),
    ExportTable(
        "appeals",
        "appeal.decide",
        (
            "appeal_no", "call_id", "finding_no", "rule_id", "points", "agent_id", "opened_at",
            "state", "due_at", "reason", "answer",
        ),
        appeal_rows,
    ),
    ExportTable(
        "accounts",
        "account.manage",
        (
            "account_id", "login", "name", "role", "agent_id", "language", "active", "created_at",
        ),
        _account_rows,
    ),
    ExportTable(
        "audit",
        "audit.read",
        ("entry_no", "at", "login", "action", "subject", "details", "sha256"),
        _audit_rows,
    ),
)  # fmt: skip

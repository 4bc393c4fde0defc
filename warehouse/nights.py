"""What a nightly run did: recorded when it ends, summed from its results at any time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from pipeline.errors import WarehouseError
from warehouse.lake import Warehouse
from warehouse.statements import statement
from warehouse.writing import write


@dataclass(frozen=True, slots=True)
class Night:
    """One nightly run, with what it told its people."""

    night_id: str
    inbox: str
    started_at: datetime  # with offset
    finished_at: datetime  # with offset
    code_version: str
    summary: Mapping[str, object]  # JSON; the run decides what is in it


@dataclass(frozen=True, slots=True)
class FailedCall:
    """A call that the night could not inspect."""

    call_id: str
    path: str
    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class RuleFlags:
    """How often a rule was broken."""

    rule_id: str
    flags: int
    calls: int  # with at least one of these flags


@dataclass(frozen=True, slots=True)
class AgentFlags:
    """How often an agent was flagged; agents without a flag are told too."""

    agent_id: str | None  # None where the sidecar names nobody
    flags: int
    calls: int  # all that were inspected


@dataclass(frozen=True, slots=True)
class StageTime:
    """What a stage of the work took."""

    stage: str
    elapsed_s: float  # wall seconds over all calls
    longest_s: float  # of one call


@dataclass(frozen=True, slots=True)
class NightSummary:
    """One night in figures, from the results that count now."""

    night_id: str
    calls: int
    done: int
    failed: int
    audio_s: float  # of the inspected calls
    passed: int
    points_mean: float | None  # None if no call was scored
    failures: tuple[FailedCall, ...]
    flags_by_rule: tuple[RuleFlags, ...]  # most flags first
    flags_by_agent: tuple[AgentFlags, ...]  # most flags first
    stages: tuple[StageTime, ...]  # slowest first


def record_night(
    warehouse: Warehouse, night: Night, *, recorded_at: datetime | None = None
) -> None:
    """Store what a run did; a run that is resumed is recorded again, and the last row counts.

    Raises: WarehouseError if it could not be stored.
    """
    values = {
        "night_id": night.night_id,
        "recorded_at": recorded_at or datetime.now(UTC),
        "code_version": night.code_version,
        "inbox": night.inbox,
        "started_at": night.started_at,
        "finished_at": night.finished_at,
        "summary": json.dumps(night.summary, ensure_ascii=False, default=str),
    }
    write(warehouse, lambda c: c.execute(statement("queries/record_night"), values))


def nights(warehouse: Warehouse) -> tuple[Night, ...]:
    """Every run, oldest first; empty before the first.

    Raises: WarehouseError if the warehouse cannot be read.
    """
    return tuple(
        Night(
            night_id=night_id,
            inbox=inbox,
            started_at=started_at,
            finished_at=finished_at,
            code_version=code_version,
            summary=json.loads(summary),
        )
        for night_id, inbox, started_at, finished_at, code_version, summary in _ask(
            warehouse, "nights"
        )
    )


def summarise_night(warehouse: Warehouse, night_id: str) -> NightSummary:
    """One night in figures; all zero if it stored nothing.

    Raises: WarehouseError if the warehouse cannot be read.
    """
    night = {"night_id": night_id}
    ((calls, done, failed, audio_s, passed, points_mean),) = _ask(warehouse, "night_totals", night)
    return NightSummary(
        night_id=night_id,
        calls=calls,
        done=done,
        failed=failed,
        audio_s=audio_s,
        passed=passed,
        points_mean=points_mean,
        failures=tuple(FailedCall(*row) for row in _ask(warehouse, "night_failures", night)),
        flags_by_rule=tuple(RuleFlags(*r) for r in _ask(warehouse, "night_flags_by_rule", night)),
        flags_by_agent=tuple(
            AgentFlags(*row) for row in _ask(warehouse, "night_flags_by_agent", night)
        ),
        stages=tuple(StageTime(*row) for row in _ask(warehouse, "night_stages", night)),
    )


def _ask(
    warehouse: Warehouse, query: str, values: Mapping[str, str] | None = None
) -> list[tuple[Any, ...]]:
    try:
        return warehouse.connection.execute(statement(f"queries/{query}"), values).fetchall()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error

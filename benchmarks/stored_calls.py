"""Calls as a warehouse gives them back, for measuring what judging them again costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.judged_calls import JudgedCall
from pipeline.call import ModelVersions, Recording
from pipeline.finding import Finding, InspectedCall, PhrasebookVersion
from pipeline.judging import judge
from pipeline.rules import Phrasebook
from pipeline.scorecard import score
from warehouse.connection import Warehouse, open_warehouse
from warehouse.results import append_calls
from warehouse.stored import read_judgements

_STORED = datetime(2026, 1, 1, tzinfo=UTC)


def store_calls(folder: Path, calls: Sequence[JudgedCall], book: Phrasebook) -> Warehouse:
    """A new warehouse under `folder` with the calls, judged once; the caller closes it."""
    warehouse = open_warehouse(folder)
    inspected = [_inspected(call, book) for call in calls]
    append_calls(
        warehouse, inspected, [], night_id=None, code_version="benchmark", recorded_at=_STORED
    )
    return warehouse


def read_calls(warehouse: Warehouse) -> list[InspectedCall]:
    """Every stored call, with all its words and what was found."""
    ids = warehouse.connection.execute("select call_id, scoring_id from scorecard_result")
    return list(read_judgements(warehouse, dict(ids.fetchall())).values())


def judge_again(call: InspectedCall | JudgedCall, book: Phrasebook) -> tuple[Finding, ...]:
    """What judging a stored call under another phrasebook does: findings and scorecard."""
    findings = judge(call.transcript, metadata=call.metadata, metrics=call.metrics, phrasebook=book)
    score(findings, phrasebook=book)
    return findings


def _inspected(call: JudgedCall, book: Phrasebook) -> InspectedCall:
    findings = judge(call.transcript, metadata=call.metadata, metrics=call.metrics, phrasebook=book)
    seconds = call.transcript.duration_s
    return InspectedCall(
        recording=Recording(f"{call.name}.wav", call.name, seconds, 2, 8000, "pcm_alaw"),
        metadata=call.metadata,
        models=ModelVersions("none", "none", "none"),
        phrasebook=PhrasebookVersion(book.id, book.version, book.sha256),
        transcript=call.transcript,
        metrics=call.metrics,
        findings=findings,
        scorecard=score(findings, phrasebook=book),
    )

"""Keeping what another phrasebook says: a new judgement beside the old ones, which stay."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
import pyarrow as pa

from warehouse.connection import open_warehouse
from warehouse.facts import refresh_facts
from warehouse.identified import Row
from warehouse.judgement_rows import evidence_row, finding_row
from warehouse.lake import Warehouse
from warehouse.rescoring.changes import Changes
from warehouse.rescoring.digests import record_books
from warehouse.rescoring.plan import Change, Rescoring, make_plan
from warehouse.rescoring.portion import NewScore
from warehouse.rescoring.preview import Preview, preview_of
from warehouse.rescoring.run import Progress, judge_plan
from warehouse.results import insert_tables, next_number
from warehouse.rows import table_of
from warehouse.statements import statement
from warehouse.writing import write


def apply_rescoring(
    data_dir: Path,
    asked: Rescoring,
    *,
    progress: Progress | None = None,
    scored_at: datetime | None = None,
) -> Preview:
    """Judge the stored calls anew and append the judgements; the same account of what changed as
    `preview_rescoring` gives.

    A portion of calls is one transaction. What a killed run had stored is not done again by the
    next; a call that is inspected anew meanwhile keeps its new inspection's judgement.

    Args:
        scored_at: with offset; now if None.
    Raises: WarehouseError if the warehouse cannot be read or written; what was stored stays.
    """
    began = time.monotonic()
    with open_warehouse(data_dir) as warehouse:
        record_books(warehouse, asked.books.values())
        plan = make_plan(warehouse, asked)
        changes = Changes()
        judged = judge_plan(data_dir, plan, asked, keep_scores=True, progress=progress)
        for change, portion in judged:
            store_scores(
                warehouse,
                change,
                portion.scores,
                code_version=asked.code_version,
                scored_at=scored_at or datetime.now(UTC),
            )
            changes.add(portion.changes)
        refresh_facts(warehouse)
    return preview_of(plan, changes, elapsed_s=time.monotonic() - began)


def store_scores(
    warehouse: Warehouse,
    change: Change,
    scores: tuple[NewScore, ...],
    *,
    code_version: str,
    scored_at: datetime,
) -> None:
    """Append the judgements of some calls in one transaction: all of them, or none.

    Raises: WarehouseError if they could not be stored.
    """
    new_ids = {score.call.scoring_id: uuid4().hex for score in scores}
    place = {rule.id: number for number, rule in enumerate(change.book.rules)}
    kept = {r: n for r, n in place.items() if r not in change.rules.affected}
    judged = _judged_tables(scores, new_ids, place)
    helpers = {
        "moved": _text_table(scoring_id=new_ids.keys(), new_scoring_id=new_ids.values()),
        "kept_place": pa.table(
            {
                "rule_id": pa.array(kept.keys(), pa.string()),
                "finding_no": pa.array(kept.values(), pa.int32()),
            }
        ),
    }
    calls = sorted(score.call.call_id for score in scores)
    span = {"first": calls[0], "last": calls[-1]}

    def work(connection: duckdb.DuckDBPyConnection) -> None:
        number = next_number(connection)
        cards = [
            _card_row(score, change, new_ids, (number + at, scored_at, code_version))
            for at, score in enumerate(scores)
        ]
        cards_table = {"scorecard_result": table_of("scorecard_result", cards)}
        insert_tables(connection, {**cards_table, **judged})
        for name, table in helpers.items():
            connection.register(name, table)
        try:
            connection.execute(statement("queries/copy_kept_findings"), span)
            connection.execute(statement("queries/copy_kept_evidence"), span)
        finally:
            for name in helpers:
                connection.unregister(name)

    write(warehouse, work)


def _judged_tables(
    scores: tuple[NewScore, ...], new_ids: Mapping[str, str], place: Mapping[str, int]
) -> dict[str, pa.Table]:
    """The findings of the rules that were judged, with their passages."""
    findings: list[Row] = []
    evidence: list[Row] = []
    for score in scores:
        call = score.call
        own = (new_ids[call.scoring_id], call.result_id, call.call_id)
        for finding in score.findings:
            number = place[finding.rule_id]
            findings.append((*own, *finding_row(number, finding)))
            evidence += [
                (*own, *evidence_row(number, finding.rule_id, at, passage))
                for at, passage in enumerate(finding.evidence)
            ]
    return {
        "finding_result": table_of("finding_result", findings),
        "evidence_result": table_of("evidence_result", evidence),
    }


def _card_row(
    score: NewScore,
    change: Change,
    new_ids: Mapping[str, str],
    stamp: tuple[int, datetime, str],
) -> Row:
    call, card, book = score.call, score.card, change.book
    return (
        new_ids[call.scoring_id],
        call.result_id,
        call.call_id,
        *stamp,
        book.id,
        book.version,
        book.sha256,
        card.points,
        card.points_possible,
        card.passed,
    )


def _text_table(**columns: Iterable[str]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})

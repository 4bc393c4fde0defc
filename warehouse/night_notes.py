"""What else a night's results tell: how sure the rules were, what was odd about the recordings."""

from __future__ import annotations

import json
from dataclasses import dataclass

import duckdb

from pipeline.errors import WarehouseError
from warehouse.lake import Warehouse
from warehouse.statements import statement


@dataclass(frozen=True, slots=True)
class CallWarnings:
    """What was odd about one recording: message keys with their values."""

    call_id: str
    warnings: tuple[tuple[str, dict[str, object]], ...]


@dataclass(frozen=True, slots=True)
class NightNotes:
    """Of one night's inspected calls."""

    findings_by_outcome: tuple[tuple[str, int], ...]
    warnings: tuple[CallWarnings, ...]  # calls without one are not listed


def note_night(warehouse: Warehouse, night_id: str) -> NightNotes:
    """Both lists are empty if the night stored nothing.

    Raises: WarehouseError if the warehouse cannot be read.
    """
    night = {"night_id": night_id}
    try:
        outcomes = warehouse.connection.execute(statement("queries/night_outcomes"), night)
        findings = tuple((str(outcome), int(count)) for outcome, count in outcomes.fetchall())
        rows = warehouse.connection.execute(statement("queries/night_warnings"), night).fetchall()
    except duckdb.Error as error:
        raise WarehouseError("warehouse.read_failed", path=warehouse.folder, cause=error) from error
    return NightNotes(
        findings,
        tuple(
            CallWarnings(call_id, tuple((key, values) for key, values in json.loads(warnings)))
            for call_id, warnings in rows
        ),
    )

"""Results under the ids that their rows bear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.failure import CallFailure
from pipeline.finding import InspectedCall


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all results of one shard share."""

    night_id: str | None
    code_version: str
    recorded_at: datetime  # with offset


@dataclass(frozen=True, slots=True)
class Identified:
    """An inspected call under the ids that its rows bear."""

    stored_no: int
    result_id: str
    scoring_id: str
    call: InspectedCall


@dataclass(frozen=True, slots=True)
class IdentifiedFailure:
    """A failed call under the id that its row bears."""

    stored_no: int
    result_id: str
    failure: CallFailure


Row = tuple[object, ...]

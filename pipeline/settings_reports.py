"""Settings of reports: which are made after a night, in which form, set in which letters."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.messages import Language

Weekday = Literal["", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[str, ...] = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """What is not asked for is not made."""

    daily: bool = False  # the quality report of the night's day
    weekly: Weekday = ""  # the day on which a week begins; empty: no weekly report
    monthly: bool = False  # of the month that is over
    sheets: bool = False  # with the monthly one: the sheets of all agents, in one file
    records: bool = False  # callback and complaint records of the night's day
    summary: bool = False  # with the monthly one: the callback summary
    formats: tuple[str, ...] = field(default=("pdf",), metadata={"choices": ("pdf", "xlsx", "csv")})
    language: Language | None = None  # None: that of the night
    attach: bool = False  # to notices, which leave the organisation's machines
    fonts: Path | None = field(default=None)  # folder with Chinese letters; None: the console's

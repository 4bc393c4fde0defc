"""What the pages share: databases, phrasebooks, and the places of files."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

import duckdb
from sqlalchemy import Engine

from console.desk_shelf import Shelf
from console.preview_desk import PreviewDesk
from console.report_desk import ReportDesk
from pipeline.appeal import AppealDays
from pipeline.errors import WarehouseError
from pipeline.settings import ReviewSettings
from pipeline.settings_console import SingleSignOnSettings
from pipeline.settings_ledger import LedgerSettings
from pipeline.settings_promises import PromiseSettings
from warehouse.connection import EngineLimits, open_warehouse
from warehouse.lake import Warehouse

_EXPORTS_MAX = 3  # at once; each holds an engine and a version of the lake
_LAKES_MAX = 2  # engines at once: each takes memory, and the machine has few processors
_LAKE_WAIT_S = 20.0
LAKE_LIMITS = EngineLimits(memory_mb=96, threads=1)  # of each engine


def _places() -> queue.LifoQueue[Warehouse | None]:
    """An empty place for each engine; the one used last is used next."""
    places: queue.LifoQueue[Warehouse | None] = queue.LifoQueue()
    for _ in range(_LAKES_MAX):
        places.put(None)
    return places


@dataclass(frozen=True)
class ConsoleState:
    """One console; threads share it."""

    data: Path
    decisions: Engine
    phrasebook_for: Shelf
    secure_cookies: bool = False  # over TLS
    review: ReviewSettings = field(default_factory=ReviewSettings)
    metrics: str = "administrators"  # who reads /metrics: they, or "anyone"
    exports: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_EXPORTS_MAX)
    )
    appeal_days: AppealDays = field(default_factory=AppealDays)
    single_sign_on: SingleSignOnSettings = field(default_factory=SingleSignOnSettings)
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    promises: PromiseSettings = field(default_factory=PromiseSettings)
    zone: tzinfo | None = UTC  # the organisation's; None: the machine's
    previews: PreviewDesk = field(default_factory=PreviewDesk)
    reports: ReportDesk = field(default_factory=ReportDesk)
    _lakes: queue.LifoQueue[Warehouse | None] = field(default_factory=_places)

    @contextmanager
    def lake(self) -> Iterator[Warehouse]:
        """One of the few engines on the lake, for as long as the `with` block lasts.

        Raises: WarehouseError if there is no lake yet, or all engines are busy for long.
        """
        try:
            opened = self._lakes.get(timeout=_LAKE_WAIT_S)
        except queue.Empty as error:
            raise WarehouseError("console.lake_busy") from error
        try:
            if opened is None:
                opened = open_warehouse(self.data, read_only=True, limits=LAKE_LIMITS)
            yield opened
        except (duckdb.Error, WarehouseError):
            if opened is not None:
                opened.close()
            opened = None  # what is broken is opened anew by the next
            raise
        finally:
            self._lakes.put(opened)


def phrasebooks_in(folder: Path) -> Shelf:
    """The phrasebooks of a folder, for reading."""
    return Shelf(folder)

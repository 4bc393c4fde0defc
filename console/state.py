"""What the pages share: databases, phrasebooks, and the places of files."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from pipeline.messages import Language
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Phrasebook
from pipeline.settings import ReviewSettings
from warehouse.connection import EngineLimits, open_warehouse
from warehouse.lake import Warehouse

PhrasebookFor = Callable[[Language], Phrasebook]
_EXPORTS_MAX = 3  # at once; each holds an engine and a version of the lake
_LIMITS = EngineLimits(memory_mb=128, threads=1)  # of each thread that answers


@dataclass(frozen=True)
class ConsoleState:
    """One console; threads share it."""

    data: Path
    decisions: Engine
    phrasebook_for: PhrasebookFor
    secure_cookies: bool = False  # over TLS
    review: ReviewSettings = field(default_factory=ReviewSettings)
    exports: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_EXPORTS_MAX)
    )
    _own: threading.local = field(default_factory=threading.local)

    def lake(self) -> Warehouse:
        """The calling thread's connection to the lake, for reading.

        Raises: WarehouseError if there is no lake yet.
        """
        opened: Warehouse | None = getattr(self._own, "lake", None)
        if opened is None:
            opened = open_warehouse(self.data, read_only=True, limits=_LIMITS)
            self._own.lake = opened
        return opened


def phrasebooks_in(folder: Path) -> PhrasebookFor:
    """The phrasebooks of a folder, each read once."""

    @cache
    def phrasebook_for(language: Language) -> Phrasebook:
        return load_phrasebook(folder, language=language)

    return phrasebook_for

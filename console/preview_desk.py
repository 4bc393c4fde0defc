"""Trying a draft on stored calls: long work beside the pages, one at a time, with its progress."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from pipeline.errors import TingjianError, UsageError
from pipeline.settings_ledger import LedgerSettings
from warehouse.rescoring.ledger_effect import LedgerEffect, ledger_effects
from warehouse.rescoring.plan import Rescoring
from warehouse.rescoring.preview import Preview, preview_rescoring
from warehouse.rescoring.run import Progress

_log = logging.getLogger("tingjian.console")


@dataclass(frozen=True, slots=True)
class Trial:
    """One preview: what it is of, how far it is, what came of it."""

    books: Collection[str]  # SHA-256 of the draft's phrasebooks
    since: date | None
    until: date | None
    began_at: datetime
    done: int = 0
    total: int | None = None  # None while it is counted
    preview: Preview | None = None  # without its single findings
    ledger: tuple[LedgerEffect, ...] = ()
    fault: TingjianError | None = None
    stopped: bool = False

    @property
    def running(self) -> bool:
        """Whether it is under way."""
        return self.preview is None and self.fault is None and not self.stopped


class _Stopped(Exception):
    pass


@dataclass
class PreviewDesk:
    """The preview that is under way, or the last one, of one console."""

    _trial: Trial | None = None
    _thread: threading.Thread | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def trial(self) -> Trial | None:
        """The last one; None before the first."""
        return self._trial

    def begin(
        self, data: Path, asked: Rescoring, *, decisions: Engine, ledger: LedgerSettings
    ) -> None:
        """Begin a preview in a thread; the judging is done by processes of their own.

        Raises: UsageError if one is under way.
        """
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                raise UsageError("desk.preview_busy")
            books = frozenset(book.sha256 for book in asked.books.values())
            self._stop.clear()
            self._trial = Trial(books, asked.since, asked.until, datetime.now(UTC))
            work = _work_of(data, asked, decisions=decisions, ledger=ledger)
            self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
            self._thread.start()

    def stop(self, *, wait_s: float | None = None) -> None:
        """End what is under way, at the next portion of calls.

        Args:
            wait_s: until it has ended, at most so long; None: do not wait.
        """
        self._stop.set()
        if self._thread is not None and wait_s is not None:
            self._thread.join(wait_s)

    def _run(self, work: Callable[[Progress], _Found]) -> None:
        begun = self._trial
        assert begun is not None
        try:
            found = work(self._note)
            self._trial = replace(begun, preview=found.preview, ledger=found.ledger)
        except _Stopped:
            self._trial = replace(begun, stopped=True)
        except TingjianError as error:
            self._trial = replace(begun, fault=error)
        except Exception as error:
            _log.exception("a preview failed")
            fault = UsageError("desk.preview_failed", cause=type(error).__name__)
            self._trial = replace(begun, fault=fault)

    def _note(self, done: int, total: int) -> None:
        if self._stop.is_set():
            raise _Stopped
        if self._trial is not None:
            self._trial = replace(self._trial, done=done, total=total)


@dataclass(frozen=True, slots=True)
class _Found:
    preview: Preview
    ledger: tuple[LedgerEffect, ...]


def _work_of(
    data: Path, asked: Rescoring, *, decisions: Engine, ledger: LedgerSettings
) -> Callable[[Progress], _Found]:
    def work(progress: Progress) -> _Found:
        preview = preview_rescoring(data, asked, progress=progress)
        effects = ledger_effects(data, decisions, preview.findings, ledger, verdicts=asked.verdicts)
        return _Found(replace(preview, findings=()), effects)  # all of them may be very many

    return work

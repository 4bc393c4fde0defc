"""A night waits a while for a database that went away: restarts and short cuts are no reason to
end it, since everything that it writes may be written again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, TypeVar

from rich.console import Console
from sqlalchemy import Engine

from pipeline.errors import WarehouseError
from pipeline.messages import say
from pipeline.settings import NightSettings
from warehouse.lake import Warehouse
from warehouse.reach import answer, is_served, went_away

T = TypeVar("T")

_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 15.0


@dataclass(slots=True)
class Patience:
    """How long a night waits, and for whom.

    Attributes:
        limit_s: from the first failure of one step; 0 waits for nobody.
        gone: whether an error says that a server went away.
        answers: whether the servers answer now.
        told: is told once when the waiting begins (the error, None), and when it was not in vain
            (None, the seconds that it took).
    """

    limit_s: float
    gone: Callable[[BaseException], bool]
    answers: Callable[[], bool]
    told: Callable[[WarehouseError | None, float | None], None]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _lock: Lock = field(default_factory=Lock)
    _waiting: int = 0  # threads that wait now

    def keep_trying(self, work: Callable[[], T], *, reconnect: Callable[[], None]) -> T:
        """Do a step that may be done twice.

        Args:
            reconnect: before it is done again; fails as the step does.
        Raises: what the step raises, at once if no server went away, otherwise after the limit.
        """
        try:
            return work()
        except WarehouseError as error:
            if self.limit_s <= 0 or not self.gone(error):
                raise
            first = error
        began = self.clock()
        self._begin(first)
        waited_s: float | None = None  # in vain
        try:
            done = self._again(work, reconnect, began=began, last=first)
            waited_s = self.clock() - began
        finally:
            self._end(waited_s)
        return done

    def _again(
        self,
        work: Callable[[], T],
        reconnect: Callable[[], None],
        *,
        began: float,
        last: WarehouseError,
    ) -> T:
        pause_s = _FIRST_PAUSE_S
        while self.clock() - began < self.limit_s:
            self.sleep(min(pause_s, max(0.0, self.limit_s - (self.clock() - began))))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            if not self.answers():
                continue
            try:
                reconnect()
                return work()
            except WarehouseError as error:
                if not self.gone(error):
                    raise
                last = error
        raise last

    def _begin(self, error: WarehouseError) -> None:
        with self._lock:
            self._waiting += 1
            if self._waiting == 1:
                self.told(error, None)

    def _end(self, waited_s: float | None) -> None:
        with self._lock:
            self._waiting -= 1
            if self._waiting == 0 and waited_s is not None:
                self.told(None, waited_s)


def patience_of(
    warehouse: Warehouse, decisions: Engine, *, settings: NightSettings, console: Console
) -> Patience:
    """What a night has with its own servers; a database in its folder does not go away."""
    limit_s = settings.database_wait_s if is_served(warehouse) else 0.0

    def tell(error: WarehouseError | None, waited_s: float | None) -> None:
        if error is not None:
            cause = type(error.__cause__ or error).__name__
            text = say("night.database_gone", settings.language, cause=cause, limit_s=limit_s)
        else:
            text = say("night.database_back", settings.language, waited_s=waited_s or 0.0)
        console.print(text, style="yellow", markup=False)

    return Patience(limit_s, went_away, lambda: answer(warehouse, decisions), tell)

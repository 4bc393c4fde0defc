"""A night waits for a database: bounded, with growing pauses, and only for one that went away."""

from __future__ import annotations

import pytest

from flows.patience import Patience
from pipeline.errors import WarehouseError


class Outage:
    """A server that is away for some seconds of a clock that only its sleepers move."""

    def __init__(self, *, away_s: float) -> None:
        self.away_s, self.now_s, self.pauses, self.told = away_s, 0.0, [], []
        self.connected = True

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        self.pauses.append(seconds)

    def step(self) -> str:
        if self.now_s < self.away_s:
            self.connected = False
        if not self.connected:
            raise WarehouseError("warehouse.write", path="p", attempts=1, cause="gone")
        return "done"

    def reconnect(self) -> None:
        self.connected = True

    def patience(self, *, limit_s: float, gone: bool = True) -> Patience:
        return Patience(
            limit_s,
            gone=lambda _: gone,
            answers=lambda: self.now_s >= self.away_s,
            told=lambda error, waited_s: self.told.append((error is not None, waited_s)),
            clock=lambda: self.now_s,
            sleep=self.sleep,
        )


def test_it_waits_with_growing_pauses_and_goes_on():
    server = Outage(away_s=40.0)
    waiting = server.patience(limit_s=100.0)
    assert waiting.keep_trying(server.step, reconnect=server.reconnect) == "done"
    assert server.pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0]  # 45.5 s in all
    assert server.told == [(True, None), (False, 45.5)]


def test_it_ends_after_its_time_with_what_the_step_said():
    server = Outage(away_s=1000.0)
    with pytest.raises(WarehouseError, match="p"):
        server.patience(limit_s=20.0).keep_trying(server.step, reconnect=server.reconnect)
    assert server.now_s == 20.0
    assert server.told == [(True, None)]


@pytest.mark.parametrize(("limit_s", "gone"), [(0.0, True), (100.0, False)])
def test_it_waits_for_nobody_else(limit_s, gone):
    server = Outage(away_s=1.0)
    waiting = server.patience(limit_s=limit_s, gone=gone)
    with pytest.raises(WarehouseError):
        waiting.keep_trying(server.step, reconnect=server.reconnect)
    assert (server.pauses, server.told) == ([], [])


def test_without_an_outage_nobody_is_told_anything():
    server = Outage(away_s=0.0)
    assert server.patience(limit_s=9.0).keep_trying(server.step, reconnect=server.reconnect)
    assert (server.pauses, server.told) == ([], [])

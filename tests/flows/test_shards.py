"""What is heard first, and when a night ends."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.identity import Job
from flows.inbox import Candidate
from flows.night_loop import NightLoop
from flows.shards import Shard, make_shards
from pipeline.call import CallMetadata, Purpose
from pipeline.errors import TingjianError


def job(
    call_id: str,
    *,
    day: int = 20,
    hour: int = 9,
    mb: int = 1,
    purpose: Purpose | None = None,
    kind: str = "wav",
) -> Job:
    started_at = datetime(2026, 11, day, hour, tzinfo=UTC)
    metadata = CallMetadata(call_id=call_id, started_at=started_at, purpose=purpose)
    path = Path(f"/in/{call_id}.{kind}")
    return Job(Candidate(path, path.name, mb * 2**20, call_id, "0" * 64, metadata))


def order(shards: tuple[Shard, ...]) -> list[tuple[str, ...]]:
    return [shard.call_ids for shard in shards]


def test_complaints_go_first_then_earlier_days_then_long_calls():
    jobs = [
        job("new"),
        job("long", hour=23, mb=100),
        job("old", day=18),
        job("angry", hour=20, purpose=Purpose.COMPLAINT),
        job("old-long", day=18, mb=20),
    ]
    assert order(make_shards(jobs, shard_calls=16, workers=1)) == [
        ("angry",),
        ("old-long",),
        ("old",),
        ("long",),
        ("new",),
    ]


def test_a_long_call_is_a_shard_of_its_own():
    jobs = [job(f"c{n}", hour=n) for n in range(8)] + [job("hour", hour=1, mb=60)]
    shards = order(make_shards(jobs, shard_calls=2, workers=1))
    # nine calls, one worker: shards of two
    assert shards == [("hour",), ("c0", "c1"), ("c2", "c3"), ("c4", "c5"), ("c6", "c7")]


def test_a_compressed_recording_is_long_with_fewer_bytes():
    jobs = [job(f"c{n}", hour=n) for n in range(8)] + [job("hour", hour=1, mb=6, kind="OPUS")]
    assert order(make_shards(jobs, shard_calls=16, workers=1))[0] == ("hour",)
    jobs = [job(f"c{n}", hour=n) for n in range(8)] + [job("short", hour=1, mb=6)]
    assert order(make_shards(jobs, shard_calls=16, workers=1))[0] != ("short",)


class _Desk:
    """Keeps what it is given in memory."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.transactions: list[int] = []  # calls in each

    def take(self, shard: Shard) -> Shard:
        return shard

    def begun(self, jobs) -> None:
        pass

    def keep(self, jobs, results) -> None:
        self.kept += results
        self.transactions.append(len(results))

    def beat(self) -> None:
        pass


class _Runner:
    """Hears at once; every shard takes ten minutes of the clock."""

    isolated = True

    def __init__(self, now: list[float]) -> None:
        self.now = now

    def slots(self) -> int:
        return 1

    def submit(self, jobs) -> Future:
        self.now[0] += 600.0
        future: Future = Future()
        future.set_result(tuple(job.call_id for job in jobs))
        return future


def test_no_call_is_begun_after_the_hour_to_stop():
    now = [0.0]
    desk = _Desk()
    shards = make_shards([job(f"c{n}", hour=n) for n in range(6)], shard_calls=1, workers=1)
    loop = NightLoop(
        desk=desk,  # type: ignore[arg-type]
        runner=_Runner(now),  # type: ignore[arg-type]
        queue=deque(shards),
        call_limit_s=3600.0,
        ends_s=1500.0,
        clock=lambda: now[0],
    )
    loop.run()
    # begun at 0, 600 and 1200 s; 1800 is after the end
    assert desk.kept == ["c0", "c1", "c2"]
    assert loop.left == 3


class _Cluster(_Runner):
    """Many workers that have all heard their shards by the time somebody looks."""

    def __init__(self, slots: int, *, breaks_on: str = "") -> None:
        super().__init__([0.0])
        self._slots, self._breaks_on = slots, breaks_on

    def slots(self) -> int:
        return self._slots

    def submit(self, jobs) -> Future:
        future = super().submit(jobs)
        if any(job.call_id == self._breaks_on for job in jobs):
            future = Future()
            future.set_exception(TingjianError("night.no_workers", waited_s=0))
        return future


def loop_of(desk: _Desk, runner: _Runner, *, shards: int, size: int) -> NightLoop:
    jobs = [job(f"c{n:04}") for n in range(shards * size)]
    parts = [Shard(tuple(jobs[at : at + size])) for at in range(0, len(jobs), size)]
    return NightLoop(
        desk=desk,  # type: ignore[arg-type]
        runner=runner,  # type: ignore[arg-type]
        queue=deque(parts),
        call_limit_s=3600.0,
        clock=lambda: 0.0,
    )


def test_shards_that_came_back_meanwhile_are_stored_in_one_transaction_in_their_order():
    desk = _Desk()
    loop_of(desk, _Cluster(20), shards=40, size=16).run()
    assert desk.transactions == [320, 320]  # twenty shards each time
    assert desk.kept == [f"c{n:04}" for n in range(640)]


def test_a_transaction_has_a_few_hundred_calls_at_most():
    desk = _Desk()
    loop_of(desk, _Cluster(40), shards=40, size=16).run()
    assert desk.transactions == [512, 128]


def test_one_shard_that_broke_does_not_take_the_others_results_with_it():
    desk = _Desk()
    loop = loop_of(desk, _Cluster(4, breaks_on="c0003"), shards=4, size=2)
    with pytest.raises(TingjianError):
        loop.run()
    assert desk.kept == ["c0000", "c0001", "c0004", "c0005", "c0006", "c0007"]

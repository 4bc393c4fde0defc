"""What is heard first, and when a night ends."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

from flows.identity import Job
from flows.inbox import Candidate
from flows.night_loop import NightLoop
from flows.shards import Shard, make_shards
from pipeline.call import CallMetadata, Purpose


def job(
    call_id: str, *, day: int = 20, hour: int = 9, mb: int = 1, purpose: Purpose | None = None
) -> Job:
    started_at = datetime(2026, 11, day, hour, tzinfo=UTC)
    metadata = CallMetadata(call_id=call_id, started_at=started_at, purpose=purpose)
    path = Path(f"/in/{call_id}.wav")
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


class _Desk:
    """Keeps what it is given in memory."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def take(self, shard: Shard) -> Shard:
        return shard

    def begun(self, jobs) -> None:
        pass

    def keep(self, jobs, results) -> None:
        self.kept += results

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

"""Judging stored calls anew in two processes: a preview that stores nothing, or a new scoring."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pipeline.probability import EvidenceWeights
from pipeline.rules import Phrasebook
from pipeline.unsaid import Sieve, make_sieve
from warehouse.connection import open_warehouse
from warehouse.lake import EngineLimits, Warehouse
from warehouse.rescoring.plan import Batch, Change, Plan, Rescoring, ScoredCall, Verdicts
from warehouse.rescoring.portion import Portion, judge_portion, portions

PORTION: Final = 500  # calls that are read at once
_FEW: Final = 300  # calls for which another process is not worth its start
_AHEAD: Final = 2  # portions that wait for each process

Progress = Callable[[int, int], None]  # told how many calls are done, of how many


@dataclass(frozen=True, slots=True)
class _Job:
    """A portion of one change's calls, by number: a change crosses to a process once."""

    change_no: int
    calls: tuple[ScoredCall, ...]
    verdicts: Verdicts
    weights: EvidenceWeights | None
    keep_scores: bool


def judge_plan(
    data_dir: Path,
    plan: Plan,
    asked: Rescoring,
    *,
    keep_scores: bool = False,
    progress: Progress | None = None,
) -> Iterator[tuple[Change, Portion]]:
    """Judge all calls of a plan, a portion at a time, in no certain order.

    Args:
        data_dir: the data folder; every process opens its warehouse for reading.
        asked: for its verdicts, weights and processes.
        keep_scores: also give the new judgements, which a preview does not need.
    Raises: WarehouseError if the warehouse cannot be read.
    """
    changes = plan.changes
    number = {id(change): at for at, change in enumerate(changes)}
    jobs = [
        _Job(
            number[id(b.change)],
            part,
            _of_calls(asked.verdicts, part),
            asked.weights,
            keep_scores,
        )
        for b in plan.batches
        for part in portions(b.calls, PORTION)
    ]
    done, total = 0, sum(len(job.calls) for job in jobs)
    if progress:
        progress(done, total)
    for at, portion in _run(data_dir, changes, jobs, processes=asked.processes):
        done += portion.changes.calls
        if progress:
            progress(done, total)
        yield changes[at], portion


def _of_calls(verdicts: Verdicts, calls: Sequence[ScoredCall]) -> Verdicts:
    if not verdicts:
        return {}
    wanted: Collection[str] = {call.scoring_id for call in calls}
    return {key: verdict for key, verdict in verdicts.items() if key[0] in wanted}


def _run(
    data_dir: Path, changes: tuple[Change, ...], jobs: Sequence[_Job], *, processes: int
) -> Iterator[tuple[int, Portion]]:
    if processes < 2 or sum(len(job.calls) for job in jobs) < _FEW:
        with _Worker.open(data_dir, changes) as worker:
            for job in jobs:
                yield job.change_no, worker.judge(job)
        return
    context = multiprocessing.get_context("spawn")  # threads and open databases do not survive fork
    pool = ProcessPoolExecutor(
        processes, mp_context=context, initializer=_start, initargs=(data_dir, changes)
    )
    with pool:
        try:
            yield from _spread(pool, jobs, ahead=processes * _AHEAD)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _spread(
    pool: ProcessPoolExecutor, jobs: Sequence[_Job], *, ahead: int
) -> Iterator[tuple[int, Portion]]:
    """Hand out a few portions at a time: results wait for their taker, not in memory."""
    waiting: dict[Future[Portion], int] = {}
    left = list(reversed(jobs))
    while left or waiting:
        while left and len(waiting) < ahead:
            job = left.pop()
            waiting[pool.submit(_judge, job)] = job.change_no
        finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in finished:
            yield waiting.pop(future), future.result()


class _Worker:
    """A process's own warehouse and rules."""

    def __init__(self, warehouse: Warehouse, changes: tuple[Change, ...]) -> None:
        self._warehouse = warehouse
        self._changes = changes
        self._judged: Mapping[int, Phrasebook] = {n: c.judged for n, c in enumerate(changes)}
        self._sieves: Mapping[int, Sieve | None] = {
            n: make_sieve(book) for n, book in self._judged.items()
        }

    @classmethod
    def open(cls, data_dir: Path, changes: tuple[Change, ...]) -> _Worker:
        limits = EngineLimits(memory_mb=768, threads=1)
        return cls(open_warehouse(data_dir, read_only=True, limits=limits), changes)

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._warehouse.close()

    def judge(self, job: _Job) -> Portion:
        batch = Batch(self._changes[job.change_no], job.calls)
        judged = self._judged[job.change_no]
        portion = judge_portion(
            self._warehouse.connection,
            batch,
            judged=judged,
            sieve=self._sieves[job.change_no],
            verdicts=job.verdicts,
            weights=job.weights,
        )
        return portion if job.keep_scores else replace(portion, scores=())


_own: list[_Worker] = []  # of a process of the pool


def _start(data_dir: Path, changes: tuple[Change, ...]) -> None:
    """Looking for garbage among a portion's hundred thousand words costs a fifth of the time."""
    _own.append(_Worker.open(data_dir, changes))
    gc.disable()
    gc.freeze()


def _judge(job: _Job) -> Portion:
    portion = _own[0].judge(job)
    gc.collect()
    return portion

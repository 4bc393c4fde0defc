"""Ledger and lake of one night: what is taken, what is kept, what is given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from flows.identity import Job
from flows.patience import Patience
from flows.shards import Report, Result, Shard, failure_of, make_shards
from pipeline.errors import TingjianError, WarehouseError
from pipeline.failure import CallFailure
from pipeline.finding import InspectedCall
from pipeline.messages import Language
from warehouse.connection import reattach
from warehouse.decisions import work, work_recovery, workers
from warehouse.decisions.work import Ended, Queued, Work
from warehouse.decisions.workers import Lease
from warehouse.lake import Warehouse
from warehouse.results import NOT_STORABLE, KnownRecording, append_calls, check_storable

T = TypeVar("T")


@dataclass(slots=True)
class Desk:
    """Everything that a night writes goes through here, from one thread; `begun` from any."""

    engine: Engine
    warehouse: Warehouse
    worker_id: str
    night_id: str
    code_version: str
    language: Language
    attempts: int  # a call whose worker died so often is given up
    report: Report
    patience: Patience
    lease: Lease = field(default_factory=Lease)
    failures: list[CallFailure] = field(default_factory=list)  # of this run
    stored: int = 0  # calls of this run

    def open(self, jobs: Sequence[Job], *, afresh: bool) -> dict[str, Queued]:
        """Put calls into the ledger. Returns: those that are free to be taken, by id."""
        works = [
            Work(
                job.call_id,
                job.candidate.audio_sha256,
                job.candidate.place,
                job.candidate.size_bytes,
                job.priority,
            )
            for job in jobs
        ]
        return self._ask(
            lambda: work.queue(self.engine, works, night_id=self.night_id, afresh=afresh)
        )

    def agree_with(self, stored: Mapping[str, KnownRecording]) -> None:
        """What died between lake and ledger is done; what dead workers had waits again."""
        self.returned()
        self._ask(lambda: work_recovery.settle_stored(self.engine, stored))

    def sort(
        self, jobs: Sequence[Job], queued: dict[str, Queued], *, shard_calls: int, workers: int
    ) -> tuple[Shard, ...]:
        """The shards of the calls that are free, suspects last and alone; poison is told."""
        free = [job for job in jobs if job.call_id in queued]
        usual = [job for job in free if queued[job.call_id].attempt == 0]
        suspects = [job for job in free if 0 < queued[job.call_id].attempt < self.attempts]
        poison = [job for job in free if queued[job.call_id].attempt >= self.attempts]
        if poison:
            self._fail(poison, TingjianError("night.poison", attempts=self.attempts))
        shards = make_shards(usual, shard_calls=shard_calls, workers=workers)
        return (*shards, *(Shard((job,), alone=True) for job in suspects))

    def take(self, shard: Shard) -> Shard:
        """Claim a shard. Returns: it, with the calls that are ours; the others have them."""
        mine = frozenset(
            self._ask(lambda: work.claim(self.engine, shard.call_ids, worker_id=self.worker_id))
        )
        return Shard(tuple(job for job in shard.jobs if job.call_id in mine), shard.alone)

    def begun(self, jobs: Sequence[Job]) -> None:
        """Calls are being heard from here on."""
        self._ask(lambda: work.begin(self.engine, [job.call_id for job in jobs]))

    def keep(self, jobs: Sequence[Job], results: Sequence[Result]) -> None:
        """Store results, then say so in the ledger, then tell of them.

        Raises: WarehouseError if they cannot be stored; nothing of them is stored then.
        """
        self._ask(lambda: work.heard(self.engine, [job.call_id for job in jobs]))
        try:
            failures = self._append(results)
        except WarehouseError as error:
            if error.key != NOT_STORABLE:
                raise
            results = [self._storable(job, each) for job, each in zip(jobs, results, strict=True)]
            failures = self._append(results)
        ended = [self._ended(job, each) for job, each in zip(jobs, results, strict=True)]
        self._ask(lambda: work.finish(self.engine, ended, worker_id=self.worker_id))
        self.failures += failures
        self.stored += len(results)
        for job, result in zip(jobs, results, strict=True):
            self.report(job, result)

    def _append(self, results: Sequence[Result]) -> list[CallFailure]:
        """Bring results into the lake, in one transaction. Returns: the failures among them."""
        failures = [each for each in results if isinstance(each, CallFailure)]
        calls = [each for each in results if isinstance(each, InspectedCall)]
        self.patiently(
            lambda: append_calls(
                self.warehouse,
                calls,
                failures,
                night_id=self.night_id,
                code_version=self.code_version,
            )
        )
        return failures

    def suspect(self, jobs: Sequence[Job]) -> tuple[Shard, ...]:
        """The process that heard these calls died. Returns: those to try again, each alone."""
        queued = self._ask(
            lambda: work_recovery.suspect(self.engine, [job.call_id for job in jobs])
        )
        return self.sort(jobs, queued, shard_calls=1, workers=1)

    def give_up(self, job: Job, error: TingjianError) -> None:
        """A call will not be heard; it becomes a failure with its reason."""
        self.keep([job], [failure_of(job, error, self.language)])

    def beat(self) -> None:
        """A sign of life."""
        self._ask(lambda: workers.beat(self.engine, self.worker_id))

    def returned(self) -> work_recovery.Returned:
        """What others left behind who died meanwhile."""
        return self._ask(
            lambda: work_recovery.return_from_the_dead(
                self.engine, worker_id=self.worker_id, lease=self.lease
            )
        )

    def leave(self) -> None:
        """Give back what is not done, and sign off."""
        with self._told():
            work_recovery.give_back(self.engine, worker_id=self.worker_id)
            workers.sign_off(self.engine, self.worker_id)

    def _fail(self, jobs: Sequence[Job], error: TingjianError) -> None:
        mine = self.take(Shard(tuple(jobs)))
        self.keep(mine.jobs, [failure_of(job, error, self.language) for job in mine.jobs])

    def _storable(self, job: Job, result: Result) -> Result:
        """The result, or a failure if no row can hold it: it must not take its shard with it."""
        if isinstance(result, InspectedCall):
            try:
                check_storable(result, code_version=self.code_version)
            except WarehouseError as error:
                return failure_of(job, error, self.language)
        return result

    def _ended(self, job: Job, result: Result) -> Ended:
        if isinstance(result, CallFailure):
            return Ended(job.call_id, "failed", None, result.reason_code, result.reason)
        models = result.models
        parts = (models.asr, models.segmentation, models.embedding, result.phrasebook.sha256)
        return Ended(job.call_id, "done", " ".join((*parts, self.code_version)))

    def patiently(self, step: Callable[[], T]) -> T:
        """Do a step of the lake, and wait for its database; from the night's own thread alone.

        Raises: as the step, which may be done twice.
        """
        return self.patience.keep_trying(step, reconnect=lambda: reattach(self.warehouse))

    def _ask(self, step: Callable[[], T]) -> T:
        """A step of the ledger, which may be done twice; from any thread."""

        def told() -> T:
            with self._told():
                return step()

        return self.patience.keep_trying(told, reconnect=lambda: None)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            place = self.engine.url.render_as_string(hide_password=True)
            raise WarehouseError("warehouse.decisions", path=place, cause=error) from error

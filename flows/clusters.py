"""Runners of many processes: Dask and Ray. Both load what they need when they are asked for.

The workers get calls and give results; they speak neither to Prefect nor to the databases. That is
why Prefect's own task runners for Dask and Ray are not used: their tasks report to Prefect's server
from every worker, results pass through Prefect's store, and the night could not go on without it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from flows.hearing import Hearing, hear_elsewhere
from flows.identity import Job
from flows.runners import Results, Runner, WorkerLostError
from pipeline.errors import ConfigurationError, TingjianError

if TYPE_CHECKING:
    from distributed import Client

_CONNECT_S = 30
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DISABLE_IMPORT_WARNING": "1"}


def cluster_runner(hearing: Hearing, *, workers: int) -> Runner:
    """The runner that `night.runner` and `night.cluster` name.

    Args:
        workers: processes of this machine, where no cluster is named.
    Raises: ConfigurationError if the library is not installed, TingjianError if the cluster does
        not answer.
    """
    night = hearing.settings.night
    if night.runner == "dask":
        return DaskRunner(hearing, address=night.cluster, workers=workers)
    return RayRunner(hearing, address=night.cluster, workers=workers)


class DaskRunner:
    """Shards go to the workers of a Dask scheduler, or of one begun for the night."""

    isolated = True

    def __init__(self, hearing: Hearing, *, address: str | None, workers: int) -> None:
        try:
            import distributed
        except ModuleNotFoundError as error:
            raise ConfigurationError("night.no_engine", engine="dask") from error
        self._hearing = hearing
        self._cluster: Any = None
        try:
            if address is None:
                self._cluster = distributed.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address=None,
                    silence_logs=50,
                )
            self._client: Client = distributed.Client(
                address or self._cluster, timeout=_CONNECT_S, set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise TingjianError("night.no_cluster", address=address, cause=error) from error

    def slots(self) -> int:
        """Threads of all workers that are there now."""
        return sum(self._client.nthreads().values())

    def submit(self, jobs: Sequence[Job]) -> Future[Results]:
        """To whichever worker is free."""
        asked = self._client.submit(hear_elsewhere, tuple(jobs), self._hearing, pure=False)
        future: Future[Results] = Future()
        future.set_running_or_notify_cancel()
        future.dask = asked  # type: ignore[attr-defined]  # forgotten by Dask if nobody holds it
        asked.add_done_callback(lambda done: _hand_over(done, future))
        return future

    def give_up(self, future: Future[Results]) -> None:
        """Dask forgets the task; a worker that is at it is freed when it ends."""
        future.dask.cancel(force=True)  # type: ignore[attr-defined]

    def stop(self) -> None:
        """What runs goes on to its end; nothing can stop a task between two calls."""

    def close(self) -> None:
        """Ends the workers that were begun for the night, no others."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def _hand_over(asked: Any, future: Future[Results]) -> None:
    """Dask's answer, in the words of `Runner`."""
    from distributed.client import FutureCancelledError
    from distributed.comm import CommClosedError
    from distributed.scheduler import KilledWorker

    try:
        future.set_result(asked.result())
    except KilledWorker:
        future.set_exception(WorkerLostError())
    except (FutureCancelledError, CommClosedError) as error:  # the scheduler is gone
        future.set_exception(TingjianError("night.no_cluster", address="", cause=error))
    except BaseException as error:
        future.set_exception(error)


class RayRunner:
    """Shards go to the workers of a Ray cluster, or of one begun for the night."""

    isolated = True

    def __init__(self, hearing: Hearing, *, address: str | None, workers: int) -> None:
        os.environ.update(_QUIET)
        try:
            import ray
        except ModuleNotFoundError as error:
            raise ConfigurationError("night.no_engine", engine="ray") from error
        self._ray = ray
        try:
            where = {"address": address} if address else {"num_cpus": workers}
            ray.init(**where, include_dashboard=None if address else False, log_to_driver=False)
        except (ConnectionError, OSError, RuntimeError) as error:
            raise TingjianError("night.no_cluster", address=address, cause=error) from error
        self._hearing = ray.put(hearing)
        self._hear = ray.remote(max_retries=0, num_cpus=1)(hear_elsewhere)

    def slots(self) -> int:
        """Processors of all nodes that are there now."""
        return int(self._ray.cluster_resources().get("CPU", 0))

    def submit(self, jobs: Sequence[Job]) -> Future[Results]:
        """To whichever node has a processor free."""
        asked = self._hear.remote(tuple(jobs), self._hearing)
        future: Future[Results] = Future()
        future.set_running_or_notify_cancel()
        future.ray = asked  # type: ignore[attr-defined]
        asked.future().add_done_callback(lambda done: self._hand_over(done, future))
        return future

    def _hand_over(self, asked: Future[Results], future: Future[Results]) -> None:
        lost = (self._ray.exceptions.WorkerCrashedError, self._ray.exceptions.OutOfMemoryError)
        error = asked.exception()
        if error is None:
            future.set_result(asked.result())
        elif isinstance(error, lost):
            future.set_exception(WorkerLostError())
        else:
            future.set_exception(getattr(error, "cause", None) or error)

    def give_up(self, future: Future[Results]) -> None:
        """Its process is ended: Ray begins another."""
        self._ray.cancel(future.ray, force=True)  # type: ignore[attr-defined]

    def stop(self) -> None:
        """What runs goes on to its end; nothing can stop a task between two calls."""

    def close(self) -> None:
        """Leaves the cluster; ends the one that was begun for the night."""
        self._ray.shutdown()

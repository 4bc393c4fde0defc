"""The same night on one machine and on many: other engines, other databases, the same findings."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select

from benchmarks.faults.night import Count, count, make_inbox, run, settings_of
from benchmarks.faults.servers import KEYS, DaskCluster, dask_cluster, object_store, postgres
from warehouse.connection import open_warehouse
from warehouse.decisions.store import open_decisions
from warehouse.decisions.work_tables import work
from warehouse.digest import TABLES, digest

CALLS = 6
ALL_THERE = Count(CALLS + 1, 0, 0, 0, 1, {"done": CALLS, "failed": 1})


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many") / "inbox"
    make_inbox(folder, calls=CALLS)
    return folder


def digest_of(data: Path) -> dict[str, str]:
    with open_warehouse(data, read_only=True) as warehouse:
        return digest(warehouse)


@pytest.fixture(scope="module")
def one_machine(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What threads, SQLite and a folder make of the inbox."""
    folder = tmp_path_factory.mktemp("one")
    run(inbox, folder / "data", settings=settings_of(folder / "books"), quick=False)
    assert count(folder / "data") == ALL_THERE
    return digest_of(folder / "data")


def test_two_runs_over_the_same_input_give_the_same_bytes(
    inbox: Path, one_machine: dict[str, str], tmp_path: Path
):
    # other shards, another number of workers, another order
    settings = settings_of(tmp_path / "books", shard_calls=1, workers=3)
    run(inbox, tmp_path / "data", settings=settings, quick=False)
    assert set(one_machine) == set(TABLES)
    assert digest_of(tmp_path / "data") == one_machine


def test_another_phrasebook_gives_other_bytes(
    inbox: Path, one_machine: dict[str, str], tmp_path: Path
):
    settings = settings_of(tmp_path / "books")
    rules = tmp_path / "books" / "zh" / "rules.toml"
    rules.write_text(rules.read_text("utf-8").replace("points = -1\n", "points = -2\n"), "utf-8")
    run(inbox, tmp_path / "data", settings=settings, quick=False)
    found = digest_of(tmp_path / "data")
    assert found["turn"] == one_machine["turn"]
    assert found["finding"] != one_machine["finding"]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, inbox: Path) -> Iterator[Path]:
    """A data folder whose lake is in PostgreSQL and S3, and the inbox in S3."""
    from pyarrow.fs import LocalFileSystem, S3FileSystem, copy_files

    data = tmp_path_factory.mktemp("served")
    before = {name: os.environ.get(name) for name in KEYS}
    os.environ.update(KEYS)
    with ExitStack() as stack:
        database = stack.enter_context(postgres())
        database.make_database("tingjian")
        port = stack.enter_context(object_store())
        where = f"host=127.0.0.1 port={database.port} dbname=tingjian user=tingjian"
        address = f"postgresql+pg8000://tingjian@127.0.0.1:{database.port}/tingjian"
        (data / "place.toml").write_text(
            f'catalog = "postgres:{where}"\nlake = "s3://calls/lake"\ndecisions = "{address}"\n'
            f's3_endpoint = "127.0.0.1:{port}"\ns3_tls = false\n'
        )
        store = S3FileSystem(
            endpoint_override=f"127.0.0.1:{port}", scheme="http", allow_bucket_creation=True
        )
        store.create_dir("calls")
        copy_files(
            str(inbox),
            "calls/inbox",
            source_filesystem=LocalFileSystem(),
            destination_filesystem=store,
        )
        yield data
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


# the connections of the worker that is killed are closed by nobody
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
def test_dask_postgresql_and_s3_find_the_same_also_when_a_worker_is_killed(
    servers: Path, one_machine: dict[str, str], tmp_path: Path
):
    data = servers
    with dask_cluster(workers=2) as cluster:
        settings = settings_of(
            tmp_path / "books", runner="dask", cluster=cluster.address, shard_calls=1
        )
        killer = threading.Thread(target=kill_a_worker, args=(data, cluster))
        killer.start()
        run("s3://calls/inbox", data, settings=settings, quick=False)
        killer.join()
        assert cluster.workers[0].poll() == -signal.SIGKILL
    gc.collect()  # those connections end here, and not in another test
    assert count(data) == ALL_THERE
    assert digest_of(data) == one_machine


def kill_a_worker(data: Path, cluster: DaskCluster) -> None:
    """As soon as calls are stored and others are being heard."""
    wait_for_work(data, stored=2)
    cluster.workers[0].kill()
    cluster.workers[0].wait()


def wait_for_work(data: Path, *, stored: int) -> None:
    engine = open_decisions(data)
    give_up = time.monotonic() + 300
    asked = select(func.count()).where(work.c.stage == "stored")
    while time.monotonic() < give_up:
        with engine.connect() as connection:
            if (connection.execute(asked).scalar() or 0) >= stored:
                break
        time.sleep(0.05)
    engine.dispose()

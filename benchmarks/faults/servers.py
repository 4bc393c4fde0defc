"""Servers for tests and benchmarks, on loopback: PostgreSQL, a stand-in for S3, a Dask cluster.

Each is begun in a folder of its own and ends with its block.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEYS = {
    "AWS_ACCESS_KEY_ID": "stand-in",
    "AWS_SECRET_ACCESS_KEY": "stand-in",
    "AWS_EC2_METADATA_DISABLED": "true",
}
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
_START_S = 180.0


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server with the role `tingjian`, without passwords."""

    folder: Path
    binaries: Path
    port: int

    def make_database(self, name: str) -> None:
        """An empty one."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tingjian", name)

    def crash_and_recover(self) -> None:
        """As after a power cut: every connection breaks, the log is played back."""
        self._run("pg_ctl", "restart", "-m", "immediate", *self._where(), "-w")

    def start(self) -> None:
        """Begin it and wait until it answers."""
        self._run("pg_ctl", "start", *self._where(), "-w")

    def stop(self) -> None:
        """End it, at once."""
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", str(self.folder / "data"), "-w")

    def initialise(self) -> None:
        """Make its files."""
        where = ("-D", str(self.folder / "data"), "-U", "tingjian")
        self._run("initdb", *where, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def _where(self) -> tuple[str, ...]:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1"
        options += f" -c unix_socket_directories={self.folder}"
        log = str(self.folder / "log")
        return ("-D", str(self.folder / "data"), "-o", options, "-l", log)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        if os.getuid() == 0:  # PostgreSQL refuses to be run by root
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of Debian's package in a temporary folder."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        message = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        raise FileNotFoundError(message)
    folder = Path(tempfile.mkdtemp(prefix="tingjian-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    server = Postgres(folder, binaries[-1], free_port())
    try:
        server.initialise()
        server.start()
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def object_store() -> Iterator[int]:
    """moto's server, which stands in for S3. Yields its port."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _process(command):
        wait_for_port(port)
        yield port


@dataclass(frozen=True, slots=True)
class DaskCluster:
    """A scheduler and workers, each a process of one thread."""

    address: str
    workers: tuple[subprocess.Popen[bytes], ...]


@contextmanager
def dask_cluster(*, workers: int, pinned: bool = False) -> Iterator[DaskCluster]:
    """Without nannies: a worker that is killed stays dead.

    Args:
        pinned: each worker keeps to a processor of its own and to one thread of its libraries.
    """
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--host", "127.0.0.1"]
    worker += ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "60"]
    with _process([*scheduler, "--port", str(port), "--no-dashboard"]):
        wait_for_port(port)
        begun: list[subprocess.Popen[bytes]] = []
        try:
            for number in range(workers):
                own = ["taskset", "-c", str(number)] if pinned else []
                begun.append(_begin([*own, *worker], ONE_THREAD if pinned else {}))
            yield DaskCluster(address, tuple(begun))
        finally:
            for process in begun:
                process.kill()
                process.wait()


def free_port() -> int:
    """A port of loopback that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Until somebody answers. Raises: TimeoutError."""
    give_up = time.monotonic() + _START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError as error:
            if time.monotonic() > give_up:
                message = f"nobody answers at port {port}"
                raise TimeoutError(message) from error
            time.sleep(0.1)
        else:
            return


def _begin(command: list[str], more: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **KEYS, **(more or {}), "PYTHONPATH": str(ROOT)},
    )


@contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = _begin(command)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

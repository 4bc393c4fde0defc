"""A Prefect server for one night, on loopback, that ends with the process that began it.

Prefect would start one by itself, but that one outlives a killed night, cannot start while the
inbox is being read, and takes the night down if it does not start.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_LOOPBACK = "127.0.0.1"
_START_TIMEOUT_S = 120.0
_END_TIMEOUT_S = 5.0
_POLL_S = 0.2
_APPLICATION = "prefect.server.api.server:create_app"

# The child asks the kernel to end with its parent (prctl 1 = PR_SET_PDEATHSIG, 9 = SIGKILL), then
# becomes the server. Where there is no prctl it goes on without.
_START = """
import contextlib, ctypes, os, runpy, sys
with contextlib.suppress(OSError, AttributeError):
    ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
if os.getppid() != int(sys.argv.pop(1)):
    sys.exit(1)
runpy.run_module("uvicorn", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True, slots=True)
class PrefectServer:
    """A server that was begun; it answers some seconds later."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        """Of its API."""
        return f"http://{_LOOPBACK}:{self.port}/api"

    def answers(self, *, timeout_s: float = _START_TIMEOUT_S) -> bool:
        """Wait until it answers; False if it ended or took too long."""
        give_up = time.monotonic() + timeout_s
        while time.monotonic() < give_up and self.process.poll() is None:
            if self._is_well():
                return True
            time.sleep(_POLL_S)
        return False

    def _is_well(self) -> bool:
        connection = http.client.HTTPConnection(_LOOPBACK, self.port, timeout=10)
        try:
            connection.request("GET", "/api/health")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def prefect_variables(home: Path) -> Mapping[str, str]:
    """What keeps Prefect quiet, offline and inside the data folder."""
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_CLIENT_MAX_RETRIES": "2",  # of a call to a server that went away
    }


@contextmanager
def prefect_server(home: Path) -> Iterator[PrefectServer | None]:
    """Begin a server and end it with the block; None if not even its process could be begun."""
    server = _begin(home)
    try:
        yield server
    finally:
        if server is not None:
            server.process.terminate()
            try:
                server.process.wait(_END_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                server.process.kill()
                server.process.wait()


def _begin(home: Path) -> PrefectServer | None:
    port = _free_port()
    command = [sys.executable, "-c", _START, str(os.getpid()), "--factory", _APPLICATION]
    command += ["--host", _LOOPBACK, "--port", str(port), "--log-level", "error"]
    served = {
        "PREFECT_UI_ENABLED": "0",
        "PREFECT__SERVER_EPHEMERAL": "1",  # no background services
        "PREFECT__SERVER_FINAL": "1",
    }
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
        log = home / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **prefect_variables(home), **served},
            )
        return PrefectServer(process, port, log)
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])

"""`tingjian schedule`: nights by the clock, on a Prefect server that shows them.

Prefect is the clock and the window: a deployment with a cron schedule, one run at a time. A run is
a process of its own, `tingjian nightly`, which this one begins again if it dies. The watch beside
it needs no Prefect: it tells of a night that was due and did not take place.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flows import notices
from flows.prefect_server import prefect_server, prefect_variables
from flows.watch import missed
from pipeline.errors import TingjianError
from pipeline.settings import Settings

_WATCH_EVERY_S = 60.0
_RESTARTS = 3  # of a night that dies; it goes on where it was
_FINE = (0, 3)  # exit codes of a night that came to its end
_NEVER_MENDS = (2, 4, 5)  # usage, configuration, model missing: beginning again is no use

Send = Callable[[notices.Notice], object]


@dataclass(frozen=True, slots=True)
class NightCommand:
    """What is run at night."""

    inbox: str
    data: Path
    config: Path | None
    prefect_url: str | None

    def arguments(self) -> list[str]:
        """Of the process."""
        command = [sys.executable, "-m", "flows.cli", "nightly", self.inbox, "--data"]
        command += [str(self.data), "--json"]
        return [*command, "--config", str(self.config)] if self.config else command


def run_night(command: NightCommand, *, settings: Settings, send: Send) -> int:
    """One night: run it, begin it again if it dies, tell of its end.

    Returns: the exit code of its last process.
    """
    environment = {**os.environ}
    if command.prefect_url:
        environment["TINGJIAN_NIGHT_PREFECT_URL"] = command.prefect_url
    language = settings.night.language
    attempts = 0
    while True:
        attempts += 1
        done = subprocess.run(
            command.arguments(), env=environment, stdout=subprocess.PIPE, check=False
        )
        if done.returncode in _FINE:
            send(notices.of_result(json.loads(done.stdout), language))
            return done.returncode
        if done.returncode in _NEVER_MENDS or attempts > _RESTARTS:
            send(notices.of_breakdown(done.returncode, attempts, language))
            return done.returncode


def look(settings: Settings, *, data: Path, now: datetime, send: Send) -> int:
    """Tell of the nights that did not take place since the last look. Returns: how many."""
    schedule = settings.schedule
    lost = missed(
        data / "nights",
        cron=schedule.cron,
        time_zone=schedule.time_zone,
        grace=timedelta(seconds=schedule.grace_s),
        now=now,
    )
    for due in lost:
        send(notices.of_missed(due, settings.night.language))
    return len(lost)


def sender(addresses: Sequence[str]) -> Send:
    """Sends to all of the addresses."""
    return lambda notice: notices.send(notice, addresses)


def watch_for_ever(settings: Settings, *, data: Path, send: Send, stop: threading.Event) -> None:
    """Look every minute until `stop` is set; a folder that cannot be written now is tried again."""
    while not stop.is_set():
        try:
            look(settings, data=data, now=datetime.now().astimezone(), send=send)
        except TingjianError as error:
            sys.stderr.write(f"{error.text(settings.night.language)}\n")
        stop.wait(_WATCH_EVERY_S)


def serve(
    inbox: str, *, data: Path, config: Path | None, settings: Settings, on_ready: Callable[[], None]
) -> None:
    """Serve the nightly deployment until this process is ended.

    Raises: TingjianError if Prefect's server does not answer.
    """
    stop = threading.Event()
    send = sender(settings.schedule.notify)
    watch = threading.Thread(
        target=watch_for_ever,
        args=(settings,),
        kwargs={"data": data, "send": send, "stop": stop},
        daemon=True,
    )
    home = data / "prefect"
    os.environ.update(prefect_variables(home))
    watch.start()
    try:
        if settings.night.prefect_url:
            _serve_on(settings.night.prefect_url, inbox, data, config, settings, on_ready)
            return
        with prefect_server(home, services=True) as server:
            if server is None or not server.answers():
                raise TingjianError("schedule.no_prefect", path=home / "server.log")
            _serve_on(server.url, inbox, data, config, settings, on_ready)
    finally:
        stop.set()


def _serve_on(
    url: str,
    inbox: str,
    data: Path,
    config: Path | None,
    settings: Settings,
    on_ready: Callable[[], None],
) -> None:
    os.environ["PREFECT_API_URL"] = url  # also for the processes that Prefect begins
    from flows.prefect_schedule import serve_deployment

    on_ready()
    serve_deployment(
        {
            "inbox": inbox,
            "data": str(data),
            "config": str(config) if config else None,
            "prefect_url": url,
        },
        cron=settings.schedule.cron,
        time_zone=settings.schedule.time_zone,
    )

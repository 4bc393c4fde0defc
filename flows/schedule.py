"""`tingjian schedule`: nights by the clock, on a Prefect server that shows them.

A deployment of Prefect is asked for a run whenever one is due, one at a time; if Prefect does not
take the request, the night is run without it. A run is a process of its own, `tingjian nightly`,
which is begun again if it dies. The watch needs no Prefect either: it tells of a night that was due
and did not take place.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flows import notices
from flows.calendar_times import due_times
from flows.prefect_server import prefect_server, prefect_variables
from flows.watch import missed
from pipeline.errors import TingjianError
from pipeline.settings import Settings

_log = logging.getLogger("tingjian.schedule")
_WATCH_EVERY_S = 60.0
_CLOCK_EVERY_S = 5.0
_PREFECT_S = 600.0  # a busy machine takes minutes to start it
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
    """Serve the nightly deployment until this process is ended; without Prefect if it is down."""
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
        with prefect_server(home) as server:
            if server is not None and server.answers(timeout_s=_PREFECT_S):
                _serve_on(server.url, inbox, data, config, settings, on_ready)
                return
        error = TingjianError("schedule.no_prefect", path=home / "server.log")
        sys.stderr.write(f"{error.text(settings.night.language)}\n")
        command = NightCommand(inbox, data, config, None)
        on_ready()
        keep_time(settings, command, _no_prefect, send=send, stop=stop)
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
    from flows.prefect_schedule import ask_for_night, serve_deployment

    command = NightCommand(inbox, data, config, None)
    clock = threading.Thread(target=keep_time, args=(settings, command, ask_for_night), daemon=True)
    clock.start()
    on_ready()
    serve_deployment(
        {
            "inbox": inbox,
            "data": str(data),
            "config": str(config) if config else None,
            "prefect_url": url,
        }
    )


def keep_time(
    settings: Settings,
    command: NightCommand,
    ask: Callable[[], None],
    *,
    send: Send,
    stop: threading.Event,
    now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
) -> None:
    """Ask for a night whenever one is due, until `stop`; run it here if nobody takes it."""
    schedule = settings.schedule
    seen = now()
    while not stop.wait(_CLOCK_EVERY_S):
        moment = now()
        due = due_times(schedule.cron, after=seen, until=moment, time_zone=schedule.time_zone)
        if any(True for _ in due):
            try:
                ask()
            except Exception as error:
                _log.warning("Prefect took no night: %s", type(error).__name__)
                run_night(command, settings=settings, send=send)
        seen = max(seen, moment)


def _no_prefect() -> None:
    raise ConnectionError

"""Stop PostgreSQL under a night, begin it again, and see what the night and the next one do.

    python -m benchmarks.faults.database [--calls 200] [--stops 3] [--down 10] [--wait 600]

Catalogue of the lake, decisions and work ledger lie in a PostgreSQL of Debian's package, which is
stopped as by a power cut while calls are being stored.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.night import Count, begin, count, make_inbox, run, settings_of
from benchmarks.faults.servers import Postgres, postgres
from pipeline.errors import TingjianError
from pipeline.settings import Settings

_PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True)
class Stop:
    """One night with its database stopped in the middle."""

    told: str  # the night's error; empty if it went on
    stored: int  # calls that were in the lake when the database went
    ended_after_s: float  # from the stop to the night's end


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    stops: tuple[Stop, ...]
    count: Count  # after a last night that nothing disturbed


def stop_databases(
    folder: Path, *, calls: int, stops: int, down_s: float, wait_s: float = 600.0
) -> Outcome:
    """Nights over one inbox; under each, but for the last, the database goes for a while.

    Args:
        wait_s: how long a night waits for it; 0 ends the night.
    """
    data, inbox = folder / "data", folder / "inbox"
    data.mkdir()
    make_inbox(inbox, calls=calls)
    with postgres() as server:
        server.make_database("tingjian")
        (data / "place.toml").write_text(place_of(server), "utf-8")
        found = []
        for number in range(1, stops + 1):
            wanted = calls * number // (stops + 1)  # stored when the database goes
            settings = settings_of(folder / "phrasebooks", database_wait_s=wait_s)
            found.append(_stop_once(folder, server, settings, wanted=wanted, down_s=down_s))
            if not found[-1].told:  # this night went on to its end
                return Outcome(tuple(found), count(data))
        os.waitpid(begin(inbox, data, settings=settings_of(folder / "phrasebooks")), 0)
        return Outcome(tuple(found), count(data))


def place_of(server: Postgres) -> str:
    """`place.toml` for a server that has a database `tingjian`."""
    where = f"host=127.0.0.1 port={server.port} dbname=tingjian user=tingjian"
    address = f"postgresql+pg8000://tingjian@127.0.0.1:{server.port}/tingjian"
    return f'catalog = "postgres:{where}"\ndecisions = "{address}"\n'


def _stop_once(
    folder: Path, server: Postgres, settings: Settings, *, wanted: int, down_s: float
) -> Stop:
    child, report = _begin(folder, settings)
    stored = _wait_for(folder, wanted)
    began = time.monotonic()
    server.stop()
    time.sleep(down_s)
    server.start()
    os.waitpid(child, 0)
    told = report.read_text("utf-8")
    return Stop(told, stored, round(time.monotonic() - began, 1))


def _begin(folder: Path, settings: Settings) -> tuple[int, Path]:
    """A night in a process of its own, and the file that it leaves its error in."""
    report = folder / "told.txt"
    report.write_text("", "utf-8")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            run(folder / "inbox", folder / "data", settings=settings)
            code = 0
        except TingjianError as error:
            report.write_text(f"{error.key}: {error}", "utf-8")
        except BaseException as error:
            report.write_text(f"unforeseen {type(error).__name__}: {error}", "utf-8")
            raise
        finally:
            os._exit(code)
    return child, report


def _wait_for(folder: Path, wanted: int) -> int:
    """Until so many calls are in the lake, seen from a process of its own; how many there are."""
    give_up = time.monotonic() + _PATIENCE_S
    stored = 0
    while stored < wanted and time.monotonic() < give_up:
        time.sleep(0.5)
        seen, pipe = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(pipe, str(_calls_in(folder / "data")).encode())
            os._exit(0)
        os.waitpid(child, 0)
        os.close(pipe)
        stored = int(os.read(seen, 20) or b"0")
        os.close(seen)
    return stored


def _calls_in(data: Path) -> int:
    from warehouse.connection import open_warehouse

    try:
        with open_warehouse(data, read_only=True) as warehouse:
            row = warehouse.connection.execute("select count(*) from call").fetchone()
            return int(row[0]) if row else 0
    except TingjianError:
        return 0  # not there yet


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--stops", type=int, default=3)
    parser.add_argument("--down", type=float, default=10.0, metavar="S")
    parser.add_argument("--wait", type=float, default=600.0, metavar="S")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        outcome = stop_databases(
            Path(folder),
            calls=options.calls,
            stops=options.stops,
            down_s=options.down,
            wait_s=options.wait,
        )
    for stop in outcome.stops:
        sys.stdout.write(f"{stop}\n")
    sys.stdout.write(f"{outcome.count}\n")


if __name__ == "__main__":
    main()

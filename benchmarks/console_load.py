"""Twenty people at once on the console, over a warehouse of a million made calls.

    python -m benchmarks.console_load DATA [--calls 1000000] [--whole 1000000] [--users 20]
        [--seconds 60] [--think 2] [--writer]

DATA is made if it is not there, and kept. Each person goes on as an inspector does: a page of the
queue with some filter, a call, ranges of its sound, verdicts, the next; between two actions they
think for up to twice `--think` seconds (0: never). `--writer` stores shards of 16 calls meanwhile.
`--whole` calls have words and findings in the lake, the rest only their rows of calls and scores;
all calls worth a look are whole beside the queue, as the console keeps them.

The people are threads of this process on the same machine, so that their own work is in the times.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks.made_console import PASSWORD, TEMPLATES, make_accounts, prepare
from benchmarks.made_lake import add_calls, template_tables
from benchmarks.made_queue import PURPOSES
from pipeline.finding import InspectedCall
from warehouse.connection import open_warehouse

SHARD = 16
PORT = 8497


@dataclass(slots=True)
class Tally:
    """What all people met, by kind of request; seconds."""

    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Person:
    """One person with a session of their own."""

    number: int
    tally: Tally
    think_s: float
    connection: http.client.HTTPConnection = field(init=False)
    cookie: str = ""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)

    def work(self, until: float) -> None:
        """Sign in, then go on as an inspector until the time is over."""
        draw = random.Random(self.number)
        form = {"login": f"load{self.number}", "password": PASSWORD}
        self.ask("sign_in", "POST", "/sign-in", form=form, fine=(303,))
        time.sleep(draw.random() * 3)
        while time.monotonic() < until:
            query = _filter(draw)
            page = self.ask("queue", "GET", f"/queue?{query}")
            calls = re.findall(r'href="(/calls/[^"?]+)\?', page)
            self.pause(draw)
            if calls:
                self.review(draw, draw.choice(calls))

    def review(self, draw: random.Random, place: str) -> None:
        """One call: listen, judge, hand in."""
        page = self.ask("call", "GET", place)
        self.pause(draw)
        for _ in range(2):
            first = draw.randrange(44, 2_000_000, 2)
            wanted = {"Range": f"bytes={first}-{first + 65_535}"}
            self.ask("sound", "GET", f"{place}/sound", headers=wanted, fine=(206,))
            self.pause(draw)
        numbers = re.findall(r'data-verdict="confirmed"[^>]*"finding_no": (\d+)', page)
        for number in numbers[:2]:
            verdict = draw.choice(("confirmed", "false", "doubtful"))
            form = {"kind": "verdict", "finding_no": number, "verdict": verdict, "swapped": "0"}
            self.ask("verdict", "POST", f"{place}/decide", form=form, fine=(200, 409))
            self.pause(draw)
        if numbers and draw.random() < 0.5:
            self.ask("submit", "POST", f"{place}/submit", form={}, fine=(303, 409))

    def ask(
        self,
        kind: str,
        method: str,
        place: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        fine: tuple[int, ...] = (200,),
    ) -> str:
        """Ask, measure, and count what is not as it should be."""
        sent = {"Accept": "text/html", "Cookie": self.cookie, **(headers or {})}
        body = None
        if form is not None:
            body = urlencode(form)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        try:
            self.connection.request(method, place, body=body, headers=sent)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.tally.failures[f"{kind} {type(error).__name__}"] += 1
            self.connection.close()
            return ""
        self.tally.times[kind].append(time.perf_counter() - start)
        if answer.status not in fine:
            self.tally.failures[f"{kind} {answer.status}"] += 1
        if kind == "sign_in":
            self.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        return content.decode("utf-8", "replace") if kind != "sound" else ""

    def pause(self, draw: random.Random) -> None:
        """Think."""
        if self.think_s:
            time.sleep(draw.random() * 2 * self.think_s)


def _filter(draw: random.Random) -> str:
    """What people look for."""
    day = f"2026-{draw.randint(1, 10):02}-{draw.randint(1, 28):02}"
    return draw.choice(
        (
            "",
            f"page={draw.randint(1, 40)}",
            f"agent=A{draw.randrange(200)}",
            f"team={quote(f'组{draw.randrange(12)}')}",
            "rule=zh.hold.resumed",
            f"purpose={draw.choice(PURPOSES)}",
            f"since={day}&until={day}",
            f"since={day}",
            "below=97",
            "state=mine",
            "state=submitted",
            f"agent=A{draw.randrange(200)}&since={day}",
            f"all=1&page={draw.randint(1, 40)}",
        )
    )


def write_shards(data: Path, templates: tuple[InspectedCall, ...], stop: threading.Event) -> int:
    """A night meanwhile: shards of calls, one after the other, with the pauses of hearing."""
    tables, shards = template_tables(templates), 0
    with open_warehouse(data) as warehouse:
        first = int(
            warehouse.connection.sql("select max(stored_no) from scorecard_result").fetchall()[0][0]
        )
        while not stop.is_set():
            add_calls(warehouse, tables, templates=TEMPLATES, first=first, count=SHARD)
            first, shards = first + SHARD, shards + 1
            stop.wait(1.0)
    return shards


def run(data: Path, options: argparse.Namespace) -> Tally:
    """All people, until the time is over."""
    tally = Tally()
    until = time.monotonic() + options.seconds
    people = [Person(number, tally, options.think) for number in range(options.users)]
    threads = [threading.Thread(target=person.work, args=(until,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def serve(data: Path) -> subprocess.Popen[bytes]:
    """The console as people start it."""
    command = [sys.executable, "-m", "flows.cli", "serve", "--data", str(data), "--port", str(PORT)]
    server = subprocess.Popen(command)
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return server
        except OSError:
            time.sleep(0.3)
    server.terminate()
    message = "the console did not start"
    raise SystemExit(message)


def _peak_mb(process: int) -> float:
    text = Path(f"/proc/{process}/status").read_text("utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", text)
    return int(found[1]) / 1024 if found else 0.0


def told(tally: Tally, *, peak_mb: float, cpu_s: float, seconds: float) -> str:
    """The figures, a line per kind."""
    lines = ["kind        count   p50 ms   p95 ms   max ms"]
    for kind, times in sorted(tally.times.items()):
        ordered = sorted(times)
        p50, p95 = (ordered[min(len(ordered) - 1, int(q * len(ordered)))] for q in (0.5, 0.95))
        lines.append(
            f"{kind:10} {len(ordered):6} {1000 * p50:8.0f} {1000 * p95:8.0f}"
            f" {1000 * ordered[-1]:8.0f}"
        )
    lines.append(f"console: peak {peak_mb:.0f} MB, {cpu_s:.1f} CPU s in {seconds:.0f} s")
    lines.append(f"failures: {dict(tally.failures) or 'none'}")
    return "\n".join(lines)


def _cpu_s(process: int) -> float:
    parts = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--whole", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=2.0)
    parser.add_argument("--writer", action="store_true")
    options = parser.parse_args()
    templates = prepare(options.data, calls=options.calls, whole=options.whole)
    make_accounts(options.data, options.users)
    server = serve(options.data)
    stop = threading.Event()
    writer = threading.Thread(target=write_shards, args=(options.data, templates, stop))
    try:
        if options.writer:
            writer.start()
        before = _cpu_s(server.pid)
        tally = run(options.data, options)
        figures = told(
            tally,
            peak_mb=_peak_mb(server.pid),
            cpu_s=_cpu_s(server.pid) - before,
            seconds=options.seconds,
        )
    finally:
        stop.set()
        if options.writer:
            writer.join()
        server.terminate()
        server.wait()
    load = Path("/proc/loadavg").read_text("utf-8").split()[0]
    sys.stdout.write(f"{figures}\nload of the machine at the end: {load}\n")


if __name__ == "__main__":
    main()

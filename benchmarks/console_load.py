"""Twenty people at once on the console, over a warehouse of a million made calls.

    python -m benchmarks.console_load DATA [--calls 1000000] [--users 20] [--seconds 60]
        [--think 1 3] [--night] [--remove]

DATA is made if it is not there (a million calls take some minutes and 6 GB), and kept for the next
run unless `--remove`. Console, people and night are three processes on the same machine: what
people and night take of its processors is told beside the figures. The aims are for
`--think 1 3`: each person does something every two seconds, which is brisk. `--think 0 0.5` is the
harsher run: nobody works like that, but four times as many people would. `--night` stores a shard
of 16 calls each second or as fast as it can, which is more than a machine of two cores can hear.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.made_console import forget_sounds, make_accounts, prepare

PORT: Final = 8497
_AIMS_MS: Final = {"queue": 200, "call": 200, "verdict": 100}  # at the 95th percentile
_SHARES: Final = (0.5, 0.95, 0.99)


def serve(data: Path) -> subprocess.Popen[bytes]:
    """The console as people start it."""
    command = [sys.executable, "-m", "flows.cli", "serve", "--data", str(data), "--port", str(PORT)]
    server = subprocess.Popen(command)
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and server.poll() is None:
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


def _people(options: argparse.Namespace) -> str:
    """What the people met, as JSON."""
    command = [sys.executable, "-m", "benchmarks.console_people", str(PORT)]
    command += ["--users", str(options.users), "--seconds", str(options.seconds)]
    command += ["--think", *map(str, options.think), "--seed", str(options.seed)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _night(data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.console_night", str(data)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _peak_mb(process: int) -> float:
    text = Path(f"/proc/{process}/status").read_text("utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", text)
    return int(found[1]) / 1024 if found else 0.0


def _cpu_s(process: int) -> float:
    parts = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def told(times: Mapping[str, list[float]], failures: Mapping[str, int]) -> str:
    """The figures, a line per kind of action."""
    lines = ["kind        count   p50 ms   p95 ms   p99 ms   max ms   aim p95"]
    for kind, measured in sorted(times.items()):
        ordered = sorted(measured)
        figures = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in _SHARES]
        columns = " ".join(f"{1000 * seconds:8.0f}" for seconds in (*figures, ordered[-1]))
        aim = f"{_AIMS_MS[kind]:9}" if kind in _AIMS_MS else ""
        lines.append(f"{kind:10} {len(ordered):6} {columns} {aim}".rstrip())
    lines.append(f"failures: {dict(failures) or 'none'}")
    return "\n".join(lines)


def measure(options: argparse.Namespace) -> str:
    """One run on a folder that is there."""
    server = serve(options.data)
    night = _night(options.data) if options.night else None
    try:
        if night is not None:
            time.sleep(5.0)  # until it stores
        before, began = _cpu_s(server.pid), time.monotonic()
        night_before = _cpu_s(night.pid) if night is not None else 0.0
        met = json.loads(_people(options))
        lasted = time.monotonic() - began
        lines = [told(met["times"], met["failures"])]
        taken = _cpu_s(server.pid) - before
        lines.append(f"console: peak {_peak_mb(server.pid):.0f} MB, {taken:.1f} CPU s")
        lines.append(f"people: {met['cpu_s']:.1f} CPU s")
        if night is not None:
            night_s = _cpu_s(night.pid) - night_before
            shards = night.communicate()[0].strip()
            lines.append(f"night: {shards} shards of 16 calls, {night_s:.1f} CPU s")
        lines.append(f"lasted {lasted:.0f} s on {os.cpu_count()} cores")
    finally:
        for process in (night, server):
            if process is not None:
                process.terminate()
                process.wait()
    return "\n".join(lines)


def main() -> None:
    """Make what is missing, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, nargs=2, default=(1.0, 3.0))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--night", action="store_true")
    parser.add_argument("--remove", action="store_true")
    options = parser.parse_args()
    began = time.monotonic()
    if prepare(options.data, calls=options.calls):
        sys.stdout.write(f"{options.calls} calls made in {time.monotonic() - began:.0f} s\n")
    make_accounts(options.data, options.users)
    forget_sounds(options.data)
    try:
        sys.stdout.write(measure(options) + "\n")
    finally:
        if options.remove:
            shutil.rmtree(options.data)
    load = Path("/proc/loadavg").read_text("utf-8").split()[0]
    sys.stdout.write(f"load of the machine at the end: {load}\n")


if __name__ == "__main__":
    main()

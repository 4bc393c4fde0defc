"""A night that loads beside the console: shards of made calls, one after the other, until ended.

    python -m benchmarks.console_night DATA [--shard 16] [--pause 1]

It ends when its standard input does, and prints how many shards it stored.
"""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from benchmarks.made_console import TEMPLATES, kept_templates
from benchmarks.made_lake import add_calls, template_tables
from warehouse.connection import open_warehouse


def write_shards(data: Path, stop: threading.Event, *, shard: int, pause_s: float) -> int:
    """Store shard after shard with the pauses of hearing; how many it were."""
    tables, shards = template_tables(kept_templates(data)), 0
    with open_warehouse(data) as warehouse:
        last = warehouse.connection.sql("select max(stored_no) from scorecard_result").fetchall()
        first = int(last[0][0])
        while not stop.is_set():
            add_calls(warehouse, tables, templates=TEMPLATES, first=first, count=shard)
            first, shards = first + shard, shards + 1
            stop.wait(pause_s)
    return shards


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--shard", type=int, default=16)
    parser.add_argument("--pause", type=float, default=1.0)
    options = parser.parse_args()
    stop = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=wait, daemon=True).start()
    shards = write_shards(options.data, stop, shard=options.shard, pause_s=options.pause)
    sys.stdout.write(f"{shards}\n")


if __name__ == "__main__":
    main()

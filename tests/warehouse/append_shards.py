"""A writer of its own process: appends shards of five calls and says so after each.

Arguments: data folder, prefix of the call ids, how many shards. The project must be importable.
"""

from __future__ import annotations

import sys
from pathlib import Path

from call_examples import make_call

from warehouse.connection import open_warehouse
from warehouse.results import append_calls


def main(data_dir: str, prefix: str, shards: str) -> None:
    with open_warehouse(Path(data_dir)) as warehouse:
        for shard in range(int(shards)):
            calls = [make_call(f"{prefix}-{shard}-{k}") for k in range(5)]
            append_calls(warehouse, calls, [], night_id="n", code_version="1")
            sys.stdout.write(f"{prefix}-{shard}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

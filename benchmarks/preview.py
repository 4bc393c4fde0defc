"""How long a changed phrasebook takes to be tried on many stored calls.

    python -m benchmarks.preview [--calls 100000] [--processes 2] [--new PHRASE ...]

The calls are those of `benchmarks.made_lake`: 200 dialogues of 24 turns and more, judged by the
phrasebook that ships, each many times under other names. The change is what people make at the
desk: two phrases more in one rule.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.made_lake import BOOKS, add_calls, make_templates, template_tables
from pipeline.messages import Language
from pipeline.phrasebook import load_books
from pipeline.phrasebook_text import phrase_lists, replace_lists
from pipeline.rules import Phrasebook
from warehouse.connection import open_warehouse
from warehouse.maintenance import maintain
from warehouse.rescoring.digests import record_books
from warehouse.rescoring.plan import Rescoring
from warehouse.rescoring.preview import preview_rescoring
from warehouse.rescoring.run import Progress

_TEMPLATES, _BATCH = 200, 50_000
_RULE = "zh.buck_passing"
_NEW = ("我只是个接线的", "这事您得找校区")
_MADE_BY = "0"  # the version that the made calls name


def make_lake(data: Path, *, calls: int) -> None:
    """The calls, with the phrasebook that judged them."""
    templates = make_templates(_TEMPLATES, folder=data / "recordings")
    tables = template_tables(templates)
    with open_warehouse(data) as warehouse:
        record_books(warehouse, load_books(BOOKS).values())
        for first in range(0, calls, _BATCH):
            count = min(_BATCH, calls - first)
            add_calls(warehouse, tables, templates=_TEMPLATES, first=first, count=count)
        maintain(warehouse)


def changed_books(folder: Path, new: Sequence[str] = _NEW) -> Mapping[Language, Phrasebook]:
    """The phrasebooks that ship, with phrases more in one rule."""
    for path in BOOKS.rglob("*.toml"):
        text = path.read_text("utf-8")
        if f'id = "{_RULE}"' in text:
            phrases = phrase_lists(text, _RULE)[0].text.rstrip("\n")
            text = replace_lists(text, _RULE, {0: "\n".join((phrases, *new))})
        target = folder / path.relative_to(BOOKS)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return load_books(folder)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--data", type=Path, help="keep the calls there, and use them if they are")
    parser.add_argument("--new", nargs="+", default=_NEW, help="phrases that one rule gets")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder) / "data"
        if not data.is_dir():
            began = time.monotonic()
            make_lake(data, calls=options.calls)
            _say(f"{options.calls} calls stored in {time.monotonic() - began:.0f} s")
        asked = Rescoring(
            changed_books(Path(folder) / "books", options.new),
            _MADE_BY,
            processes=options.processes,
        )
        found = preview_rescoring(data, asked, progress=_tell_tenths())
        own, others = (
            resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        _say(
            f"{found.judged} judged in {found.elapsed_s:.1f} s by {options.processes} processes"
            f" (load {os.getloadavg()[0]:.1f}),"
            f" {others.ru_utime + others.ru_stime:.0f} CPU s in them;"
            f" {len(found.findings)} findings change, {len(found.rules)} rules judged;"
            f" peak {own.ru_maxrss / 1024:.0f} MB here, {others.ru_maxrss / 1024:.0f} MB in one"
        )


def _tell_tenths() -> Progress:
    """Says after each tenth how long it took."""
    began, told = time.monotonic(), 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if total and done * 10 // total > told:
            told = done * 10 // total
            _say(f"  {done} of {total} after {time.monotonic() - began:.0f} s")

    return tell


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""A review queue over a made lake, put into the database in one go.

What the console does by itself, a hundred calls at a time, would take half an hour for a million;
the rows are the same. The whole calls are the templates as they are, under each call's name.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from benchmarks.made_lake import FIRST_DAY
from pipeline.finding import InspectedCall
from pipeline.worth import flags_of, is_sampled, worth_of
from warehouse.decisions.documents import form, pack
from warehouse.decisions.store import open_decisions

PURPOSES = ("inbound", "callback", "complaint", "booking", "absence")  # as in made_lake.py
_BATCH = 20_000
_REVIEW = (
    "insert into review (call_id, stored_no, scoring_id, started_at, agent_id, agent_name, team,"
    " purpose, language, duration_s, points, flags, worth, sampled, state)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, 'zh', ?, ?, ?, ?, ?, 'open')"
)
_FLAG = (
    "insert into review_flag (call_id, finding_no, rule_id, probability, severity, start_s)"
    " values (?, ?, ?, ?, ?, ?)"
)
_INDEXES = (
    "select name, sql from sqlite_master where type = 'index' and sql is not null"
    " and tbl_name in ('review', 'review_flag')"
)
_WHOLE = "insert into call_document (call_id, scoring_id, form, content) values (?, ?, ?, ?)"


def fill(
    data: Path,
    templates: Sequence[InspectedCall],
    *,
    calls: int,
    lasts: int,
    whole: bool = True,
) -> None:
    """Rows for the calls numbered from 0.

    Args:
        lasts: number of storing up to which the queue is then said to be filled.
        whole: keep the whole calls beside the queue.
    """
    open_decisions(data).dispose()
    connection = sqlite3.connect(data / "decisions.sqlite")
    packed = [pack(call) for call in templates]
    flags = [flags_of(call.findings) for call in templates]
    worths = [worth_of(found, sampled=False) for found in flags]
    connection.execute("pragma cache_size = -200000")  # KiB; indexes of a million rows are sorted
    indexes = connection.execute(_INDEXES).fetchall()
    with connection:
        for name, _ in indexes:  # made at the end: a tenth of the time
            connection.execute(f"drop index {name}")
        for first in range(0, calls, _BATCH):
            numbers = range(first, min(first + _BATCH, calls))
            connection.executemany(_REVIEW, _reviews(numbers, templates, flags, worths))
            connection.executemany(
                _FLAG,
                (
                    (_name(n), f.finding_no, f.rule_id, f.probability, f.severity, f.start_s)
                    for n in numbers
                    for f in flags[n % len(templates)]
                ),
            )
            connection.executemany(
                _WHOLE,
                (
                    (_name(n), _scoring(n), form(), packed[n % len(templates)])
                    for n in numbers
                    if whole and (worths[n % len(templates)] or is_sampled(_name(n)))
                ),
            )
        connection.execute("insert into progress values ('review.stored_no', ?)", (lasts,))
        for _, statement in indexes:
            connection.execute(statement)
    connection.close()


def _reviews(
    numbers: range,
    templates: Sequence[InspectedCall],
    flags: Sequence[Sequence[object]],
    worths: Sequence[float],
) -> Iterator[tuple[object, ...]]:
    for n in numbers:
        kind = n % len(templates)
        agent = n * 7919 % 200
        started = FIRST_DAY + timedelta(seconds=n * 30 % 28_000_000)
        sampled = not flags[kind] and is_sampled(_name(n))
        yield (
            _name(n), n + 1, _scoring(n), f"{started:%Y-%m-%d %H:%M:%S.%f}", f"A{agent}",
            f"坐席{agent}", f"组{agent % 12}", PURPOSES[n * 31 % 5],
            templates[kind].recording.duration_s, float(templates[kind].scorecard.points),
            len(flags[kind]), 0.5 if sampled else worths[kind], sampled,
        )  # fmt: skip


def _name(number: int) -> str:
    return f"call-{number:07d}"


def _scoring(number: int) -> str:
    return hashlib.md5(f"s{number}".encode(), usedforsecurity=False).hexdigest()

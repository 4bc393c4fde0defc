"""Records of calls, and the summary of call-backs, from their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Final

from pipeline.errors import TingjianError
from pipeline.messages import say
from reports.blocks import Entry, Report
from reports.complaints import complaint_entries
from reports.framing import frame
from reports.kinds import Form, Kind
from reports.order import Order, Source, nothing
from reports.reading import Reading, read_period
from reports.records import (
    CALLBACKS,
    COMPLAINTS,
    PAPER_MOST,
    QUESTIONS,
    Recorded,
    RecordedCall,
    by_call,
    callback_entries,
    calls_of,
    contacts_of,
    hear,
    promised_in,
    record_blocks,
    record_table,
)
from reports.summary import (
    RULES,
    WORDS_MOST,
    Purpose,
    Summed,
    outcomes_table,
    summary_blocks,
    words_table,
)
from warehouse.questions.promised import PromiseGroup

_FAULTS_MOST: Final = 100_000


def make_record(order: Order, source: Source) -> Report:
    """The callback record or the complaint record.

    Raises: TingjianError if there is nothing to record, or too much for paper.
    """
    complaints = order.kind is Kind.COMPLAINTS
    purposes = COMPLAINTS if complaints else CALLBACKS
    entries: Callable[[Recorded, RecordedCall], tuple[Entry, ...]]
    entries = complaint_entries if complaints else callback_entries
    with _read(order, source) as reading:
        calls = calls_of(reading, purposes)
        _check(order, source, reading, calls)
        contacts = contacts_of(reading, purposes) if complaints else {}
        faults = reading.faults(("confirmed", "open"), most=_FAULTS_MOST) if complaints else ()
    heard, asked = hear(source.warehouse, calls, source.books.values())
    recorded = Recorded(
        language=order.language,
        calls=calls,
        heard=heard,
        asked=asked,
        promises=promised_in(source.warehouse, calls, source.promises.rules),
        contacts=contacts,
        faults=by_call(faults),
        titles=source.titles,
    )
    filled = {call.call_id: entries(recorded, call) for call in calls}
    title = say(f"reports.kind_{order.kind}", order.language)
    how = "complaints_how" if complaints else "record_how"
    return frame(
        order,
        record_blocks(recorded, filled, how=how),
        (record_table(recorded, filled, title=title),),
    )


def make_summary(order: Order, source: Source) -> Report:
    """The callback summary. Raises: TingjianError if nobody was called back."""
    with _read(order, source) as reading:
        rows = reading.ask("report_purposes", {"purposes": list(CALLBACKS)})
        if not rows:
            _check(order, source, reading, ())
        outcomes: defaultdict[str, dict[str, int]] = defaultdict(dict)
        values = {"purposes": list(CALLBACKS), "rules": list(RULES)}
        for rule, outcome, count in reading.ask("report_outcomes", values):
            outcomes[rule][outcome] = count
        ((made, undated, kept, late, broken),) = reading.ask(
            "report_promises", {"purposes": list(CALLBACKS)}
        )
        calls = calls_of(reading, CALLBACKS)
        asked_in = {row[0] for row in reading.ask("report_asked", {"rule": _QUESTIONS_RULE})}
        complaints = [c for c in calls_of(reading, COMPLAINTS) if c.customer_ref and c.local_at]
        contacts = contacts_of(reading, COMPLAINTS)
    quoted = [call for call in calls if call.call_id in asked_in][:WORDS_MOST]
    heard, asked = hear(source.warehouse, quoted, source.books.values())
    recorded = Recorded(order.language, quoted, heard, asked, {}, {}, {}, source.titles)
    summed = Summed(
        recorded=recorded,
        purposes=tuple(Purpose(*row) for row in rows),
        outcomes=outcomes,
        promises=PromiseGroup(None, None, made, undated, kept, late, broken, 0, 0),
        complaints=len(complaints),
        contacts=contacts,
    )
    tables = (outcomes_table(summed), words_table(summed))
    return frame(order, summary_blocks(summed), tables)


_QUESTIONS_RULE: Final = QUESTIONS["advice"][0]


def _read(order: Order, source: Source) -> AbstractContextManager[Reading]:
    return read_period(
        source.warehouse,
        source.decisions,
        order.period,
        books=source.books.values(),
        agent_id=order.agent_id,
        released_only=order.released_only,
    )


def _check(order: Order, source: Source, reading: Reading, calls: Sequence[RecordedCall]) -> None:
    """Raises: TingjianError if there is nothing to record, or too much for paper."""
    if order.form is Form.PDF and len(calls) > PAPER_MOST:
        raise TingjianError("reports.too_many", count=len(calls), most=PAPER_MOST)
    if calls:
        return
    if reading.figures().now is None:
        raise nothing(order, source)
    kind = say(f"reports.kind_{order.kind}", order.language)
    raise TingjianError("reports.no_records", period=order.period.name, kind=kind)

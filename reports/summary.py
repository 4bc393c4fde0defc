"""The callback summary, 《回访总结报告》(002:265): what the call-backs of a period came to.

The figures and the customers' words are filled in; analysis, measures and who answers for them
(001:4, 003:281) are for a person to write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.intervals import share
from pipeline.messages import say
from reports.blocks import (
    Block,
    Column,
    Entry,
    Heading,
    Record,
    Signatures,
    Table,
    Text,
    Tile,
    Tiles,
    Value,
)
from reports.records import QUESTIONS, Contact, Recorded
from warehouse.questions.promised import PromiseGroup

RULES: Final = (  # what call-backs are judged by, in the order of the norm
    *("zh.opener.callback", "zh.satisfaction.topics", "zh.satisfaction.questions"),
    *("zh.satisfaction.thanks", "zh.absence.reason", "zh.absence.leave_rule"),
    *("zh.complaint.solution", "zh.renewal.offer", "zh.callback.length"),
)
WORDS_MOST: Final = 40  # calls whose customers are quoted
_CLOSED_DAYS: Final = 7.0
_SAID: Final = ("problem", "wish", "advice")


@dataclass(frozen=True, slots=True)
class Purpose:
    """Call-backs of one purpose."""

    name: str
    calls: int
    failed: int
    customers: int
    agents: int
    duration_s: float  # median


@dataclass(frozen=True, slots=True)
class Summed:
    """What the summary is made of."""

    recorded: Recorded  # the calls whose customers are quoted
    purposes: Sequence[Purpose]
    outcomes: Mapping[str, Mapping[str, int]]  # calls by rule and outcome
    promises: PromiseGroup | None
    complaints: int  # with a known customer
    contacts: Mapping[str, Sequence[Contact]]  # later calls to them, by complaint


def summary_blocks(summed: Summed) -> tuple[Block, ...]:
    """The whole summary but for its title."""
    t = summed.recorded.say
    return (
        _tiles(summed),
        Heading(t("callbacks_made")),
        _purposes(summed),
        Heading(t("callbacks_judged")),
        outcomes_table(summed),
        Text(t("callbacks_how"), "note"),
        Heading(t("customers_said")),
        words_table(summed),
        Heading(t("to_write")),
        Record(
            t("to_write_title"),
            tuple(
                Entry(t(name), wide=True, blank=True)
                for name in ("main_problems", "causes", "measures", "responsible", "archived")
            ),
        ),
        Signatures((t("sign_writer"), t("sign_supervisor"), t("sign_date"))),
    )


def _tiles(summed: Summed) -> Tiles:
    t, promises = summed.recorded.say, summed.promises
    calls = sum(p.calls for p in summed.purposes)
    closed = sum(
        any(c.after_days <= _CLOSED_DAYS for c in some) for some in summed.contacts.values()
    )
    kept = (
        share(promises.kept, promises.kept + promises.late + promises.broken) if promises else None
    )
    note = t("promises_note", made=promises.made, broken=promises.broken) if promises else ""
    return Tiles(
        (
            Tile(t("callbacks"), calls,
                 note=t("customers_reached", count=sum(p.customers for p in summed.purposes))),
            Tile(t("convenience_asked"), _met(summed, "zh.opener.callback"), "share",
                 t("by_machine")),
            Tile(t("promises_kept"), kept, "share", note),
            Tile(t("complaints_closed"), share(closed, summed.complaints), "share",
                 t("complaints_note", count=summed.complaints, days=int(_CLOSED_DAYS))),
        )
    )  # fmt: skip


def _met(summed: Summed, rule: str) -> Value:
    counts = summed.outcomes.get(rule, {})
    return share(counts.get("met", 0), counts.get("met", 0) + counts.get("missed", 0))


def _purposes(summed: Summed) -> Table:
    t = summed.recorded.say
    columns = (
        Column(t("occasion"), width=2),
        Column(t("callbacks"), "count"),
        Column(t("customers"), "count"),
        Column(t("agents"), "count"),
        Column(t("median_length"), "place"),
        Column(t("failed_calls"), "count", 1.4),
    )
    rows = tuple(
        (say(f"pages.purpose_{p.name}", summed.recorded.language), p.calls, p.customers, p.agents,
         p.duration_s, p.failed)
        for p in summed.purposes
    )  # fmt: skip
    return Table(t("callbacks_made"), columns, rows, t("no_calls_here"))


def outcomes_table(summed: Summed) -> Table:
    """How the rules about call-backs came out."""
    t = summed.recorded.say
    columns = (
        Column(t("rule"), width=3),
        Column(t("judged_calls"), "count"),
        Column(t("as_wanted"), "share", 2.4),
    )
    rows = []
    for rule in RULES:
        counts = summed.outcomes.get(rule, {})
        good = counts.get("met", 0) + counts.get("clear", 0)
        judged = good + counts.get("missed", 0) + counts.get("violated", 0)
        if judged:
            told = share(good, judged)
            rows.append((summed.recorded.titles.get(rule, rule), judged, told))
    return Table(t("callbacks_judged"), columns, tuple(rows), t("nothing_judged"))


def words_table(summed: Summed) -> Table:
    """What customers answered to the questions for problems, wishes and advice."""
    recorded = summed.recorded
    t = recorded.say
    columns = (
        Column(t("asked_for"), width=1.7),
        Column(t("answer"), width=4),
        Column(t("customer"), width=1.4),
        Column(t("call"), width=1.8),
    )
    rows = [
        (t(name), asked.answer, call.customer_ref or t("unknown"), call.call_id)
        for name in _SAID
        for call in recorded.calls
        for asked in recorded.asked.get(call.call_id, ())
        if (asked.rule_id, asked.step) == QUESTIONS[name] and asked.answer
    ]
    return Table(t("customers_said"), columns, tuple(rows), t("nobody_said"))

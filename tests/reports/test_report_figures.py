"""The figures of reports over a month that can be added up by hand; see small_month.py."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from small_month import number_of, say_of

from pipeline.intervals import Interval
from pipeline.messages import LANGUAGES, Language, say
from reports.blocks import Block, Heading, Record, Report, Table, Text, Tiles
from reports.kinds import Form, Kind
from reports.making import make
from reports.order import Order, Source
from reports.period import Period, day_of, month_of
from reports.quality import find_changes
from reports.reading import Figures, RuleTotals, read_period
from warehouse.connection import open_warehouse
from warehouse.decisions.accounts import accounts
from warehouse.decisions.store import open_decisions
from warehouse.decisions.verdicts import decide

NOVEMBER = month_of("2026-11")
FRIDAY = day_of("2026-11-20")


def figures(source: Source, period: Period, **only: object) -> Figures:
    books = source.books.values()
    with read_period(source.warehouse, source.decisions, period, books=books, **only) as reading:
        return reading.figures()


def tables(blocks: Iterable[Block]) -> dict[str, Table]:
    return {block.name: block for block in blocks if isinstance(block, Table)}


def texts(blocks: Iterable[Block]) -> str:
    return "\n".join(b.text for b in blocks if isinstance(b, Heading | Text))


def ordered(source: Source, kind: Kind, period: Period, **how: object) -> Report:
    return make(Order(kind, period, "zh", **how), source)


def test_a_day_is_that_of_the_calls_own_clocks(source: Source):
    # n20-3 began at 23:30 in China, which is 15:30 UTC; all of six calls are of the 20th there
    now = figures(source, FRIDAY).now
    assert now is not None
    assert (now.calls, now.failed, now.judged, now.agents) == (6, 1, 5, 2)
    before = figures(source, FRIDAY).before
    assert before is not None
    assert (before.calls, before.judged) == (2, 2)


def test_scores_are_added_up_exactly(source: Source):
    now = figures(source, FRIDAY).now
    assert now is not None
    # 97 twice (faults of 4, credits of 1), 100 three times
    assert now.points == 494.0
    assert now.points_squared == 2 * 9409.0 + 3 * 10000.0
    assert now.passed == 5


def test_what_people_said_divides_the_flags(source: Source):
    rules = {rule.rule_id: rule for rule in figures(source, FRIDAY).rules}
    unclear, buck = rules["zh.T10.improper"], rules["zh.buck_passing"]
    assert (unclear.flagged, unclear.confirmed, unclear.wrong, unclear.open) == (2, 1, 1, 0)
    assert (buck.flagged, buck.confirmed, buck.wrong, buck.open) == (2, 1, 0, 1)
    faults = figures(source, FRIDAY).faults_by_agent["A1"]
    assert (faults.confirmed, faults.open, faults.wrong, faults.calls_confirmed) == (2, 1, 1, 1)


def test_a_fault_that_a_person_adds_counts_and_one_of_swapped_roles_does_not(month: Path):
    engine = open_decisions(month)
    (by,) = (person.account_id for person in accounts(engine))
    scoring, _, _ = number_of(month, "n20-5", "zh.opener.inbound")
    value = {"rule_id": "zh.argument", "start": 3.0, "end": 4.0, "quote": "您别说了"}
    decide(engine, "n20-5", scoring, "added", value, by=by)
    say_of(engine, month, "n20-2", "zh.buck_passing", "confirmed", by=by)
    twisted, _, _ = number_of(month, "n20-2", "zh.opener.inbound")
    decide(engine, "n20-2", twisted, "roles", {}, by=by)
    with open_warehouse(month, read_only=True) as warehouse:
        from small_month import BOOKS

        from pipeline.phrasebook import load_books

        source = Source(warehouse, engine, load_books(BOOKS))
        found = figures(source, FRIDAY)
        report = ordered(source, Kind.AGENT, FRIDAY, agent_id="A2")
    engine.dispose()
    assert found.faults_by_agent["A2"].confirmed == 1
    assert found.faults_by_agent["A1"].confirmed == 2  # both of n20-1
    added = tables(report.blocks)[say("reports.confirmed_faults", "zh")]
    assert [(row[0], row[3]) for row in added.rows] == [("n20-5", "您别说了")]


def test_only_confirmed_faults_are_listed_in_a_sheet(source: Source):
    report = ordered(source, Kind.AGENT, NOVEMBER, agent_id="A1")
    listed = tables(report.blocks)[say("reports.confirmed_faults", "zh")]
    assert {row[0] for row in listed.rows} == {"n20-1"}
    assert sorted(row[6] for row in listed.rows) == [-3, -1]
    assert all(row[4] for row in listed.rows), "each with better words"
    assert {row[5] for row in listed.rows} == {"002:137", "002:190"}
    told = texts(report.blocks)
    assert "推诿 × 1" in told  # n20-2, which nobody looked at
    assert say("reports.machine_only_title", "zh") in told


def test_an_agent_gets_released_calls_only_and_nobody_beside(source: Source):
    report = ordered(source, Kind.AGENT, NOVEMBER, agent_id="A1", released_only=True)
    tiles = next(block for block in report.blocks if isinstance(block, Tiles))
    assert tiles.tiles[0].value == 1  # n20-1
    beside = tables(report.blocks)[say("reports.beside_others", "zh")]
    assert [row[0] for row in beside.rows] == [say("reports.this_agent", "zh")]
    assert "推诿 × 1" not in texts(report.blocks)


def test_all_sheets_are_in_the_order_of_the_agents(source: Source):
    report = ordered(source, Kind.AGENT, NOVEMBER)
    names = [b.text for b in report.blocks if isinstance(b, Heading) and b.level == 3]
    assert [name.split(" · ")[1] for name in names] == ["A1", "A2", "A3", "A4"]


def test_an_interval_stands_beside_every_share(source: Source):
    report = ordered(source, Kind.DAILY, FRIDAY)
    tiles = {t.label: t.value for b in report.blocks if isinstance(b, Tiles) for t in b.tiles}
    passed = tiles[say("reports.pass_share", "zh")]
    # Wilson's interval of 5 in 5: 5 / (5 + 1.96²)
    assert isinstance(passed, Interval)
    assert (passed.value, passed.high) == (1.0, 1.0)
    assert passed.low == pytest.approx(0.5655, abs=1e-4)
    promises = tiles[say("reports.promises_kept", "zh")]
    assert isinstance(promises, Interval)  # of the complaint; kept by the call of the day after
    assert promises.value == 1.0


def test_a_change_is_told_only_beyond_chance():
    def rule(name: str, judged: int, flagged: int, before: int, then: int) -> RuleTotals:
        return RuleTotals(name, judged, flagged, before, then, 0, 0, 0, 0, 0)

    noise = [rule(f"noise-{n}", 40, 5 + n % 3, 40, 5) for n in range(20)]
    real = rule("real", 200, 60, 200, 20)
    few = rule("few", 5, 5, 5, 0)
    found = find_changes([*noise, real, few])
    assert [change.rule.rule_id for change in found] == ["real"]
    assert found[0].difference.value == pytest.approx(0.2)


def record(source: Source, kind: Kind, call_id: str, **how: object) -> dict[str, object]:
    report = ordered(source, kind, NOVEMBER, **how)
    forms = {b.title.split(". ")[1]: b for b in report.blocks if isinstance(b, Record)}
    return {entry.label: entry.value for entry in forms[call_id].entries}


def test_the_callback_record_has_the_answers_to_the_norms_questions(source: Source):
    told = record(source, Kind.CALLBACKS, "n21-2")
    assert told[say("reports.customer", "zh")] == "K-8"
    assert told[say("reports.called_at", "zh")] == "2026-11-21 10:00"
    assert told[say("reports.satisfied", "zh")] == "答：老师教得很好，就是停车不方便"
    assert told[say("reports.problem", "zh")] == "答：校区门口没有车位"
    assert told[say("reports.wish", "zh")] == say("reports.not_asked", "zh")
    assert told[say("reports.advice", "zh")] == "答：希望周末多开一个下午的班"


def test_an_absence_record_has_the_reason_and_whether_the_rule_was_told(source: Source):
    told = record(source, Kind.CALLBACKS, "n21-3")
    assert told[say("reports.absence_reason", "zh")] == "答：孩子发烧了，忘了请假"
    assert told[say("reports.leave_rule", "zh")] == say("reports.was_done", "zh")


def test_the_complaint_record_follows_the_complaint_to_the_call_back(source: Source):
    told = record(source, Kind.COMPLAINTS, "n20-4")
    assert "上周的课被取消了" in str(told[say("reports.complaint_words", "zh")])
    assert say("reports.apology", "zh") in str(told[say("reports.handling", "zh")])
    promise = str(told[say("reports.promise", "zh")])
    assert "2026-11-21 17:00" in promise
    assert say("promises.state_kept", "zh") in promise
    assert "n21-1" in str(told[say("reports.followed_up", "zh")])
    other = record(source, Kind.COMPLAINTS, "n21-4")
    assert other[say("reports.followed_up", "zh")] == say("reports.no_contact", "zh")
    assert say("reports.quality_open", "zh", rules="").rstrip() in str(
        other[say("reports.quality", "zh")]
    )


def test_the_summary_counts_call_backs_and_followed_up_complaints(source: Source):
    report = ordered(source, Kind.SUMMARY, NOVEMBER)
    tiles = {t.label: t.value for b in report.blocks if isinstance(b, Tiles) for t in b.tiles}
    assert tiles[say("reports.callbacks", "zh")] == 3
    closed = tiles[say("reports.complaints_closed", "zh")]
    assert isinstance(closed, Interval)
    assert closed.value == 0.5  # one of two
    said = tables(report.blocks)[say("reports.customers_said", "zh")]
    assert ("校区门口没有车位", "K-7") in {(row[1], row[2]) for row in said.rows}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_can_be_told_in_every_language(kind: Kind, language: Language, source: Source):
    report = make(Order(kind, NOVEMBER, language, Form.XLSX), source)
    assert report.blocks
    assert report.tables[0].rows

"""The ledger as people keep it, in a real database; points by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from small_books import inspected, make_books

from pipeline.call import CallMetadata, Purpose
from pipeline.errors import MetadataError, UsageError
from pipeline.incident import Incident, key_of, month_after, months_before
from pipeline.incident_table import read_incidents
from pipeline.ledger import Item, LedgerRules, Level
from pipeline.review import Verdict
from pipeline.settings_ledger import LedgerSettings
from warehouse.decisions import audit
from warehouse.decisions.accounts import create_account
from warehouse.decisions.closed_months import closed_months
from warehouse.decisions.ledger import (
    add_imported,
    close_month,
    dismiss,
    pending,
    post,
)
from warehouse.decisions.ledger_reading import entries_of, statements
from warehouse.decisions.ledger_reversal import reverse, reverse_for_call
from warehouse.decisions.store import open_decisions, writing
from warehouse.ledger_proposals import incidents_of_calls
from warehouse.results import append_calls
from warehouse.stored import read_call

RULES = LedgerRules()


@pytest.fixture
def engine(tmp_path):
    return open_decisions(tmp_path / "data")


@pytest.fixture
def chief(engine):
    return create_account(
        engine, login="chief", name="主管", role="supervisor", password="long enough 1"
    )


@pytest.fixture
def inspector(engine):
    return create_account(
        engine, login="ann", name="质检员", role="inspector", password="long enough 1"
    )


def complaint(number, day=3, *, month=11, agent="A1", item=Item.ATTITUDE):
    moment = date(2026, month, day)
    call_id = f"c-{month}-{number}"
    cause = {"rule_id": "zh.argument"}
    return Incident(key_of("call", call_id, item), agent, item, moment, 1, None, call_id, cause)


def points(engine, month="2026-11", agent="A1"):
    return statements(engine, month, RULES)[agent].points


def test_only_what_a_person_posts_counts(engine, chief):
    waiting = [complaint(1), complaint(2), complaint(3)]
    assert pending(engine, "2026-11", waiting) == tuple(sorted(waiting, key=lambda i: i.key))
    assert statements(engine, "2026-11", RULES) == {}
    post(engine, waiting[0], by=chief)
    assert points(engine) == 9
    dismiss(engine, waiting[1], by=chief, reason="不是投诉坐席")
    assert [i.key for i in pending(engine, "2026-11", waiting)] == [waiting[2].key]
    assert points(engine) == 9
    assert [(e.kind, e.account_id) for e in entries_of(engine, "2026-11")] == [
        ("post", chief.account_id),
        ("dismiss", chief.account_id),
    ]
    assert audit.verify(engine) == 3  # the account, the posting, the dismissal


def test_the_third_complaint_makes_it_five_and_taking_one_back_makes_it_two(engine, chief):
    numbers = [post(engine, complaint(n), by=chief) for n in range(3)]
    assert points(engine) == 5
    assert statements(engine, "2026-11", RULES)["A1"].level is Level.WARNING
    reverse(engine, numbers[1], by=chief, reason="申诉成立", rules=RULES)
    assert points(engine) == 8
    with pytest.raises(UsageError, match="no standing posting"):
        reverse(engine, numbers[1], by=chief, reason="again", rules=RULES)


def test_an_accepted_appeal_takes_back_what_its_finding_had_cost_once(engine, chief):
    post(engine, complaint(1), by=chief)
    post(engine, complaint(2), by=chief)
    found = {"by": chief, "reason": "appeal 7", "rules": RULES}
    with writing(engine).begin() as connection:
        assert reverse_for_call(connection, "c-11-1", "zh.profanity", **found) == ()  # another rule
        assert len(reverse_for_call(connection, "c-11-1", "zh.argument", **found)) == 1
        assert reverse_for_call(connection, "c-11-1", "zh.argument", **found) == ()
    assert points(engine) == 9
    assert pending(engine, "2026-11", [complaint(1)]) == ()  # it is not proposed again


def test_a_closed_month_stays_and_what_it_took_wrongly_comes_back_in_the_next(engine, chief):
    numbers = [post(engine, complaint(n), by=chief) for n in range(3)]
    digest = close_month(engine, "2026-11", by=chief, rules=RULES)
    assert len(digest) == 64
    assert closed_months(engine) == {"2026-11"}
    with pytest.raises(UsageError, match="closed"):
        post(engine, complaint(9), by=chief)
    reverse(engine, numbers[0], by=chief, reason="申诉成立", rules=RULES)
    assert points(engine) == 5  # as it was closed
    post(engine, complaint(1, month=12), by=chief)
    post(engine, complaint(2, month=12), by=chief)
    # December: 10 - 1 - 1 + (5 - 2), at most 10
    assert points(engine, "2026-12") == 10
    reverse(engine, numbers[1], by=chief, reason="申诉成立", rules=RULES)
    given = [e.points for e in entries_of(engine, "2026-12") if e.item is Item.CORRECTION]
    assert given == [D(-3), D(-1)]  # 5 - 2, then 2 - 1


def test_other_rules_later_change_no_closed_month(engine, chief):
    for number in range(3):
        post(engine, complaint(number), by=chief)
    close_month(engine, "2026-11", by=chief, rules=RULES)
    other = LedgerRules(tiers_add=True)
    assert statements(engine, "2026-11", other)["A1"].points == 5


def test_months_are_closed_in_order_and_only_when_all_is_decided(engine, chief, tmp_path):
    post(engine, complaint(1), by=chief)
    post(engine, complaint(1, month=12), by=chief)
    with pytest.raises(UsageError, match="2026-11"):
        close_month(engine, "2026-12", by=chief, rules=RULES)
    late = Incident("k", "A1", Item.LATE, date(2026, 11, 4))
    assert add_imported(engine, [late], by=chief) == 1
    assert add_imported(engine, [late], by=chief) == 0
    with pytest.raises(UsageError, match="wait"):
        close_month(engine, "2026-11", by=chief, rules=RULES)
    post(engine, late, by=chief)
    close_month(engine, "2026-11", by=chief, rules=RULES)
    assert points(engine) == D("8.5")


def test_a_streak_counts_closed_months_before(engine, chief):
    rules = LedgerRules(streak_at=D(5))
    for month in (9, 10, 11):
        for number in range(3):
            post(engine, complaint(number, month=month), by=chief)
        if month < 11:
            close_month(engine, f"2026-{month:02}", by=chief, rules=rules)
    found = statements(engine, "2026-11", rules)["A1"]
    assert (found.streak, found.level) == (3, Level.SEVERE)


def test_inspectors_cannot_post(engine, inspector):
    with pytest.raises(UsageError, match="ann may not"):
        post(engine, complaint(1), by=inspector)
    assert entries_of(engine, "2026-11") == ()


def test_unfinished_work_is_valued_by_a_person_within_the_range(engine, chief):
    work = Incident("u", "A1", Item.UNFINISHED, date(2026, 11, 4))
    for wrong in (None, D("0.4"), D("1.5"), D("NaN")):
        with pytest.raises(UsageError, match=r"0\.5 to 1"):
            post(engine, work, by=chief, points=wrong)
    post(engine, work, by=chief, points=D("0.5"))
    assert points(engine) == D("9.5")
    with pytest.raises(UsageError, match="fixed"):
        post(engine, complaint(1), by=chief, points=D(1))


def test_a_file_of_incidents_is_read_and_each_fault_named(tmp_path):
    good = tmp_path / "good.csv"
    good.write_text(
        "agent_id,day,item,quantity,points,note\n"
        "A1,2026-11-03,迟到,,,\nA1,2026-11-03,迟到,,,\nA2,2026-11-05,unfinished,1,0。5,日报\n",
        "utf-8-sig",
    )
    first, second, third = read_incidents(good)
    assert (first.item, first.day, first.quantity) == (Item.LATE, date(2026, 11, 3), 1)
    assert first.key != second.key  # late twice on one day
    assert third.points == D("0.5")
    assert [i.key for i in read_incidents(good)] == [first.key, second.key, third.key]
    bad = tmp_path / "bad.csv"
    bad.write_text("agent_id,day,item,quantity,points\n,3.11.,nap,x,7\nA1,2026-11-03,late,,\n")
    with pytest.raises(MetadataError) as told:
        read_incidents(bad)
    text = told.value.text("en")
    for part in (
        "row 2, agent_id",
        "row 2, day",
        "row 2, item",
        "row 2, quantity",
        "row 2, points",
    ):
        assert part in text
    assert told.value.values["count"] == 5
    none = tmp_path / "none.csv"
    none.write_text("agent,when\nA1,2026-11-03\n")
    with pytest.raises(MetadataError, match="column agent_id is missing"):
        read_incidents(none)


def test_complaint_calls_propose_and_flags_that_people_called_false_do_not(warehouse, tmp_path):
    book = make_books(tmp_path / "books")["zh"]
    settings = LedgerSettings(attitude_rules=("zh.rude", "zh.ignorance"), slow_rules=())

    def call(call_id, said, *, purpose=Purpose.COMPLAINT, month=11):
        moment = datetime(2026, month, 30, 20, tzinfo=UTC)
        known = CallMetadata(
            call_id, language="zh", agent_id="A1", purpose=purpose, started_at=moment
        )
        return inspected(call_id, said, book, known)

    both = "agent: 您好\ncustomer: 我要投诉\nagent: 我不知道，你自己想办法\n"
    calls = [
        call("both", both),
        call("polite", "agent: 您好\ncustomer: 我要投诉\nagent: 好的\n"),
        call("no complaint", both, purpose=Purpose.INBOUND),
        call("other month", both, month=10),
        call("false", "agent: 您好\ncustomer: 我要投诉\nagent: 你自己想办法\n"),
    ]
    append_calls(warehouse, calls, [], night_id="n", code_version="1")
    wrong = {(read_call(warehouse, "false").scoring_id, 3): Verdict.FALSE}
    (found,) = incidents_of_calls(warehouse, "2026-11", settings, verdicts=wrong)
    assert (found.call_id, found.agent_id, found.item) == ("both", "A1", Item.ATTITUDE)
    assert found.cause["rule_id"] in ("zh.rude", "zh.ignorance")
    assert found.cause["start"] is not None


def test_months_are_counted_over_the_year():
    assert month_after("2026-12") == "2027-01"
    assert months_before("2026-02", 3) == ("2026-01", "2025-12", "2025-11")

"""Promises by the page: the lake's own sums and pages are those of the rules of settling."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from small_books import inspected, make_books

from pipeline.call import CallMetadata, Purpose
from pipeline.promise import PromiseRules, PromiseState
from warehouse.promise_pages import (
    PromiseFilter,
    Slice,
    count_found,
    page_promises,
    sum_promises,
)
from warehouse.promises import call_backs, count_promises, list_promises
from warehouse.results import append_calls, insert_tables
from warehouse.rows import table_of
from warehouse.writing import write

ZONE = timezone(timedelta(hours=8))
BEGIN = datetime(2026, 11, 24, 16, tzinfo=UTC)  # the day begins in ZONE
RULES = [PromiseRules(), PromiseRules(grace=timedelta(0), any_contact=True)]


@pytest.fixture(scope="module")
def made(module_warehouse, tmp_path_factory):
    """Fifty calls of twelve customers and nobody within two days, with every kind of promise."""
    draw = random.Random(11)
    book = make_books(tmp_path_factory.mktemp("books"))["zh"]
    warehouse = module_warehouse

    def moment(days: int = 2):
        return BEGIN + timedelta(minutes=15 * draw.randrange(96 * days))

    calls = []
    for number in range(50):
        known = CallMetadata(
            f"c-{number:02}",
            language="zh",
            agent_id=draw.choice(["A1", "A2", "A3", None]),
            customer_ref=draw.choice([*(f"k-{n}" for n in range(12)), None]),
            direction=draw.choice(["inbound", "outbound", None]),
            purpose=draw.choice([None, Purpose.OTHER, Purpose.CALLBACK, Purpose.BOOKING]),
            started_at=moment().astimezone(ZONE),
        )
        calls.append(inspected(known.call_id, "agent: 您好", book, known))
    append_calls(warehouse, calls, [], night_id="n", code_version="1")
    found = "select call_id, scoring_id, result_id from scorecard_result"
    ids = {row[0]: row[1:] for row in warehouse.connection.execute(found).fetchall()}
    rows = []
    for call in draw.sample(calls, 35):
        call_id = call.metadata.call_id
        for number in range(draw.randrange(1, 3)):
            spoken = draw.choice([call.metadata.started_at, call.metadata.started_at, None])
            dated = draw.random() < 0.7
            rows.append(
                (
                    *(*ids[call_id], call_id, number, 0, 1.0, 2.0, "q"),
                    draw.choice(["contact", "contact", "deed"]),
                    "半小时后" if dated else None,
                    spoken,
                    moment(4) if dated and draw.random() < 0.8 else None,
                )
            )
    write(
        warehouse,
        lambda connection: insert_tables(
            connection, {"promise_result": table_of("promise_result", rows)}
        ),
    )
    return warehouse


@pytest.mark.parametrize("rules", RULES)
def test_the_lake_settles_promises_as_the_rules_do(made, rules):
    expected = list_promises(made, rules=rules)
    assert {p.state for p in expected} == set(PromiseState)  # of each there is one
    assert page_promises(made, PromiseFilter(), rules=rules) == expected
    assert count_found(made, PromiseFilter(), rules=rules) == len(expected)


@pytest.mark.parametrize("rules", RULES)
def test_filters_leave_what_they_say_and_pages_make_up_the_whole(made, rules):
    every = list_promises(made, rules=rules)
    day = date(2026, 11, 26)
    for wanted, expected in (
        (PromiseFilter(agent_id="A1"), [p for p in every if p.agent_id == "A1"]),
        (PromiseFilter(customer_ref="k-2"), [p for p in every if p.customer_ref == "k-2"]),
        (
            PromiseFilter(state=PromiseState.BROKEN),
            [p for p in every if p.state is PromiseState.BROKEN],
        ),
        (PromiseFilter(call_backs_on=day), call_backs(every, day)),
    ):
        count = count_found(made, wanted, rules=rules)
        pages = [
            promise
            for offset in range(0, count, 4)
            for promise in page_promises(made, wanted, rules=rules, part=Slice(offset, 4))
        ]
        assert (count, pages) == (len(expected), list(expected))


@pytest.mark.parametrize("by_customer", [False, True])
def test_sums_by_the_page_are_those_of_all_promises(made, by_customer):
    expected = count_promises(list_promises(made, rules=RULES[0]), by_customer=by_customer)

    def sums(*part: int):
        return sum_promises(
            made, PromiseFilter(), rules=RULES[0], by_customer=by_customer, part=Slice(*part)
        )

    assert sums(0, 100).counts == expected
    pages = [each for offset in range(0, len(expected), 2) for each in sums(offset, 2).counts]
    assert tuple(pages) == expected
    assert sums(0, 1).total == sums(99, 1).total == len(expected)

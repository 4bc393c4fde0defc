"""Stored promises: found once, settled by later calls with the same customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from small_books import inspected, make_books

from pipeline.call import CallMetadata
from pipeline.office_hours import OfficeHours
from pipeline.promise import PromiseRules, PromiseState
from warehouse.promises import call_backs, count_promises, find_new_promises, list_promises
from warehouse.results import append_calls

ZONE = timezone(timedelta(hours=8))
RULES = PromiseRules()


def test_a_promise_is_settled_by_the_next_call_to_the_same_customer(warehouse, tmp_path):
    book = make_books(tmp_path / "books")["zh"]

    def call(call_id, hour, customer, said="agent: 您好", *, agent="A1", direction="inbound"):
        moment = datetime(2026, 11, 25, hour, tzinfo=ZONE)
        known = CallMetadata(
            call_id,
            language="zh",
            agent_id=agent,
            customer_ref=customer,
            direction=direction,
            started_at=moment,
        )
        return inspected(call_id, said, book, known)

    soon = "agent: 您好，半小时后给您回电话"
    calls = [
        call("kept", 9, "k-1", "agent: 您好，下午四点半我给您打电话"),
        call("back", 16, "k-1", direction="outbound"),
        call("broken", 9, "k-2", soon),
        call("other", 10, "k-2"),  # the customer calls again: not what was promised
        call("open", 15, "k-3", "agent: 您好，明天上午给您回电话", agent="A2"),
        call("nobody", 9, None, soon, agent="A2"),
    ]
    append_calls(warehouse, calls, [], night_id="n", code_version="1")
    assert find_new_promises(warehouse, OfficeHours()) == 4
    assert find_new_promises(warehouse, OfficeHours()) == 0
    found = {p.call_id: p for p in list_promises(warehouse, rules=RULES)}
    assert {c: str(p.state) for c, p in found.items()} == {
        "kept": "kept",
        "broken": "broken",
        "open": "open",
        "nobody": "unverifiable",
    }
    assert found["kept"].settlement.kept_by == "back"
    assert found["kept"].promise.due_at == datetime(2026, 11, 25, 16, 30, tzinfo=ZONE)
    assert found["kept"].promise.due_at.utcoffset() == timedelta(hours=8)
    backs = call_backs(found.values(), date(2026, 11, 26))
    assert [p.call_id for p in backs] == ["broken", "open"]
    assert [p.call_id for p in call_backs(found.values(), date(2026, 11, 25))] == ["broken"]
    counts = {c.name: c for c in count_promises(found.values())}
    assert (counts["A1"].made, counts["A1"].by_state[PromiseState.BROKEN]) == (2, 1)
    by_customer = count_promises(found.values(), by_customer=True)
    assert by_customer[0].name == "k-2"


def test_a_call_that_was_inspected_anew_has_its_promises_once(warehouse, tmp_path):
    book = make_books(tmp_path / "books")["zh"]
    known = CallMetadata(
        "c-1", language="zh", started_at=datetime(2026, 11, 25, 9, tzinfo=ZONE), customer_ref="k"
    )
    call = inspected("c-1", "agent: 您好，半小时后给您回电话", book, known)
    append_calls(warehouse, [call], [], night_id="n", code_version="1")
    find_new_promises(warehouse, OfficeHours())
    other = replace(call, models=replace(call.models, asr="asr@2"))
    append_calls(warehouse, [other], [], night_id="n", code_version="1")
    find_new_promises(warehouse, OfficeHours())
    assert len(list_promises(warehouse, rules=RULES)) == 1

"""Raters by month, from sessions in which it is known who is how strict."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from made_sessions import MACHINE, make_sessions

from pipeline.finding import Outcome
from warehouse.decisions.accounts import create_account
from warehouse.decisions.store import open_decisions
from warehouse.questions.rated import (
    likeness_by_month,
    machine_by_month,
    rated,
    strictness_by_month,
    strictness_drifts,
)

RULES = ("zh.T10.improper", "zh.buck_passing")
MONTHS = [datetime(2026, month, 5, tzinfo=UTC) for month in (7, 8, 9, 10)]
CALLS = [f"c{n}" for n in range(10)]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """Faults are in calls 0 to 3 of ten, and the machine and Li see just those. Wang sees one call
    more with each month that goes by: none more in July, three more in October.
    """
    engine = open_decisions(tmp_path_factory.mktemp("rated"))
    people = {
        login: create_account(
            engine, login=login, name=login, role="inspector", password="a long one 1"
        ).account_id
        for login in ("li", "wang")
    }

    def said(rater: str, month: int, call: int, item: int) -> Outcome:
        seen = 4 + (month if rater == people["wang"] else 0)
        return Outcome.VIOLATED if call < seen else Outcome.CLEAR

    make_sessions(
        engine,
        raters=(*people.values(), MACHINE),
        rules=RULES,
        months=MONTHS,
        call_ids=CALLS,
        said=said,
        by=people["li"],
    )
    engine.people = people
    yield engine
    engine.dispose()


def by_name(found, months):
    names = {**found.names, MACHINE: MACHINE}
    return {
        (names[m.rater], m.month.month): round(m.found.value, 3)
        for m in months
        if m.found.value is not None
    }


def test_strictness_is_told_for_each_month_and_the_machine_is_one_of_the_raters(engine):
    found = rated(engine, since=None, until=None)
    told = by_name(found, strictness_by_month(found))
    # October: Wang sees 7 of 10, Li and the machine 4; they differ by 0.3 from Wang. Li differs
    # from the mean of the machine (0.4) and Wang (0.7) by 0.4 - 0.55 = -0.15, and so the machine.
    assert told["wang", 7] == 0
    assert told["wang", 10] == 0.3
    assert told["li", 10] == told["machine", 10] == -0.15
    assert len(told) == 12


def test_likeness_is_that_with_any_other_and_with_the_machine_apart(engine):
    found = rated(engine, since=None, until=None)
    told = by_name(found, likeness_by_month(found))
    # October: Wang says as each other of 7 calls of 10; Li as the machine of all, as Wang of 7.
    assert told["wang", 10] == 0.7
    assert told["li", 10] == 0.85
    with_machine = by_name(found, machine_by_month(found))
    assert with_machine["wang", 10] == 0.7
    assert with_machine["li", 10] == 1.0
    assert not any(name == "machine" for name, _ in with_machine)


def test_who_drifts_is_found_and_who_does_not_is_not(engine):
    found = rated(engine, since=None, until=None)
    names = {**found.names, MACHINE: MACHINE}
    told = {names[rater]: slope for rater, slope in strictness_drifts(found).items()}
    assert told["wang"].value == pytest.approx(0.1)  # a tenth of the calls each month
    assert told["wang"].low > 0
    assert told["li"].value == pytest.approx(-0.05)


def test_an_interval_stands_beside_each_value_where_calls_differ(engine):
    found = rated(engine, since=None, until=None)
    months = [m for m in strictness_by_month(found) if m.month == date(2026, 10, 1)]
    assert len(months) == 3
    assert all(m.found.low <= m.found.value <= m.found.high for m in months)
    assert all((m.found.units, m.found.calls) == (20, 10) for m in months)


def test_only_sessions_of_the_time_count(engine):
    found = rated(engine, since=MONTHS[1], until=MONTHS[3])
    assert sorted({m.month.month for m in strictness_by_month(found)}) == [8, 9]
    nothing = rated(engine, since=datetime(2027, 1, 1, tzinfo=UTC), until=None)
    assert nothing.raters == ()
    assert strictness_by_month(nothing) == ()

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, update

from pipeline.appeal import AppealDays, AppealState
from pipeline.errors import UsageError
from pipeline.ledger import LedgerRules
from pipeline.review import Verdict
from warehouse.decisions import audit
from warehouse.decisions.accounts import Account, RoleName, create_account
from warehouse.decisions.appeal_reading import (
    appeals_of_call,
    count_appeals,
    find_appeal,
    findings_taken_back,
    list_appeals,
)
from warehouse.decisions.appeals import (
    AppealedFinding,
    acknowledge,
    appeal_finding,
    ask_for_final,
    decide_appeal,
)
from warehouse.decisions.store import open_decisions, writing
from warehouse.decisions.tables import review
from warehouse.decisions.verdicts import decide, read_decisions

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = AppealDays(appeal=7, decide=3, escalate=2, final=5)
FINDING = AppealedFinding(
    "c1", "s1", 4, "zh.T10.improper", Decimal(-1), {"verdict": "false", "outcome": "violated"}
)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A call of agent A1 that inspector ann submitted at noon."""
    opened = open_decisions(tmp_path)
    ann = person(opened, "ann", "inspector")
    values = {
        "call_id": "c1", "stored_no": 1, "scoring_id": "s1", "language": "zh", "agent_id": "A1",
        "duration_s": 10.0, "points": 98, "flags": 1, "worth": 1, "sampled": False,
        "state": "submitted", "submitted_by": ann.account_id, "submitted_at": NOON,
    }  # fmt: skip
    with writing(opened).begin() as connection:
        connection.execute(insert(review).values(**values))
    return opened


def person(engine: Engine, login: str, role: RoleName) -> Account:
    agent_id = "A1" if role == "agent" else None
    return create_account(
        engine, login=login, name=login, role=role, password=None, agent_id=agent_id
    )


@pytest.fixture
def agent(engine: Engine) -> Account:
    return person(engine, "agent", "agent")


@pytest.fixture
def chief(engine: Engine) -> Account:
    return person(engine, "chief", "supervisor")


def opened(engine: Engine, agent: Account, *, now: datetime = NOON) -> int:
    return appeal_finding(engine, FINDING, by=agent, reason="说的是别的", days=DAYS, now=now)


def stands(engine: Engine, number: int, now: datetime) -> AppealState:
    return find_appeal(engine, number, days=DAYS, now=now).standing.state


def refused(error: pytest.ExceptionInfo[UsageError]) -> str:
    return error.value.key


def decided(
    engine: Engine, number: int, by: Account, *, upheld: bool, reason: str, now: datetime
) -> AppealState:
    """The state after a decision, by the usual deadlines and the usual ledger."""
    return decide_appeal(
        engine,
        number,
        by=by,
        upheld=upheld,
        reason=reason,
        days=DAYS,
        rules=LedgerRules(),
        now=now,
    )


def test_an_upheld_appeal_takes_the_finding_back_and_leaves_a_row_for_the_ledger(
    engine: Engine, agent: Account, chief: Account
) -> None:
    number = opened(engine, agent)
    later = NOON + DAY
    state = decided(engine, number, chief, upheld=True, reason="听错了", now=later)
    assert state is AppealState.UPHELD
    assert read_decisions(engine, "c1", "s1").verdicts(swapped=False) == {4: Verdict.FALSE}
    (row,) = findings_taken_back(engine)
    assert (row.call_id, row.rule_id, row.points, row.at) == ("c1", "zh.T10.improper", -1, later)
    assert findings_taken_back(engine, until=later) == ()
    assert findings_taken_back(engine, since=later) == (row,)
    assert isinstance(audit.verify(engine), int)


def test_a_finding_of_a_person_is_taken_back_by_undoing_it(
    engine: Engine, agent: Account, chief: Account
) -> None:
    with writing(engine).begin() as connection:
        connection.execute(update(review).values(state="open"))
    ann = person(engine, "ann2", "inspector")
    value = {"rule_id": "zh.argument", "quote": "", "start": 1.0, "end": 2.0}
    added = decide(engine, "c1", "s1", "added", value, by=ann.account_id)
    with writing(engine).begin() as connection:
        connection.execute(update(review).values(state="submitted"))
    finding = AppealedFinding("c1", "s1", -added, "zh.argument", Decimal(-1), {"undoes": added})
    number = appeal_finding(engine, finding, by=agent, reason="没有争执", days=DAYS, now=NOON)
    decided(engine, number, chief, upheld=True, reason="属实", now=NOON)
    assert read_decisions(engine, "c1", "s1").of("added") == ()


def test_who_judged_the_call_does_not_decide_its_appeal(engine: Engine, agent: Account) -> None:
    judge = person(engine, "judge", "supervisor")
    with writing(engine).begin() as connection:
        connection.execute(update(review).values(submitted_by=judge.account_id))
    number = opened(engine, agent)
    with pytest.raises(UsageError) as error:
        decided(engine, number, judge, upheld=False, reason="否", now=NOON)
    assert refused(error) == "console.appeal_own_judgement"
    assert stands(engine, number, NOON) is AppealState.OPEN


def test_the_final_decision_is_another_supervisor_s(
    engine: Engine, agent: Account, chief: Account
) -> None:
    number = opened(engine, agent)
    decided(engine, number, chief, upheld=False, reason="录音清楚", now=NOON)
    ask_for_final(engine, number, by=agent, reason="请再听一次", days=DAYS, now=NOON + DAY)
    with pytest.raises(UsageError) as error:
        decided(engine, number, chief, upheld=False, reason="否", now=NOON)
    assert refused(error) == "console.appeal_own_judgement"
    other = person(engine, "other", "supervisor")
    state = decided(engine, number, other, upheld=True, reason="是", now=NOON)
    assert state is AppealState.FINAL_UPHELD
    steps = find_appeal(engine, number, days=DAYS, now=NOON).steps
    told = [(step.name, step.state.value) for step in steps]
    assert told == [
        ("agent", "open"), ("chief", "rejected"), ("agent", "final"), ("other", "final_upheld"),
    ]  # fmt: skip


def test_after_its_time_an_appeal_is_told_that_it_is_too_late(
    engine: Engine, agent: Account, chief: Account
) -> None:
    with pytest.raises(UsageError) as late:
        opened(engine, agent, now=NOON + 7 * DAY)
    assert refused(late) == "console.appeal_too_late"
    assert "2026-11-27 12:00" in late.value.text("zh")
    number = opened(engine, agent, now=NOON + 7 * DAY - timedelta(seconds=1))
    decided(engine, number, chief, upheld=False, reason="否", now=NOON)
    assert stands(engine, number, NOON + 2 * DAY) is AppealState.LAPSED
    with pytest.raises(UsageError) as lapsed:
        ask_for_final(engine, number, by=agent, reason="还是不对", days=DAYS, now=NOON + 2 * DAY)
    assert refused(lapsed) == "console.escalate_too_late"


def test_silence_does_not_count_against_the_agent(
    engine: Engine, agent: Account, chief: Account
) -> None:
    number = opened(engine, agent)
    late = NOON + 3 * DAY
    assert stands(engine, number, late) is AppealState.FINAL
    state = decided(engine, number, chief, upheld=False, reason="否", now=late)
    assert state is AppealState.FINAL_REJECTED


def test_an_appeal_needs_a_reason_and_is_made_once(engine: Engine, agent: Account) -> None:
    with pytest.raises(UsageError) as empty:
        appeal_finding(engine, FINDING, by=agent, reason="  ", days=DAYS, now=NOON)
    opened(engine, agent)
    with pytest.raises(UsageError) as twice:
        opened(engine, agent)
    assert [refused(error) for error in (empty, twice)] == [
        "console.reason_needed", "console.appealed_before",
    ]  # fmt: skip
    assert len(appeals_of_call(engine, "c1", days=DAYS)) == 1


def test_another_agent_appeals_nothing(engine: Engine) -> None:
    other = create_account(engine, login="x", name="x", role="agent", password=None, agent_id="A2")
    with pytest.raises(UsageError) as error:
        opened(engine, other)
    assert refused(error) == "console.no_such_call"


def test_lists_and_their_counts_agree(engine: Engine, agent: Account, chief: Account) -> None:
    number = opened(engine, agent)
    assert [a.appeal_no for a in list_appeals(engine, "waiting", days=DAYS)] == [number]
    assert (count_appeals(engine, "waiting"), count_appeals(engine, "closed")) == (1, 0)
    decided(engine, number, chief, upheld=True, reason="是", now=NOON)
    assert [a.appeal_no for a in list_appeals(engine, "closed", days=DAYS)] == [number]
    assert (count_appeals(engine, "waiting"), count_appeals(engine, "closed")) == (0, 1)


def test_acknowledging_twice_is_written_down_once(engine: Engine, agent: Account) -> None:
    before = audit.verify(engine)
    assert isinstance(before, int)
    for _ in range(2):
        acknowledge(engine, "c1", "s1", 4, by=agent)
    assert audit.verify(engine) == before + 1

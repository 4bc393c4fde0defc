from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from warehouse.decisions.accounts import create_account
from warehouse.decisions.queue_filter import QueueFilter, waits_since
from warehouse.decisions.reviews import count_queue
from warehouse.decisions.store import open_decisions, writing
from warehouse.decisions.tables import appeal, decision, review
from warehouse.questions.decided import (
    AppealMonth,
    Backlog,
    ReviewDay,
    Reviewer,
    VerdictMonth,
    appeals_by_month,
    backlog,
    reviewers,
    reviews_by_day,
    verdicts_by_month,
)
from warehouse.questions.scope import Scope

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def call(name: str, *, age_h: float, by: str | None = None, after_h: float = 0, **more: object):
    started = NOW - timedelta(hours=age_h)
    return {
        "call_id": name,
        "stored_no": 1,
        "scoring_id": "s",
        "started_at": started,
        "agent_id": "a-7",
        "team": "east",
        "language": "zh",
        "duration_s": 60.0,
        "points": 99,
        "flags": 1,
        "worth": 2.0,
        "sampled": False,
        "state": "submitted" if by else "open",
        "submitted_by": by,
        "submitted_at": started + timedelta(hours=after_h) if by else None,
        **more,
    }


def said(name: str, number: int, verdict: str, at: datetime, by: str):
    row = {"call_id": name, "scoring_id": "s", "kind": "verdict", "finding_no": number}
    return {**row, "value": {"verdict": verdict}, "account_id": by, "at": at}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory):
    engine = open_decisions(tmp_path_factory.mktemp("decided"))
    li = create_account(engine, login="li", name="李", role="inspector", password="a long one 1")
    by = li if isinstance(li, str) else li.account_id
    november, october = NOW - timedelta(hours=1), datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
    with writing(engine).begin() as connection:
        rows = [
            call("fresh", age_h=2),
            call("plain", age_h=2, flags=0),
            call("nothing", age_h=2, flags=0, worth=0.0),  # not in the queue
            call("week", age_h=24 * 6, team="west"),
            call("ancient", age_h=24 * 400),
            call("clockless", age_h=0, started_at=None),
            call("done-1", age_h=50, by=by, after_h=26),
            call("done-2", age_h=50, by=by, after_h=30),
            call("done-3", age_h=50, by=by, after_h=46),
        ]
        connection.execute(insert(review), rows)
        told = [
            said("done-1", 0, "false", october, by),
            said("done-1", 0, "confirmed", november, by),  # the last one counts
            said("done-1", 1, "false", october, by),
            said("done-2", 0, "doubtful", november, by),
            said("done-3", 0, "confirmed", november, by),
        ]
        connection.execute(insert(decision), told)
        gone = {"kind": "undo", "value": {}, "account_id": by, "at": november, "undoes": 5}
        connection.execute(
            insert(decision).values(call_id="done-3", scoring_id="s", finding_no=0, **gone)
        )
        for number, (state, at) in enumerate(
            [
                ("open", november),
                ("final", november),
                ("upheld", november),
                ("final_upheld", october),
                ("rejected", november),
                ("lapsed", november),
            ]
        ):
            connection.execute(
                insert(appeal).values(
                    call_id="done-1", scoring_id="s", finding_no=number, rule_id="r", points=1,
                    takes_back={}, agent_id="a-7", account_id=by, opened_at=at, state=state,
                )
            )  # fmt: skip
    yield engine
    engine.dispose()


def test_appeals_are_counted_by_month_and_fate(engine):
    october, november = appeals_by_month(engine, Scope())
    assert october == AppealMonth(date(2026, 10, 1), 1, 1, 0, 0)
    assert november == AppealMonth(date(2026, 11, 1), 5, 1, 2, 2)
    assert november.upheld_share == 1 / 3
    assert appeals_by_month(engine, Scope(agent_id="a-8")) == ()
    assert [m.made for m in appeals_by_month(engine, Scope(until=date(2026, 10, 31)))] == [1]


def test_reviews_are_counted_by_day_with_what_they_waited(engine):
    # the calls began at 10:00 on the 24th, and were released after 26, 30 and 46 hours:
    # on the 25th at 12:00 and 16:00, and on the 26th at 08:00
    assert reviews_by_day(engine, Scope()) == (
        ReviewDay(date(2026, 11, 25), 2, 28.0),
        ReviewDay(date(2026, 11, 26), 1, 46.0),
    )


def test_the_backlog_is_told_by_age(engine):
    assert backlog(engine, Scope(), now=NOW) == (
        Backlog(1, 2, 1),
        Backlog(3, 0, 0),
        Backlog(7, 1, 1),
        Backlog(30, 0, 0),
        Backlog(None, 2, 2),
    )
    assert sum(row.calls for row in backlog(engine, Scope(team="west"), now=NOW)) == 1


def test_the_last_standing_verdict_on_a_finding_counts(engine):
    assert verdicts_by_month(engine, Scope()) == (
        VerdictMonth(date(2026, 10, 1), 0, 1, 0, calls=1),
        VerdictMonth(date(2026, 11, 1), 1, 0, 1, calls=2),
    )
    (li,) = reviewers(engine, Scope())
    assert li == Reviewer(li.account_id, "李", 3, 1, 1, 1)


def test_days_and_months_are_those_of_the_organisations_clock(engine):
    """What was said at 23:00 UTC on the last of October was said in November in Shanghai."""
    shanghai = Scope(zone=ZoneInfo("Asia/Shanghai"))
    (month,) = verdicts_by_month(engine, shanghai)
    assert (month.month, month.false) == (date(2026, 11, 1), 1)
    assert [m.made for m in appeals_by_month(engine, shanghai)] == [6]
    # released on the 25th at 12:00 and 16:00 UTC: the second is past midnight
    assert [d.submitted for d in reviews_by_day(engine, shanghai)] == [1, 2]
    october = Scope(until=date(2026, 10, 31), zone=ZoneInfo("Asia/Shanghai"))
    assert verdicts_by_month(engine, october) == ()


def test_the_queue_lists_what_each_age_day_person_and_month_of_the_plots_counts(engine):
    def count(**filters: object) -> int:
        return count_queue(engine, QueueFilter(unflagged=True, **filters), reader="nobody")

    ages = [waits_since(days, NOW) for days in (1, 3, 7, 30, None)]
    found = [count_queue(engine, QueueFilter(waits=age), reader="nobody") for age in ages]
    assert found == [2, 0, 1, 0, 2]  # as the backlog
    day = datetime(2026, 11, 25, tzinfo=UTC)
    released = {"released_since": day, "released_until": day + timedelta(days=1)}
    assert count(state="submitted", **released) == 2
    (li,) = reviewers(engine, Scope())
    assert count(state="submitted", released_by=li.account_id) == 3
    month = {"judged_since": datetime(2026, 11, 1, tzinfo=UTC), "judged_until": NOW}
    assert count(state="any", **month) == 2

"""Sampling plans over the review queue."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, update

from pipeline.errors import UsageError
from pipeline.sampling import Quota
from warehouse.decisions.audit import verify
from warehouse.decisions.plans import Order, list_plans, make_plan, preview_plan, read_picks
from warehouse.decisions.store import open_decisions, writing
from warehouse.decisions.tables import audit, review

NOVEMBER = Order("2026-11", Quota(per_agent=4, random_share=0.5, seed=7))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Twenty calls of each of two agents in November, four worth a look; one of December."""
    made = open_decisions(tmp_path)
    rows = [
        {
            "call_id": f"{agent}-{n}", "stored_no": n, "scoring_id": "s", "language": "zh",
            "duration_s": 10.0, "points": 98, "flags": int(n < 4), "worth": float(n < 4) * (5 - n),
            "sampled": False, "state": "open", "agent_id": agent, "agent_name": agent,
            "purpose": "callback" if n % 2 else None,
            "started_at": datetime(2026, 11, 1 + n, 9, tzinfo=UTC),
        }
        for agent in ("li", "wang")
        for n in range(20)
    ]  # fmt: skip
    rows.append({**rows[0], "call_id": "late", "started_at": datetime(2026, 12, 1, tzinfo=UTC)})
    with writing(made).begin() as connection:
        connection.execute(insert(review), rows)
    return made


def test_a_plan_is_kept_with_all_that_decided_it(engine: Engine) -> None:
    number = make_plan(engine, NOVEMBER, by=None)
    (plan,) = list_plans(engine)
    assert (plan.plan_no, plan.order, plan.candidates, plan.picks) == (number, NOVEMBER, 40, 8)
    picks = read_picks(engine, number)
    assert [c.pick.call_id for c in picks if c.pick.reason == "risk"] == [
        "li-0", "li-1", "wang-0", "wang-1",
    ]  # fmt: skip
    assert tuple(sorted(c.pick.call_id for c in picks)) == tuple(
        sorted(p.call_id for p in preview_plan(engine, NOVEMBER)[1])
    )
    with engine.connect() as connection:
        (entry,) = connection.execute(select(audit)).all()
    assert (entry.action, json.loads(entry.details)["seed"]) == ("sampling.draw", 7)
    assert verify(engine) == 1


def test_what_was_reviewed_is_counted(engine: Engine) -> None:
    number = make_plan(engine, NOVEMBER, by=None)
    with writing(engine).begin() as connection:
        connection.execute(
            update(review).where(review.c.call_id == "li-0").values(state="submitted")
        )
    assert list_plans(engine)[0].done == 1
    assert {c.pick.call_id for c in read_picks(engine, number) if c.state == "submitted"} == {
        "li-0"
    }


@pytest.mark.parametrize(
    ("order", "key"),
    [
        (Order("2026-13", Quota(4, 0.5, 1)), "sampling.month"),
        (Order("2026-11", Quota(0, 0.5, 1)), "sampling.per_agent"),
        (Order("2026-11", Quota(4, 1.5, 1)), "sampling.random_share"),
        (Order("2026-11", Quota(4, 0.5, -1)), "sampling.seed"),
        (Order("2026-11", Quota(4, 0.5, 1), "team"), "sampling.stratified_by"),
        (Order("2025-01", Quota(4, 0.5, 1)), "sampling.no_calls"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(engine: Engine, order: Order, key: str) -> None:
    with pytest.raises(UsageError) as refused:
        make_plan(engine, order, by=None)
    assert refused.value.key == key
    assert list_plans(engine) == ()

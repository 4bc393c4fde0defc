"""Filters of the queue, whichever way they are looked up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from warehouse.decisions import queue_filter
from warehouse.decisions.accounts import create_account
from warehouse.decisions.queue_filter import QueueFilter
from warehouse.decisions.reviews import assign, count_queue, first_free, list_queue, next_item
from warehouse.decisions.store import open_decisions, writing
from warehouse.decisions.tables import review, review_flag

FIRST = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Twelve calls, one a day: c00 is worth 12, c11 is worth 1; every third was submitted.

    Even ones have a flag of the rule "even"; c02 and c03 are worth the same.
    """
    engine = open_decisions(tmp_path)
    calls = [
        {
            "call_id": f"c{n:02}", "stored_no": n + 1, "scoring_id": "s", "language": "zh",
            "duration_s": 10.0, "points": 100 - n, "flags": 1, "sampled": False,
            "worth": 10.0 if n in (2, 3) else 12.0 - n, "started_at": FIRST + timedelta(days=n),
            "state": "submitted" if n % 3 == 0 else "open",
        }
        for n in range(12)
    ]  # fmt: skip
    flags = [
        {
            "call_id": f"c{n:02}", "finding_no": 0, "rule_id": "even", "probability": 0.5,
            "severity": "minor",
        }
        for n in range(0, 12, 2)
    ]  # fmt: skip
    with writing(engine).begin() as connection:
        connection.execute(insert(review), calls)
        connection.execute(insert(review_flag), flags)
    yield engine
    engine.dispose()


@pytest.fixture
def ann(engine: Engine) -> str:
    made = create_account(engine, login="ann", name="A", role="inspector", password="x" * 12)
    return made.account_id


def names(engine: Engine, wanted: QueueFilter, reader: str, **page: int) -> list[str]:
    return [item.call_id for item in list_queue(engine, wanted, reader=reader, **page)]


def test_calls_in_any_state_are_put_together_in_one_order(engine: Engine, ann: str) -> None:
    everything = names(engine, QueueFilter(state="any"), ann)
    # worth falls with the number; of c02 and c03, worth the same, the later name comes first
    assert everything == [f"c{n:02}" for n in (0, 1, 3, 2, 4, 5, 6, 7, 8, 9, 10, 11)]
    pages = [names(engine, QueueFilter(state="any"), ann, limit=5, offset=n) for n in (0, 5, 10)]
    assert [*pages[0], *pages[1], *pages[2]] == everything
    assert count_queue(engine, QueueFilter(state="any"), reader=ann) == 12
    assert count_queue(engine, QueueFilter(state="any"), reader=ann, most=7) == 7


@pytest.mark.parametrize("few", [0, 10_000])
def test_a_common_rule_and_a_rare_one_are_filtered_alike(
    few: int, engine: Engine, ann: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_filter, "_FEW_FLAGS", few)
    wanted = QueueFilter(rule_id="even")
    assert names(engine, wanted, ann) == ["c02", "c04", "c08", "c10"]  # c00 and c06 are done
    assert count_queue(engine, wanted, reader=ann, most=100) == 4
    assert next_item(engine, wanted, reader=ann) == "c02"
    assert names(engine, QueueFilter(rule_id="even", state="any"), ann)[0] == "c00"


@pytest.mark.parametrize("days", [1, 3, 4])
def test_some_days_begin_and_end_where_they_were_asked_to(
    days: int, engine: Engine, ann: str
) -> None:
    since = datetime(2026, 11, 5, tzinfo=UTC)  # the day of c03
    wanted = QueueFilter(state="any", since=since, until=since + timedelta(days=days))
    expected = [f"c{n:02}" for n in range(3, 3 + days)]
    assert names(engine, wanted, ann) == expected
    assert count_queue(engine, wanted, reader=ann, most=100) == days


def test_the_next_call_is_never_one_that_is_done(engine: Engine, ann: str) -> None:
    assert next_item(engine, QueueFilter(state="any"), reader=ann) == "c01"  # c00 was submitted


def test_a_batch_takes_the_best_that_nobody_was_given(engine: Engine, ann: str) -> None:
    assert first_free(engine, QueueFilter(), reader=ann, limit=2) == ("c01", "c02")
    assign(engine, ["c01"], to=ann, by=ann)
    assert first_free(engine, QueueFilter(), reader=ann, limit=2) == ("c02", "c04")
    assert names(engine, QueueFilter(assigned_to=ann), ann) == ["c01"]
    assert "c01" not in names(engine, QueueFilter(assigned_to="none"), ann)
    assert names(engine, QueueFilter(state="mine"), ann) == ["c01"]

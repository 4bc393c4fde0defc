from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.appeal import AppealDays, AppealState, Standing, decided, standing_of

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
DAYS = AppealDays(appeal=7, decide=3, escalate=2, final=5)


def at(state: AppealState, due_at: datetime | None, now: datetime) -> Standing:
    return standing_of(state, due_at, now=now, days=DAYS)


def test_an_appeal_that_nobody_decided_in_time_goes_on_to_the_final_decision() -> None:
    assert at(AppealState.OPEN, NOON, NOON - SECOND) == Standing(AppealState.OPEN, NOON)
    assert at(AppealState.OPEN, NOON, NOON) == Standing(AppealState.FINAL, NOON + 5 * DAY)
    late = at(AppealState.OPEN, NOON, NOON + 5 * DAY)
    assert late == Standing(AppealState.FINAL, NOON + 5 * DAY, overdue=True)


def test_a_rejection_stands_once_its_time_has_run_out() -> None:
    assert at(AppealState.REJECTED, NOON, NOON - SECOND).state is AppealState.REJECTED
    assert at(AppealState.REJECTED, NOON, NOON) == Standing(AppealState.LAPSED, None)


def test_a_final_decision_that_is_late_is_still_waited_for() -> None:
    assert at(AppealState.FINAL, NOON, NOON) == Standing(AppealState.FINAL, NOON, overdue=True)


@pytest.mark.parametrize("state", [AppealState.UPHELD, AppealState.FINAL_REJECTED])
def test_what_is_decided_for_good_stays(state: AppealState) -> None:
    assert at(state, None, NOON + 1000 * DAY) == Standing(state, None)


def test_a_first_rejection_leaves_two_days_to_ask_for_the_final_decision() -> None:
    standing = decided(AppealState.OPEN, upheld=False, now=NOON, days=DAYS)
    assert standing == Standing(AppealState.REJECTED, NOON + 2 * DAY)


@pytest.mark.parametrize(
    ("state", "upheld", "expected"),
    [
        (AppealState.OPEN, True, AppealState.UPHELD),
        (AppealState.FINAL, True, AppealState.FINAL_UPHELD),
        (AppealState.FINAL, False, AppealState.FINAL_REJECTED),
    ],
)
def test_other_decisions_are_for_good(
    state: AppealState, upheld: bool, expected: AppealState
) -> None:
    assert decided(state, upheld=upheld, now=NOON, days=DAYS) == Standing(expected, None)


def test_what_does_not_wait_cannot_be_decided() -> None:
    with pytest.raises(ValueError, match="upheld"):
        decided(AppealState.UPHELD, upheld=False, now=NOON, days=DAYS)

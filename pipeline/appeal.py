"""The way of an appeal 申诉: who has to do what until when; pure.

An agent appeals a finding; a supervisor who did not judge the call upholds or rejects it. A
rejection stands once its time has run out, unless the agent asked for the final decision 终审,
which another supervisor takes. What nobody decided in time goes on to the final decision by itself:
silence of the house never counts against an agent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class AppealState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"  # waits for the first decision
    UPHELD = "upheld"  # the finding is taken back
    REJECTED = "rejected"  # the agent may still ask for the final decision
    FINAL = "final"  # waits for the final decision
    FINAL_UPHELD = "final_upheld"
    FINAL_REJECTED = "final_rejected"
    LAPSED = "lapsed"  # rejected, and nobody asked further in time


WAITING: Final = (AppealState.OPEN, AppealState.FINAL)  # for a supervisor
GRANTED: Final = (AppealState.UPHELD, AppealState.FINAL_UPHELD)


@dataclass(frozen=True, slots=True)
class AppealDays:
    """How many days each step may take, of 24 hours each."""

    appeal: int = 7  # since the call was released
    decide: int = 3
    escalate: int = 3  # to ask for the final decision
    final: int = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """An appeal's state at a moment; `due_at` is None where nothing more can happen."""

    state: AppealState
    due_at: datetime | None
    overdue: bool = False  # a decision that should have been there


def standing_of(
    state: AppealState, due_at: datetime | None, *, now: datetime, days: AppealDays
) -> Standing:
    """What has become of a stored state by now.

    Args:
        state: as the last step left it.
        due_at: by when the next step is to be taken.
    """
    if due_at is None or now < due_at:
        return Standing(state, due_at)
    if state is AppealState.OPEN:
        final_due = due_at + timedelta(days=days.final)
        return Standing(AppealState.FINAL, final_due, overdue=now >= final_due)
    if state is AppealState.REJECTED:
        return Standing(AppealState.LAPSED, None)
    return Standing(state, due_at, overdue=state is AppealState.FINAL)


def decided(state: AppealState, *, upheld: bool, now: datetime, days: AppealDays) -> Standing:
    """What a decision makes of a waiting appeal.

    Raises: ValueError if it does not wait for one.
    """
    match state:
        case AppealState.OPEN if upheld:
            return Standing(AppealState.UPHELD, None)
        case AppealState.OPEN:
            return Standing(AppealState.REJECTED, now + timedelta(days=days.escalate))
        case AppealState.FINAL:
            final = AppealState.FINAL_UPHELD if upheld else AppealState.FINAL_REJECTED
            return Standing(final, None)
        case _:
            raise ValueError(state.value)

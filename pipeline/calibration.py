"""A calibration session: in which order each rater hears the calls, what can be answered, and what
the answers are worth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pipeline.finding import Outcome
from pipeline.rules import Kind, Rule

FAULT: Final = "fault"
FINE: Final = "fine"
# What ratings are compared by, whatever a rule's kind: a fault, none, or that it cannot be said.
CATEGORIES: Final = (FAULT, FINE, Outcome.NOT_APPLICABLE.value, Outcome.NOT_ASSESSABLE.value)
_NEITHER: Final = (Outcome.NOT_APPLICABLE, Outcome.NOT_ASSESSABLE)


@dataclass(frozen=True, slots=True)
class Card:
    """One call as it is dealt; a repeat is the same call again, unannounced."""

    call_no: int
    call_id: str
    repeat_of: int | None = None  # the call number that it repeats


def deal(cards: Sequence[Card], *, seed: int, rater: str) -> tuple[Card, ...]:
    """The calls in the order in which one rater hears them: by chance, and for each another one.

    A repeat comes after its first hearing, and with three calls or more never right after it.

    Args:
        rater: account id; the same seed and rater give the same order.
    """

    def lot(card: Card) -> bytes:
        return hashlib.sha256(f"{seed}:{rater}:{card.call_no}".encode()).digest()

    order = sorted((card for card in cards if card.repeat_of is None), key=lot)
    for repeat in sorted((card for card in cards if card.repeat_of is not None), key=lot):
        first = next(n for n, card in enumerate(order) if card.call_no == repeat.repeat_of)
        if first == len(order) - 1 and len(order) > 1:  # heard last: it goes to the front
            order.insert(0, order.pop(first))
            first = 0
        nearest = min(first + 2, len(order))  # one call lies between, where there is one
        room = len(order) - nearest
        order.insert(nearest + int.from_bytes(lot(repeat)[:4]) % (room + 1), repeat)
    return tuple(order)


def choose_repeats(calls: int, *, repeats: int, seed: int) -> tuple[int, ...]:
    """Which call numbers come twice, by chance. Returns: ascending, at most all of them."""

    def lot(number: int) -> bytes:
        return hashlib.sha256(f"{seed}:repeat:{number}".encode()).digest()

    return tuple(sorted(sorted(range(calls), key=lot)[: max(0, repeats)]))


def choices(kind: Kind) -> tuple[Outcome, ...]:
    """What can be answered on a rule: what it asks was so, was not so, or it cannot be said."""
    said = (
        (Outcome.VIOLATED, Outcome.CLEAR)
        if kind is Kind.FORBIDDEN
        else (Outcome.MET, Outcome.MISSED)
    )
    return (*said, *_NEITHER)


def category_of(outcome: Outcome) -> str:
    """What an answer is compared by."""
    if outcome in (Outcome.VIOLATED, Outcome.MISSED):
        return FAULT
    return FINE if outcome in (Outcome.CLEAR, Outcome.MET) else outcome.value


def machine_answer(outcome: Outcome, kind: Kind) -> Outcome:
    """What the machine's outcome is as an answer: a credit that it did not find was not earned."""
    if kind is Kind.CREDIT and outcome is Outcome.NOT_APPLICABLE:
        return Outcome.MISSED
    return outcome


def points_of(outcome: Outcome, rule: Rule) -> Decimal:
    """What an answer adds to a call's score."""
    earned = Outcome.MET if rule.kind is Kind.CREDIT else None
    lost = {Kind.FORBIDDEN: Outcome.VIOLATED, Kind.REQUIRED: Outcome.MISSED}.get(rule.kind)
    return rule.points if outcome in (earned, lost) else Decimal(0)

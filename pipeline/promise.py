"""A promise of an agent, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class PromiseKind(StrEnum):
    """What was promised: to be in touch, which later calls show, or a deed, which they do not."""

    CONTACT = "contact"
    DEED = "deed"


class PromiseState(StrEnum):
    """What became of a promise."""

    KEPT = "kept"  # 已兑现
    LATE = "late"  # 逾期兑现
    BROKEN = "broken"  # 未兑现
    OPEN = "open"  # not due yet, or later calls are not known yet
    UNVERIFIABLE = "unverifiable"  # 无法核实


@dataclass(frozen=True, slots=True)
class Promise:
    """What an agent promised in a call; times are seconds from the call's start."""

    turn_no: int
    start: float
    end: float
    quote: str  # personal data
    kind: PromiseKind
    time_text: str | None = None  # None for a promise without a time
    spoken_at: datetime | None = None  # None if the call's start is not known
    due_at: datetime | None = None  # None without a time, or one that cannot be resolved

    @property
    def dated(self) -> bool:
        """Whether it says until when."""
        return self.time_text is not None


@dataclass(frozen=True, slots=True)
class Contact:
    """Another call with the same customer; `outbound` is None where the direction is not known."""

    call_id: str
    started_at: datetime
    outbound: bool | None


@dataclass(frozen=True, slots=True)
class PromiseRules:
    """How promises are settled.

    `grace`: a call this much after the due moment still keeps the promise, for clocks differ.
    `any_contact`: a call from the customer keeps it too; otherwise only one by the organisation.
    """

    grace: timedelta = timedelta(minutes=15)
    any_contact: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a promise, and the call that kept it."""

    state: PromiseState
    kept_by: str | None = None
    kept_at: datetime | None = None


def settle(
    promise: Promise,
    contacts: Iterable[Contact] | None,
    *,
    known_until: datetime,
    rules: PromiseRules | None = None,
) -> Settlement:
    """What became of a promise, as far as later calls show.

    A contact counts from the moment of the promise on; the first one that counts decides. A deed,
    a promise to a customer who is not known, or one of an unknown moment, is unverifiable; so is
    one that only a call of unknown direction could have kept in time. A promise without a time is
    kept by a contact and otherwise open: nobody can break it.

    Args:
        contacts: other calls with the same customer; None if the customer is not known.
        known_until: up to when calls are known; nothing is late or broken before it is known.
    """
    rules = rules or PromiseRules()
    if contacts is None or promise.kind is PromiseKind.DEED or promise.spoken_at is None:
        return Settlement(PromiseState.UNVERIFIABLE)
    spoken = promise.spoken_at
    later = sorted((c for c in contacts if c.started_at >= spoken), key=lambda c: c.started_at)
    kept = next((c for c in later if c.outbound or rules.any_contact), None)
    maybe = next((c for c in later if c.outbound is None and not rules.any_contact), None)
    if not promise.dated:
        return _settled(PromiseState.KEPT, kept) if kept else Settlement(PromiseState.OPEN)
    if promise.due_at is None:
        return Settlement(PromiseState.UNVERIFIABLE)
    limit = promise.due_at + rules.grace
    if kept is not None and kept.started_at <= limit:
        return _settled(PromiseState.KEPT, kept)
    if maybe is not None and maybe.started_at <= limit:
        return Settlement(PromiseState.UNVERIFIABLE)
    if kept is not None:
        return _settled(PromiseState.LATE, kept)
    return Settlement(PromiseState.BROKEN if known_until > limit else PromiseState.OPEN)


def _settled(state: PromiseState, contact: Contact) -> Settlement:
    return Settlement(state, contact.call_id, contact.started_at)

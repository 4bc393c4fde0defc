"""What is measured of a call: the question, and a value with its places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.call import Role
from pipeline.check_holds import said
from pipeline.checks import LimitCheck
from pipeline.patterns import PhraseSet
from pipeline.rating import CallView, RatedHit
from pipeline.rules import Rule
from pipeline.silences import EDGE_S
from pipeline.stream import Flags
from pipeline.talk import Interval


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with the size of the sample that it rests on, and where it was measured."""

    value: float
    sample: float
    places: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is to be measured: by which rule, of which call, in which window."""

    view: CallView
    rule: Rule
    check: LimitCheck
    mask: Flags

    @property
    def other(self) -> Role:
        """The party that the rule's role speaks with."""
        return Role.CUSTOMER if self.rule.role is Role.AGENT else Role.AGENT

    def said(self, phrases: PhraseSet) -> tuple[RatedHit, ...]:
        """Where the rule's role said one of the phrases inside the window."""
        return said(self.view, self.rule, phrases, mask=self.mask)

    def inside(self, intervals: Sequence[Interval]) -> list[Interval]:
        """The intervals that begin inside the window; all where the rule has none."""
        if self.mask.all():
            return list(intervals)
        look = self.mask.nonzero()[0]
        if not len(look):
            return []
        stream = self.view.streams[self.rule.role]
        first, last = float(stream.start[look[0]]), float(stream.end[look[-1]])
        return [i for i in intervals if first - EDGE_S <= i[0] <= last + EDGE_S]


def longest(intervals: Sequence[Interval], check: LimitCheck, sample: float = 1.0) -> Measured:
    """The longest interval, in seconds; its places are those longer than is allowed."""
    most_s = max((b - a for a, b in intervals), default=0.0)
    most = check.at_most
    places = tuple(i for i in intervals if most is not None and i[1] - i[0] > most)
    return Measured(most_s, sample, places)

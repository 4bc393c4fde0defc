"""What quality reports and agents' sheets are made of, and how its figures are told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.comparison import Share, compare_shares
from pipeline.intervals import Interval, mean_of, share
from pipeline.messages import Language, say
from reports.blocks import Value
from reports.plots import Pen
from reports.reading import Fault, Figures, Totals
from warehouse.questions.promised import PromiseGroup

_POINTS_MOST: Final = 100.0  # of a call, as phrasebooks count
_DIGITS: Final = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a quality report is made of."""

    figures: Figures
    titles: Mapping[str, str]  # of the rules
    confirmed: Sequence[Fault]  # the gravest, as evidence
    promises: PromiseGroup | None  # None without any
    appeals: Mapping[str, int]  # made, upheld, rejected, waiting
    pen: Pen

    @property
    def language(self) -> Language:
        return self.pen.language

    def say(self, key: str, **values: object) -> str:
        """A message of `reports.toml`."""
        return say(f"reports.{key}", self.language, **values)

    def title(self, rule_id: str) -> str:
        """Of a rule; its id if no phrasebook has it any more."""
        return self.titles.get(rule_id, rule_id)

    def named(self, name: object) -> str:
        """A team or another part; of what is not known it says so."""
        return str(name) if name is not None else self.say("unknown")


def pass_share(totals: Totals) -> Interval | None:
    """How many of the judged calls pass, by the machine's score."""
    return share(totals.passed, totals.judged)


def score(totals: Totals) -> Value:
    """Mean score with its interval; the bare mean where nothing tells how far it may be off."""
    interval = mean_of(totals.judged, totals.points, totals.points_squared)
    if interval is not None:
        return _possible(interval)
    return totals.points / totals.judged if totals.judged else None


def score_reviewed(totals: Totals) -> Value:
    """Mean score of the reviewed calls with people's verdicts, likewise."""
    interval = mean_of(totals.reviewed, totals.points_reviewed, totals.points_reviewed_squared)
    if interval is not None:
        return _possible(interval)
    return totals.points_reviewed / totals.reviewed if totals.reviewed else None


def _possible(interval: Interval) -> Interval:
    """Within what a score can be."""
    high = max(interval.value, min(_POINTS_MOST, interval.high))
    return Interval(interval.value, max(0.0, interval.low), high)


def kept_share(promises: PromiseGroup | None) -> Interval | None:
    """How many promises were kept in time, of those of which it is known."""
    if promises is None:
        return None
    return share(promises.kept, promises.kept + promises.late + promises.broken)


def standings(agents: Sequence[Totals]) -> dict[str | None, str]:
    """Who passes more or fewer calls than the mean of all beyond chance; others are left out."""
    found = compare_shares([Share(str(a.key), a.passed, a.judged) for a in agents if a.key])
    groups = found.groups if found is not None else ()
    return {group.key: group.standing for group in groups if group.standing != "same"}


def agent_label(agent_id: str | None, name: str | None) -> str:
    """Name and id, as far as they are known."""
    if agent_id is None:
        return ""
    return f"{name} · {agent_id}" if name and name != agent_id else agent_id


def natural(key: object) -> tuple[object, ...]:
    """A10 after A9; what is not known comes last."""
    if key is None:
        return (1,)
    parts = _DIGITS.split(str(key))
    return (0, *((1, int(p), "") if p.isdigit() and p.isascii() else (0, 0, p) for p in parts))

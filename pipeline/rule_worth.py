"""How far a rule can be trusted: precision and recall from what people said of its flags.

Which calls people look at is not left to chance: doubtful flags come first, and of calls without a
flag only a random share is looked at. So calls are put into strata within which it is chance, and
each stratum counts as much as it has calls: what was seen is weighted by the inverse of the
probability of being seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.intervals import Interval, add, scale, share_of, wilson

Advice = Literal["score", "review", "unknown"]
PRECISION_LEAST: Final = 0.8
VERDICTS_LEAST: Final = 20
_JUDGED_LEAST: Final = 3  # a stratum with fewer verdicts is told together with its neighbour
_Z: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Stratum:
    """What is known of one rule in calls that are as likely as each other to be looked at."""

    calls: int  # judged by the machine
    reviewed: int  # of them, submitted by a person
    flags: int  # of this rule, at most one a call, in all those calls
    confirmed: int  # of those flags, by a person
    false: int
    doubtful: int  # not even a person can tell
    missed: int  # reviewed calls in which a person found what this rule is about and it had not

    @property
    def judged(self) -> int:
        """Flags that a person could decide."""
        return self.confirmed + self.false


@dataclass(frozen=True, slots=True)
class RuleWorth:
    """What a rule is worth."""

    rule_id: str
    flags: int
    judged: int
    doubtful: int
    precision: Interval | None  # None without a verdict
    recall: Interval | None  # None where no calls without its flag were looked at
    advice: Advice


def weigh_rule(
    rule_id: str,
    strata: Sequence[Stratum],
    *,
    precision_least: float = PRECISION_LEAST,
    verdicts_least: int = VERDICTS_LEAST,
) -> RuleWorth:
    """Precision and recall of one rule with 95 % intervals, and what to do with it.

    Precision is the share of its flags that are true; recall, the share of the calls with what the
    rule is about that it flags. With one stratum the interval of the precision is Wilson's. A
    flag in doubt counts neither way.

    Args:
        strata: in their order, so that a stratum without verdicts can go with its neighbour.
        precision_least: if precision may be lower than this, the rule is proposed for review
            instead of scoring.
        verdicts_least: with fewer verdicts nothing is proposed.
    """
    told = _pool(strata)
    flags = sum(s.flags for s in strata)
    judged = sum(s.judged for s in strata)
    precision = _precision(told)
    if precision is None or judged < verdicts_least:
        advice: Advice = "unknown"
    else:
        advice = "score" if precision.low >= precision_least else "review"
    doubtful = sum(s.doubtful for s in strata)
    return RuleWorth(rule_id, flags, judged, doubtful, precision, _recall(told), advice)


def _pool(strata: Sequence[Stratum]) -> tuple[Stratum, ...]:
    """Strata with flags but hardly a verdict, each put together with the one before or after."""
    pooled: list[Stratum] = []
    for stratum in strata:
        if pooled and pooled[-1].flags and stratum.flags and _thin(pooled[-1], stratum):
            pooled[-1] = _together(pooled[-1], stratum)
        else:
            pooled.append(stratum)
    return tuple(pooled)


def _thin(*strata: Stratum) -> bool:
    return any(s.judged < min(_JUDGED_LEAST, s.flags) for s in strata)


def _together(first: Stratum, second: Stratum) -> Stratum:
    return Stratum(
        calls=first.calls + second.calls,
        reviewed=first.reviewed + second.reviewed,
        flags=first.flags + second.flags,
        confirmed=first.confirmed + second.confirmed,
        false=first.false + second.false,
        doubtful=first.doubtful + second.doubtful,
        missed=first.missed + second.missed,
    )


def _precision(strata: Sequence[Stratum]) -> Interval | None:
    """Each stratum's share of true flags, weighted by its flags."""
    known = [s for s in strata if s.judged]
    flags = sum(s.flags for s in known)
    if not flags:
        return None
    found = add(*(scale(_share(s.confirmed, s.judged), s.flags / flags) for s in known))
    return Interval(found.value, max(0.0, found.low), min(1.0, found.high))


def _recall(strata: Sequence[Stratum]) -> Interval | None:
    """True flags out of true flags and what was missed, both of all calls of the strata."""
    looked = [s for s in strata if s.reviewed]
    if not looked or any(s.calls and not s.reviewed for s in strata):
        return None
    missed = add(*(scale(_share(s.missed, s.reviewed), s.calls) for s in looked))
    true = add(*(_true_flags(s) for s in strata if s.judged))
    return share_of(true, missed)


def _true_flags(stratum: Stratum) -> Interval:
    """How many flags are true, with the chance that decides how many there are at all."""
    share = _share(stratum.confirmed, stratum.judged)
    by_chance = _Z * share.value * math.sqrt(stratum.flags)
    value = share.value * stratum.flags
    low = value - math.hypot((share.value - share.low) * stratum.flags, by_chance)
    high = value + math.hypot((share.high - share.value) * stratum.flags, by_chance)
    return Interval(value, max(0.0, low), high)


def _share(hits: int, trials: int) -> Interval:
    low, high = wilson(hits, trials) or (0.0, 1.0)
    return Interval(hits / trials, low, high)

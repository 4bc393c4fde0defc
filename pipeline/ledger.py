"""The monthly ledger of 001:40–48: ten points a month, deductions by item, warnings, streaks.

Pure arithmetic in exact decimals: what stands is what people posted, and what it costs follows from
the whole month, because two complaints cost less than three.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Item(StrEnum):
    """What points are deducted for; the line of 001 that says so stands behind it."""

    ATTITUDE = "attitude"  # 46 服务态度恶劣接受顾客投诉
    SLOW = "slow"  # 45 未能及时应答的投诉
    LATE = "late"  # 42 迟到
    ABSENT = "absent"  # 42 缺勤, over 30 minutes late
    TRUANT = "truant"  # 42 旷工, 43 私自离岗
    LEAVE = "leave"  # 42 请假 or 调休; four a month are free
    OFFLINE = "offline"  # 44 未登录在线客服
    UNFINISHED = "unfinished"  # 47 未能完成当日工作: 0.5 to 1, a person decides
    CORRECTION = "correction"  # what an appeal gives back after its month was closed


class Level(StrEnum):
    """What a month's points lead to."""

    NONE = "none"
    WARNING = "warning"  # 口头警告
    PENALTY = "penalty"  # 处罚
    SEVERE = "severe"  # 严厉处罚, after a streak


FROM_CALLS: Final = (Item.ATTITUDE, Item.SLOW)  # only these can be seen in calls
UNFINISHED_RANGE: Final = (Decimal("0.5"), Decimal(1))
_EACH: Final[Mapping[Item, Decimal]] = {
    Item.ATTITUDE: Decimal(1),
    Item.LATE: Decimal("0.5"),
    Item.ABSENT: Decimal(2),
    Item.TRUANT: Decimal(5),
}
_TIERS: Final[Mapping[Item, tuple[tuple[int, Decimal], ...]]] = {
    Item.ATTITUDE: ((3, Decimal(5)), (5, Decimal(10))),
    Item.SLOW: ((3, Decimal(5)), (5, Decimal(10))),
}
_FREE_LEAVES: Final = 4
_OFFLINE_TIMES: Final = 3
_OFFLINE_POINTS: Final = Decimal(5)


@dataclass(frozen=True, slots=True)
class LedgerRules:
    """Numbers of the document, and what was chosen where it leaves a choice (docs/ledger.md).

    Attributes:
        tiers_add: the tiers of 3 and 5 complaints come on top of single deductions and of each
            other; otherwise the highest tier that was reached stands for all of them.
        each_beyond_tier: where tiers replace, complaints after the tier cost their single points
            again; otherwise nothing until the next tier.
        streak_at: None: streaks lead to nothing.
    """

    start: Decimal = Decimal(10)
    warning_at: Decimal = Decimal(5)
    penalty_at: Decimal = Decimal(2)
    streak_months: int = 3
    streak_at: Decimal | None = None
    tiers_add: bool = False
    each_beyond_tier: bool = False
    repeat_offline: bool = False
    floor_at_zero: bool = True


@dataclass(frozen=True, slots=True)
class Posting:
    """One thing that a person confirmed and that stands: `points` only where a person decides."""

    item: Item
    quantity: int = 1
    points: Decimal | None = None  # deducted; below 0 gives back


@dataclass(frozen=True, slots=True)
class Line:
    """What one item costs in a month."""

    item: Item
    times: int
    points: Decimal  # deducted


@dataclass(frozen=True, slots=True)
class Statement:
    """An agent's month."""

    points: Decimal  # left
    lines: tuple[Line, ...]
    level: Level
    streak: int  # months in a row at or below the limit, this one included


def deduction(item: Item, times: int, *, rules: LedgerRules) -> Decimal:
    """What an item costs that happened so often in a month; 0 for none.

    UNFINISHED and CORRECTION have no fixed cost: a person decides it.
    """
    if times <= 0:
        return Decimal(0)
    each = _EACH.get(item, Decimal(0))
    if item in _TIERS:
        return _tiered(each, _TIERS[item], times, rules=rules)
    if item is Item.LEAVE:
        return _EACH[Item.ABSENT] * max(0, times - _FREE_LEAVES)
    if item is Item.OFFLINE:
        reached = times // _OFFLINE_TIMES
        return _OFFLINE_POINTS * (reached if rules.repeat_offline else min(reached, 1))
    return each * times


def _tiered(
    each: Decimal, tiers: Sequence[tuple[int, Decimal]], times: int, *, rules: LedgerRules
) -> Decimal:
    reached = [(count, points) for count, points in tiers if times >= count]
    if rules.tiers_add:
        return each * times + sum((points for _, points in reached), Decimal(0))
    if not reached:
        return each * times
    count, points = reached[-1]
    beyond = each * (times - count) if rules.each_beyond_tier else Decimal(0)
    return points + beyond


def state_month(
    postings: Iterable[Posting], *, rules: LedgerRules, earlier: Sequence[Decimal] = ()
) -> Statement:
    """An agent's month: what stands of it, what it costs, what it leads to.

    Args:
        postings: that stand; those that were taken back are left out by the caller.
        earlier: points left in the months before, the latest first, without a gap.
    """
    times: dict[Item, int] = {}
    decided: dict[Item, Decimal] = {}
    for posting in postings:
        times[posting.item] = times.get(posting.item, 0) + posting.quantity
        if posting.points is not None:
            decided[posting.item] = decided.get(posting.item, Decimal(0)) + posting.points
    lines = tuple(
        Line(item, times[item], decided.get(item, deduction(item, times[item], rules=rules)))
        for item in Item
        if item in times
    )
    left = rules.start - sum((line.points for line in lines), Decimal(0))
    if rules.floor_at_zero:
        left = max(Decimal(0), left)
    left = min(left, rules.start)
    streak = _streak((left, *earlier), rules)
    return Statement(left, lines, _level(left, streak, rules), streak)


def _streak(points: Sequence[Decimal], rules: LedgerRules) -> int:
    if rules.streak_at is None:
        return 0
    count = 0
    for left in points:
        if left > rules.streak_at:
            break
        count += 1
    return count


def _level(left: Decimal, streak: int, rules: LedgerRules) -> Level:
    if streak >= rules.streak_months:
        return Level.SEVERE
    if left <= rules.penalty_at:
        return Level.PENALTY
    return Level.WARNING if left <= rules.warning_at else Level.NONE


def effect_of(item: Item, before: int, *, rules: LedgerRules, quantity: int = 1) -> Decimal:
    """What so many more of an item cost when `before` stand already: what a proposal shows."""
    return deduction(item, before + quantity, rules=rules) - deduction(item, before, rules=rules)


def reversal_credit(standing: int, quantity: int, item: Item, *, rules: LedgerRules) -> Decimal:
    """What taking back a posting of a closed month gives back: the month's cost with it and
    without it, of the same item.
    """
    less = deduction(item, standing - quantity, rules=rules)
    return deduction(item, standing, rules=rules) - less

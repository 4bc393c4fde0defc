"""Settings of the monthly ledger: the ten-point system of 001:40–48, where its text leaves a
choice, and what was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.ledger import LedgerRules

_NOT_NEGATIVE = {"least": 0.0}


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """Each default is explained in docs/ledger.md, with the words that it rests on."""

    start_points: float = field(default=10.0, metadata=_NOT_NEGATIVE)  # 001:40 10分制
    warning_at: float = 5.0  # 001:40 等于或低于5分
    penalty_at: float = 2.0  # 001:40 等于或低于2分
    streak_months: int = field(default=3, metadata={"least": 1})  # 001:40 连续3个月
    streak_at: float = 58.0  # 001:40 says 58 of ten points: see `streaks`
    streaks: bool = False  # off until somebody says what 58 should be
    tiers: str = field(default="replace", metadata={"choices": ("replace", "add")})
    beyond_tier: str = field(default="nothing", metadata={"choices": ("nothing", "each")})
    repeat_offline: bool = False  # 001:44 every third time anew; False: once a month
    floor_at_zero: bool = True
    complaint_needed: bool = True  # 001:45, 46 punish complaints, not flags by themselves
    attitude_rules: tuple[str, ...] = (
        *("zh.argument", "zh.profanity", "zh.buck_passing", "zh.refusal.bare"),
        *("es.argument", "es.buck_passing"),
    )
    slow_rules: tuple[str, ...] = ("zh.answer_delay",)

    @property
    def rules(self) -> LedgerRules:
        """The same as exact numbers."""
        return LedgerRules(
            start=_exact(self.start_points),
            warning_at=_exact(self.warning_at),
            penalty_at=_exact(self.penalty_at),
            streak_months=self.streak_months,
            streak_at=_exact(self.streak_at) if self.streaks else None,
            tiers_add=self.tiers == "add",
            each_beyond_tier=self.beyond_tier == "each",
            repeat_offline=self.repeat_offline,
            floor_at_zero=self.floor_at_zero,
        )


def _exact(value: float) -> Decimal:
    return Decimal(str(value))

"""What a dashboard shows: plots with their words and tables, and what they are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from urllib.parse import urlencode

from sqlalchemy import Engine

from console.dashboards.charts import Spec
from pipeline.comparison import Comparison, Share, compare_shares
from pipeline.intervals import wilson
from pipeline.messages import Language, say
from warehouse.lake import Warehouse
from warehouse.questions.scope import Scope

Step = Literal["day", "week", "month"]
SHOWN_MAX: Final = 40  # rows of a plot of groups; its table has them all
DASH: Final = "—"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; `href` leads to its calls, or what else was counted: so many."""

    cells: tuple[str, ...]
    href: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot: title, what it says in words, the drawing, the same as a table."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    spec: Spec | None = None  # None where nothing is to be drawn
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads what: language, calls, step of time, names of rules."""

    language: Language
    scope: Scope
    step: Step
    titles: Mapping[str, str]  # of rules
    now: datetime
    lists: bool = True  # whether the reader may see the lists of calls

    def tell(self, key: str, **values: object) -> str:
        """A message of `dashboards.toml`."""
        return say(f"dashboards.{key}", self.language, **values)

    def rule(self, rule_id: str) -> str:
        """What a rule is called."""
        return self.titles.get(rule_id, rule_id)

    def named(self, key: str | None, name: str | None = None) -> str:
        """What a group is called."""
        if not key:
            return self.tell("nobody")
        return f"{name} · {key}" if name and name != key else key

    def link(self, **filters: str | None) -> str | None:
        """To the list of the calls of this period with further filters of the queue."""
        if not self.lists:
            return None
        scope = self.scope
        own = {
            "state": "any",
            "all": "1",
            "since": scope.since.isoformat() if scope.since else None,
            "until": scope.until.isoformat() if scope.until else None,
            "team": scope.team,
            "agent": scope.agent_id,
        }
        return "/queue?" + urlencode({n: v for n, v in {**own, **filters}.items() if v})

    def link_of_step(self, key: str | None, **filters: str | None) -> str | None:
        """To the calls of one step of time."""
        return self.link(**self.days_of_step(key), **filters) if key else None

    def days_of_step(self, key: str, step: Step | None = None) -> dict[str, str | None]:
        """The days of one step of time that lie in the period, as filters."""
        first = date.fromisoformat(key)
        last = last_day_of(first, step or self.step)
        scope = self.scope
        first = max(first, scope.since) if scope.since else first
        last = min(last, scope.until) if scope.until else last
        return {"since": first.isoformat(), "until": last.isoformat()}

    def calls(self, **filters: str | Sequence[str] | None) -> str | None:
        """To the list of calls, for what the queue has no filter; a filter may have many values."""
        if not self.lists:
            return None
        scope = self.scope
        own: dict[str, str | Sequence[str] | None] = {
            "since": scope.since.isoformat() if scope.since else None,
            "until": scope.until.isoformat() if scope.until else None,
            "team": scope.team,
            "agent": scope.agent_id,
        }
        wanted = {n: v for n, v in {**own, **filters}.items() if v}
        return "/dashboards/calls?" + urlencode(wanted, doseq=True)

    def of_group(self, by: str, key: str | None) -> str | None:
        """To the calls of a group; those of which it is not known have a list of their own."""
        return self.link(**{by: key}) if key else self.calls(state="done", without=by)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where answers come from."""

    lake: Warehouse
    decisions: Engine


Builder = Callable[[Reading, Sources], Plot]


def last_day_of(first: date, step: Step) -> date:
    """The last day of the stretch that begins on a day."""
    if step == "day":
        return first
    if step == "week":
        return first + timedelta(days=6)
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def step_of(scope: Scope) -> Step:
    """Days up to two months, weeks up to a year, then months."""
    if scope.since is None or scope.until is None:
        return "month"
    days = (scope.until - scope.since).days + 1
    return "day" if days <= 62 else "week" if days <= 366 else "month"


def percent(value: float | None) -> str:
    """A share, with a tenth where it is small."""
    if value is None:
        return DASH
    return f"{100 * value:.1f}%" if 0 < value < 0.1 else f"{100 * value:.0f}%"


def number(value: float | None, digits: int = 1) -> str:
    """A figure."""
    return DASH if value is None else f"{value:.{digits}f}"


def within(low: float, high: float, show: Callable[[float], str]) -> str:
    """An interval."""
    return f"{show(low)}–{show(high)}"


def share_ends(hits: int, trials: int) -> tuple[float, float] | tuple[None, None]:
    """Wilson's interval; None twice without trials."""
    return wilson(hits, trials) or (None, None)


def tell_change(reading: Reading, parts: Sequence[tuple[int, int]], *, what: str) -> str | None:
    """Whether a share changed from the first half of the steps to the second, in words.

    Args:
        parts: hits and trials of each step.
    Returns: None where there is nothing to compare.
    """
    middle = (len(parts) + 1) // 2
    halves = [parts[:middle], parts[middle:]]
    sums = [(sum(h for h, _ in half), sum(t for _, t in half)) for half in halves]
    if not all(trials for _, trials in sums):
        return None
    found = compare_shares([Share(str(n), h, t) for n, (h, t) in enumerate(sums)])
    before, after = (hits / trials for hits, trials in sums)
    told = change_key(found, after - before)
    return reading.tell(told, what=what, before=percent(before), after=percent(after))


def change_key(found: Comparison | None, difference: float) -> str:
    """The message of a change."""
    if found is None or not found.differs:
        return "change_none"
    return "change_up" if difference > 0 else "change_down"

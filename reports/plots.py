"""Plots as SVG: Vega-Lite specifications, drawn without a browser and without the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline.intervals import Interval, share, wilson
from pipeline.messages import Language, say
from reports.reading import RuleTotals, Totals

if TYPE_CHECKING:
    import altair as alt

INK: Final = "#1d273b"
PALE: Final = "#667382"
LINE: Final = "#0a5ca8"
BAND: Final = "#bcd4ea"
GOOD: Final = "#2b8a3e"
BAD: Final = "#c92a2a"
OPEN: Final = "#f59f00"
_WIDTH: Final = 620  # of the drawing, in its own units; paper makes it as wide as the text
_RULES_MOST: Final = 10
_NEAR: Final = 0.95
_FAR: Final = 0.998
_STEPS: Final = 40


@dataclass(frozen=True, slots=True)
class Pen:
    """What all plots of a report share."""

    language: Language
    family: str  # of the letters
    fonts: Path | None  # the folder that they are in; None: the machine's own

    def say(self, key: str) -> str:
        return say(f"reports.{key}", self.language)


def draw_days(days: Sequence[Totals], pen: Pen, *, first_now: object) -> str | None:
    """Share of passed calls by day with its interval; days before the period are pale.

    Returns: None with fewer than two days that have judged calls.
    """
    found = [(day, share(day.passed, day.judged)) for day in days]
    rows = [
        {"day": str(day.key)[5:], "value": i.value, "low": i.low, "high": i.high,
         "calls": day.judged, "now": str(day.key) >= str(first_now)}
        for day, i in found
        if i is not None
    ]  # fmt: skip
    if len(rows) < 2:
        return None
    alt = _altair()
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("day:O", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap=True))
    )
    scale = alt.Scale(zero=False, domain=_domain([i for _, i in found if i is not None]))
    axis = alt.Axis(format="%", title=pen.say("pass_share"), tickCount=5)
    band = base.mark_errorbar(color=BAND, thickness=5).encode(
        y=alt.Y("low:Q", scale=scale, axis=axis), y2="high:Q"
    )
    line = base.mark_line(color=LINE, strokeWidth=1.5).encode(y=alt.Y("value:Q", scale=scale))
    dots = base.mark_circle(size=36, opacity=1).encode(
        y=alt.Y("value:Q", scale=scale),
        color=alt.condition("datum.now", alt.value(LINE), alt.value("#8aa0b5")),
    )
    return _svg(alt.layer(band, line, dots).properties(width=_WIDTH, height=150), pen)


def draw_rules(rules: Sequence[RuleTotals], titles: Sequence[str], pen: Pen) -> str | None:
    """What people said of the flags of the rules that were broken most; None without flags."""
    told = (("confirmed", BAD), ("open", OPEN), ("doubtful", "#9aa5b1"), ("wrong", "#d5dae0"))
    rows = [
        {"rule": title, "what": pen.say(f"status_{what}"), "order": place, "count": count}
        for rule, title in list(zip(rules, titles, strict=True))[:_RULES_MOST]
        for place, (what, _) in enumerate(told)
        if (count := getattr(rule, what))
    ]
    if not rows:
        return None
    alt = _altair()
    names = [pen.say(f"status_{what}") for what, _ in told]
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(height=11)
        .encode(
            x=alt.X("sum(count):Q", title=pen.say("findings"), axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("rule:N", title=None, sort=list(titles[:_RULES_MOST])),
            color=alt.Color(
                "what:N",
                title=None,
                scale=alt.Scale(domain=names, range=[colour for _, colour in told]),
                legend=alt.Legend(orient="top"),
            ),
            order=alt.Order("order:Q"),
        )
    )
    return _svg(chart.properties(width=_WIDTH - 130, height=alt.Step(20)), pen)


def draw_agents(agents: Sequence[Totals], pen: Pen) -> str | None:
    """Each agent's share of passed calls over the number of calls, within the limits that chance
    alone would give around the share of all; None with fewer than five agents.
    """
    judged = [agent for agent in agents if agent.judged and agent.key is not None]
    total, passed = sum(a.judged for a in judged), sum(a.passed for a in judged)
    if len(judged) < 5:
        return None
    alt = _altair()
    rows = [{"calls": a.judged, "share": a.passed / a.judged} for a in judged]
    most = max(a.judged for a in judged)
    limits = [
        _limits(passed / total, 1 + (most * 1.05 - 1) * n / _STEPS) for n in range(_STEPS + 1)
    ]
    x = alt.X("calls:Q", title=pen.say("judged_calls"), scale=alt.Scale(domain=[0, most * 1.05]))
    low = max(0.0, min(r["share"] for r in rows) - 0.05)
    scale = alt.Scale(domain=[low, 1.0], clamp=True)
    axis = alt.Axis(format="%", title=pen.say("pass_share"), tickCount=5)
    funnel = alt.Chart(alt.Data(values=limits)).encode(x=x)
    shapes = [
        funnel.mark_area(color=colour, opacity=1).encode(
            y=alt.Y(f"{name}_low:Q", scale=scale, axis=axis), y2=f"{name}_high:Q"
        )
        for name, colour in (("far", "#eef3f8"), ("near", "#dbe7f2"))
    ]
    middle = funnel.mark_line(color=PALE, strokeDash=[4, 3], strokeWidth=1).encode(
        y=alt.Y("share:Q", scale=scale)
    )
    dots = alt.Chart(alt.Data(values=rows)).mark_circle(size=26, opacity=0.75, color=LINE)
    dots = dots.encode(x=x, y=alt.Y("share:Q", scale=scale))
    return _svg(alt.layer(*shapes, middle, dots).properties(width=_WIDTH, height=170), pen)


def _limits(middle: float, calls: float) -> dict[str, float]:
    """Where the share of so many calls lies by chance: Wilson's interval turned round."""
    found = {"calls": calls, "share": middle}
    for name, level in (("near", _NEAR), ("far", _FAR)):
        ends = wilson(middle * calls, calls, level=level) or (0.0, 1.0)
        found |= {f"{name}_low": ends[0], f"{name}_high": ends[1]}
    return found


def _domain(intervals: Sequence[Interval]) -> list[float]:
    """From a whole tenth below the lowest end to one above the highest."""
    low = int(10 * min(i.low for i in intervals)) / 10
    return [low, min(1.0, -int(-10 * max(i.high for i in intervals)) / 10 + 0.1)]


def _altair() -> Any:
    import altair

    return altair


def _svg(chart: alt.Chart | alt.LayerChart, pen: Pen) -> str:
    import vl_convert

    if pen.fonts is not None:
        vl_convert.register_font_directory(str(pen.fonts))
    letters = {"labelFont": pen.family, "titleFont": pen.family}
    config = {
        "font": pen.family,
        "background": None,
        "view": {"stroke": None},
        "axis": {**letters, "labelFontSize": 10, "titleFontSize": 10, "labelColor": INK,
                 "titleColor": PALE, "titleFontWeight": "normal", "gridColor": "#e6e9ed",
                 "domainColor": "#9aa5b1", "tickColor": "#9aa5b1", "labelLimit": 260},
        "legend": {**letters, "labelFontSize": 10, "labelColor": INK},
    }  # fmt: skip
    return str(vl_convert.vegalite_to_svg(chart.to_dict(), config=config))

"""Calls, scores, flags and credits over time; the last night; by purpose and hour."""

from __future__ import annotations

import math

from console.dashboards.charts import (
    Axis,
    Bar,
    Dot,
    TimePoint,
    draw_bars,
    draw_columns,
    draw_dots,
    draw_trend,
)
from console.dashboards.shown import (
    DASH,
    Plot,
    Reading,
    Row,
    Sources,
    change_key,
    number,
    percent,
    tell_change,
    within,
)
from pipeline.comparison import Comparison, Mean, Share, compare_means, compare_shares
from pipeline.messages import say
from warehouse.questions.calls import CallGroup, calls_by, last_night
from warehouse.questions.rules import rules_by
from warehouse.questions.scope import Group, Scope

_Z = 1.96
_RULES = 10


def show_night(reading: Reading, sources: Sources) -> Plot:
    """The last night's calls, and the rules that were broken most in them."""
    tell = reading.tell
    title, head = tell("night"), (tell("rule"), tell("flags"), tell("judged"))
    found = last_night(sources.lake)
    if found is None:
        return Plot("night", title, head, (), words=(tell("night_none"),))
    local = f"{found.finished_at.astimezone(reading.scope.zone):%Y-%m-%d %H:%M}"
    told = tell(
        "night_words",
        finished=local,
        calls=found.calls,
        hours=number(found.audio_s / 3600),
        failed=found.failed,
        flags=found.flags,
        points=number(found.points_mean),
    )
    scope = Scope(since=found.first_day, until=found.last_day)
    outcomes = rules_by(sources.lake, scope) if found.first_day else ()
    rules = sorted((r for r in outcomes if r.flags), key=lambda r: -r.flags)[:_RULES]
    days = {
        "since": found.first_day.isoformat() if found.first_day else None,
        "until": found.last_day.isoformat() if found.last_day else None,
    }
    links = [reading.link(rule=r.rule_id, team=None, agent=None, **days) for r in rules]
    bars = [
        Bar(reading.rule(r.rule_id), r.flags, href=h) for r, h in zip(rules, links, strict=True)
    ]
    rows = tuple(
        Row((reading.rule(r.rule_id), str(r.flags), str(r.calls)), h, r.flags)
        for r, h in zip(rules, links, strict=True)
    )
    spec = draw_bars(bars, Axis(tell("flags"), "count")) if bars else None
    return Plot("night", title, head, rows, spec, (told, tell("night_days")) if rows else (told,))


def show_calls(reading: Reading, sources: Sources) -> Plot:
    """How many calls, and how many could not be inspected."""
    tell = reading.tell
    groups = calls_by(sources.lake, reading.scope, reading.step)
    series = (tell("done"), tell("failed"))

    def failed(g: CallGroup) -> str | None:
        return reading.calls(state="failed", **reading.days_of_step(g.key)) if g.key else None

    points = [
        point
        for g in groups
        for point in (
            TimePoint(g.key or "", g.done, series[0], href=reading.link_of_step(g.key)),
            TimePoint(g.key or "", g.failed, series[1], href=failed(g)),
        )
    ]
    rows = tuple(
        Row((g.key or "", str(g.done), str(g.failed)), reading.link_of_step(g.key), g.done)
        for g in groups
    )
    spec = draw_columns(points, Axis(tell("calls"), "count"), series=series) if points else None
    return Plot("calls", tell("calls"), (tell(reading.step), *series), rows, spec)


def show_scores(reading: Reading, sources: Sources) -> Plot:
    """The mean score with its interval."""
    tell = reading.tell
    groups = [
        g for g in calls_by(sources.lake, reading.scope, reading.step) if g.points_mean is not None
    ]
    points, rows = [], []
    for g in groups:
        mean, half = g.points_mean or 0.0, _half(g)
        href = reading.link_of_step(g.key)
        low, high = (mean - half, mean + half) if g.done > 1 else (None, None)
        points.append(TimePoint(g.key or "", mean, tell("score"), low, high, href))
        told = DASH if low is None or high is None else within(low, high, number)
        rows.append(Row((g.key or "", number(mean), told, str(g.done)), href, g.done))
    axis = Axis(tell("score"), from_zero=False)
    spec = draw_trend(points, axis, series=(tell("score"),)) if points else None
    head = (tell(reading.step), tell("score"), tell("interval"), tell("judged"))
    return Plot("scores", tell("scores"), head, tuple(rows), spec, _score_words(reading, groups))


def _half(group: CallGroup) -> float:
    return _Z * group.points_deviation / math.sqrt(group.done) if group.done else 0.0


def _score_words(reading: Reading, groups: list[CallGroup]) -> tuple[str, ...]:
    middle = (len(groups) + 1) // 2
    halves = [_together(half) for half in (groups[:middle], groups[middle:]) if half]
    if len(halves) < 2:
        return ()
    first, second = halves
    key = change_key(compare_means(halves), second.mean - first.mean)
    told = {"before": number(first.mean), "after": number(second.mean)}
    return (reading.tell(key, what=reading.tell("score"), **told),)


def _together(groups: list[CallGroup]) -> Mean:
    """Several groups as one: the sums of squares of each add up."""
    calls = sum(g.done for g in groups)
    mean = sum((g.points_mean or 0.0) * g.done for g in groups) / calls
    squares = sum(
        g.points_deviation**2 * (g.done - 1) + g.done * ((g.points_mean or 0.0) - mean) ** 2
        for g in groups
        if g.done
    )
    return Mean(
        groups[0].key or "", calls, mean, math.sqrt(squares / (calls - 1)) if calls > 1 else 0.0
    )


def show_flags(reading: Reading, sources: Sources) -> Plot:
    """Flags and credits of a call."""
    tell = reading.tell
    groups = [g for g in calls_by(sources.lake, reading.scope, reading.step) if g.done]
    series = (tell("flags"), tell("credits"))
    points = [
        TimePoint(g.key or "", value / g.done, name, href=reading.link_of_step(g.key))
        for name, pick in zip(series, ("flags", "credits"), strict=True)
        for g in groups
        for value in (getattr(g, pick),)
    ]
    rows = tuple(
        Row(
            (
                g.key or "",
                number(g.flags / g.done, 2),
                number(g.credits / g.done, 2),
                percent(g.calls_flagged / g.done),
                str(g.done),
            ),
            reading.link_of_step(g.key),
            g.done,
        )
        for g in groups
    )
    parts = [(g.calls_flagged, g.done) for g in groups]
    told = tell_change(reading, parts, what=tell("flagged_share"))
    spec = draw_trend(points, Axis(tell("per_call"), "number"), series=series) if points else None
    head = (tell(reading.step), *series, tell("flagged_share"), tell("judged"))
    return Plot("flags", tell("flags_credits"), head, rows, spec, (told,) if told else ())


def show_purposes(reading: Reading, sources: Sources) -> Plot:
    """How many calls of each purpose have a flag."""
    return _flagged(reading, sources, "purpose")


def show_hours(reading: Reading, sources: Sources) -> Plot:
    """How many calls of each hour have a flag."""
    return _flagged(reading, sources, "hour")


def _flagged(reading: Reading, sources: Sources, by: Group) -> Plot:
    tell = reading.tell
    groups = [g for g in calls_by(sources.lake, reading.scope, by) if g.done]
    if by == "hour":
        groups.sort(key=lambda g: int(g.key) if g.key else 99)
    found = compare_shares([Share(g.key or "", g.calls_flagged, g.done) for g in groups])
    names = [_group_name(reading, g.key, by) for g in groups]
    links = [_link(reading, by, g.key) for g in groups]
    head = (tell(by), tell("flagged_share"), tell("interval"), tell("judged"), tell("standing"))
    title = tell(f"flagged_by_{by}")
    if found is None:
        return Plot(f"by_{by}", title, head, ())
    rows, dots = [], []
    for group, name, href, c in zip(groups, names, links, found.groups, strict=True):
        standing = tell(f"standing_{c.standing}")
        cells = (percent(c.value), within(c.low, c.high, percent), str(group.done), standing)
        rows.append(Row((name, *cells), href, group.done))
        dots.append(Dot(name, c.value, c.low, c.high, c.standing, href))
    spec = draw_dots(
        dots,
        Axis(tell("flagged_share"), "share"),
        standings=standings(reading),
        overall=found.overall,
    )
    return Plot(f"by_{by}", title, head, tuple(rows), spec, (tell_comparison(reading, found),))


def _link(reading: Reading, by: Group, key: str | None) -> str | None:
    if by == "hour" and key:
        return reading.calls(state="done", hour=key)
    return reading.of_group(by, key)


def _group_name(reading: Reading, key: str | None, by: Group) -> str:
    if key and by == "purpose":
        return say(f"pages.purpose_{key}", reading.language)
    return f"{int(key):02}:00" if key and by == "hour" else reading.named(key)


def standings(reading: Reading) -> dict[str, str]:
    """What each standing is called, in the order of the legend."""
    return {key: reading.tell(f"standing_{key}") for key in ("higher", "same", "lower")}


def tell_comparison(reading: Reading, found: Comparison) -> str:
    """Whether the groups differ, in words."""
    if not found.differs:
        return reading.tell("no_difference")
    apart = [c.key for c in found.groups if c.standing != "same"]
    return reading.tell("difference" if apart else "difference_nobody", count=len(apart))

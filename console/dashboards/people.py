"""Teams and agents beside each other: never a ranking of noise.

Groups stand in the order of their names, not of their figures, and only those of which a
difference is shown are coloured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.dashboards.charts import Axis, Dot, draw_dots
from console.dashboards.heard import promise_cells, state_names
from console.dashboards.overview import standings, tell_comparison
from console.dashboards.shown import (
    SHOWN_MAX,
    Plot,
    Reading,
    Row,
    Sources,
    number,
    percent,
    within,
)
from pipeline.comparison import Comparison, Mean, Share, compare_means, compare_shares
from warehouse.questions.calls import CallGroup, calls_by
from warehouse.questions.promised import promises_by
from warehouse.questions.scope import Group


def show_team_scores(reading: Reading, sources: Sources) -> Plot:
    """The scores of the teams."""
    return _scores(reading, sources, "team")


def show_agent_scores(reading: Reading, sources: Sources) -> Plot:
    """The scores of the agents."""
    return _scores(reading, sources, "agent")


def show_team_flags(reading: Reading, sources: Sources) -> Plot:
    """How many calls of each team have a flag."""
    return _flags(reading, sources, "team")


def show_agent_flags(reading: Reading, sources: Sources) -> Plot:
    """How many calls of each agent have a flag."""
    return _flags(reading, sources, "agent")


def show_agent_promises(reading: Reading, sources: Sources) -> Plot:
    """How many promises of each agent were kept in time."""
    tell = reading.tell
    groups = [g for g in promises_by(sources.lake, reading.scope, "agent")]
    known = [g for g in groups if g.kept + g.late + g.broken]
    found = compare_shares([Share(g.key or "", g.kept, g.kept + g.late + g.broken) for g in known])
    links = {
        g.key: reading.calls(promises="1", **({"agent": g.key} if g.key else {"without": "agent"}))
        for g in groups
    }
    rows = tuple(
        Row((reading.named(g.key, g.name), *promise_cells(g)), links[g.key], g.made) for g in groups
    )
    names = [(reading.named(g.key, g.name), links[g.key]) for g in known]
    table = _Table(
        "promises_by_agent",
        (tell("agent"), tell("made"), *state_names(reading), tell("kept_share")),
        rows,
    )
    return _plot(reading, table, found, names, Axis(tell("kept_share"), "share"))


def _scores(reading: Reading, sources: Sources, by: Group) -> Plot:
    tell = reading.tell
    groups = [g for g in calls_by(sources.lake, reading.scope, by) if g.points_mean is not None]
    found = compare_means(
        [Mean(g.key or "", g.done, g.points_mean or 0.0, g.points_deviation) for g in groups]
    )
    axis = Axis(tell("score"), from_zero=False)
    return _compared(reading, f"scores_by_{by}", groups, found, axis=axis, show=number, by=by)


def _flags(reading: Reading, sources: Sources, by: Group) -> Plot:
    groups = [g for g in calls_by(sources.lake, reading.scope, by) if g.done]
    found = compare_shares([Share(g.key or "", g.calls_flagged, g.done) for g in groups])
    axis = Axis(reading.tell("flagged_share"), "share")
    return _compared(reading, f"flags_by_{by}", groups, found, axis=axis, show=percent, by=by)


def _compared(
    reading: Reading,
    name: str,
    groups: Sequence[CallGroup],
    found: Comparison | None,
    *,
    axis: Axis,
    show: Callable[[float], str],
    by: Group,
) -> Plot:
    tell = reading.tell
    names = [(reading.named(g.key, g.name), reading.of_group(by, g.key)) for g in groups]
    rows = [
        Row(
            (
                label,
                show(c.value),
                within(c.low, c.high, show),
                show(c.shrunk),
                str(c.calls),
                tell(f"standing_{c.standing}"),
            ),
            href,
            c.calls,
        )
        for (label, href), c in zip(names, found.groups if found else (), strict=False)
    ]
    head = (tell(by), axis.title, tell("interval"), tell("shrunk"), tell("judged"))
    table = _Table(name, (*head, tell("standing")), tuple(rows))
    return _plot(reading, table, found, names, axis)


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]


def _plot(
    reading: Reading,
    table: _Table,
    found: Comparison | None,
    names: Sequence[tuple[str, str | None]],
    axis: Axis,
) -> Plot:
    title = reading.tell(table.name)
    if found is None:
        return Plot(table.name, title, table.head, table.rows)
    dots = [
        Dot(label, c.value, c.low, c.high, c.standing, href)
        for (label, href), c in zip(names, found.groups, strict=True)
    ]
    words = [tell_comparison(reading, found)]
    if len(dots) > SHOWN_MAX:
        most = sorted(found.groups, key=lambda c: (c.standing == "same", -c.calls, c.key))
        chosen = {c.key for c in most[:SHOWN_MAX]}
        dots = [d for d, c in zip(dots, found.groups, strict=True) if c.key in chosen]
        words.append(reading.tell("shown_some", shown=SHOWN_MAX, all=len(found.groups)))
    spec = draw_dots(dots, axis, standings=standings(reading), overall=found.overall)
    return Plot(table.name, title, table.head, table.rows, spec, tuple(words))

"""Which rules cost points, how often they are broken, and whether what is required is done."""

from __future__ import annotations

from collections.abc import Sequence

from console.dashboards.charts import (
    Axis,
    Bar,
    Dot,
    TimePoint,
    draw_bars,
    draw_dots,
    draw_trend,
)
from console.dashboards.overview import standings, tell_comparison
from console.dashboards.shown import (
    DASH,
    Plot,
    Reading,
    Row,
    Sources,
    number,
    percent,
    share_ends,
    tell_change,
    within,
)
from pipeline.comparison import Share, compare_shares
from warehouse.questions.rules import RuleOutcomes, rules_by
from warehouse.questions.scope import RuleGroup

_COSTLY = 15
_LINES = 5


def show_costs(reading: Reading, sources: Sources) -> Plot:
    """The rules that cost most points."""
    tell = reading.tell
    found = [r for r in rules_by(sources.lake, reading.scope) if r.flags or r.met or r.missed]
    links = {r.rule_id: reading.link(rule=r.rule_id) if r.flags else None for r in found}
    costly = [r for r in found if r.points_lost][:_COSTLY]
    bars = [
        Bar(reading.rule(r.rule_id), float(r.points_lost), href=links[r.rule_id]) for r in costly
    ]
    rows = []
    for r in found:
        low, high = share_ends(r.flags, r.calls)
        ends = DASH if low is None or high is None else within(low, high, percent)
        share = percent(r.flags / r.calls) if r.calls else DASH
        cells = (reading.rule(r.rule_id), number(float(r.points_lost)), str(r.flags), str(r.calls))
        rows.append(Row((*cells, share, ends), links[r.rule_id], r.flags or None))
    spec = draw_bars(bars, Axis(tell("points_lost"), "number")) if bars else None
    head = ("rule", "points_lost", "flags", "judged", "flagged_share", "interval")
    return Plot("costs", tell("costs"), tuple(tell(h) for h in head), tuple(rows), spec)


def show_broken(reading: Reading, sources: Sources) -> Plot:
    """How often the rules with most flags are broken, over time."""
    all_rules = rules_by(sources.lake, reading.scope)
    most = sorted((r for r in all_rules if r.flags), key=lambda r: (-r.flags, r.rule_id))[:_LINES]
    ids = [r.rule_id for r in most]
    steps = rules_by(sources.lake, reading.scope, reading.step, rules=ids) if ids else ()
    return _lines(reading, "broken", ids, [(r, r.flags, r.calls) for r in steps])


def show_steps(reading: Reading, sources: Sources) -> Plot:
    """How often opener and closing are as the norms ask."""
    return _done(reading, sources, "compliance", (".opener.", ".closing."))


def show_holds(reading: Reading, sources: Sources) -> Plot:
    """How often a hold is announced, and taken up again as the norms ask."""
    return _done(reading, sources, "holds", (".hold.",))


def _done(reading: Reading, sources: Sources, name: str, marks: Sequence[str]) -> Plot:
    steps = [
        r
        for r in rules_by(sources.lake, reading.scope, reading.step)
        if any(mark in r.rule_id for mark in marks) and r.met + r.missed
    ]
    ids = sorted({r.rule_id for r in steps})
    return _lines(reading, name, ids, [(r, r.met, r.met + r.missed) for r in steps])


def _lines(
    reading: Reading, name: str, ids: Sequence[str], steps: Sequence[tuple[RuleOutcomes, int, int]]
) -> Plot:
    """Shares over time, a line for each rule."""
    tell = reading.tell
    points, rows, words = [], [], []
    for rule_id in ids:
        own = sorted((s for s in steps if s[0].rule_id == rule_id), key=lambda s: s[0].key or "")
        title = reading.rule(rule_id)
        for outcomes, hits, trials in own:
            if not trials:
                continue
            href, count = _link(reading, name, outcomes, trials)
            low, high = share_ends(hits, trials)
            points.append(TimePoint(outcomes.key or "", hits / trials, title, href=href))
            ends = DASH if low is None or high is None else within(low, high, percent)
            share = (percent(hits / trials), ends, str(hits), str(trials))
            rows.append(Row((outcomes.key or "", title, *share), href, count))
        told = tell_change(reading, [(h, t) for _, h, t in own], what=title)
        words += [told] if told else []
    series = [reading.rule(rule_id) for rule_id in ids]
    spec = draw_trend(points, Axis(tell(f"{name}_share"), "share"), series=series)
    head = (tell(reading.step), tell("rule"), tell(f"{name}_share"), tell("interval"))
    hits_name = tell("flags" if name == "broken" else "met")
    return Plot(
        name,
        tell(name),
        (*head, hits_name, tell("judged")),
        tuple(rows),
        spec if points else None,
        tuple(words),
    )


def _link(
    reading: Reading, name: str, outcomes: RuleOutcomes, trials: int
) -> tuple[str | None, int]:
    """Where a point leads, and to how many calls: those that broke a rule, or all in which a thing
    was wanted, those without it first.
    """
    key, rule = outcomes.key or "", outcomes.rule_id
    if name == "broken" and outcomes.flags:
        return reading.link_of_step(key, rule=rule), outcomes.flags
    wanted = ("violated", "clear", "met", "missed") if name == "broken" else ("met", "missed")
    href = reading.calls(rule=rule, outcome=wanted, **reading.days_of_step(key))
    return href, trials


def show_steps_by_team(reading: Reading, sources: Sources) -> Plot:
    """Opener and closing by team."""
    return steps_by(reading, sources, "team")


def steps_by(reading: Reading, sources: Sources, by: RuleGroup) -> Plot:
    """How often opener and closing are done in each group."""
    tell = reading.tell
    sums: dict[str | None, tuple[int, int]] = {}
    ids: dict[str, None] = {}
    for r in rules_by(sources.lake, reading.scope, by):
        if ".opener." in r.rule_id or ".closing." in r.rule_id:
            ids[r.rule_id] = None
            met, wanted = sums.get(r.key, (0, 0))
            sums[r.key] = (met + r.met, wanted + r.met + r.missed)
    keys = sorted((k for k, (_, n) in sums.items() if n), key=lambda k: k or "")
    found = compare_shares([Share(k or "", *sums[k]) for k in keys])
    head = (tell(by), tell("compliance_share"), tell("interval"), tell("judged"), tell("standing"))
    name, title = f"compliance_by_{by}", tell(f"compliance_by_{by}")
    if found is None:
        return Plot(name, title, head, ())
    rows, dots = [], []
    for key, c in zip(keys, found.groups, strict=True):
        group: dict[str, str] = {by: key} if key else {"without": by}
        href = reading.calls(rule=tuple(ids), outcome=("met", "missed"), **group)
        standing = tell(f"standing_{c.standing}")
        cells = (percent(c.value), within(c.low, c.high, percent), str(c.calls), standing)
        rows.append(Row((reading.named(key), *cells), href, c.calls))
        dots.append(Dot(reading.named(key), c.value, c.low, c.high, c.standing, href))
    axis = Axis(tell("compliance_share"), "share")
    spec = draw_dots(dots, axis, standings=standings(reading), overall=found.overall)
    return Plot(name, title, head, tuple(rows), spec, (tell_comparison(reading, found),))

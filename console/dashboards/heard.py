"""Silence, promises, and how surely calls were heard, over time."""

from __future__ import annotations

from console.dashboards.charts import Axis, Bar, TimePoint, draw_bars, draw_columns, draw_trend
from console.dashboards.shown import (
    DASH,
    Plot,
    Reading,
    Row,
    Sources,
    number,
    percent,
    tell_change,
)
from warehouse.questions.hearing import recognition_by, silence_by
from warehouse.questions.promised import PromiseGroup, promises_by
from warehouse.questions.rules import rules_by

PROMISE_STATES = ("kept", "late", "broken", "still_open", "unverifiable")
_RULES = 15


def show_silence(reading: Reading, sources: Sources) -> Plot:
    """How much of the calls nobody speaks, and how long the longest silences are."""
    tell = reading.tell
    groups = silence_by(sources.lake, reading.scope, reading.step)
    series = (tell("longest_median"), tell("longest_ninth"))
    points = [
        TimePoint(g.key or "", value, name, href=reading.link_of_step(g.key))
        for name, pick in zip(series, ("longest_median_s", "longest_ninth_s"), strict=True)
        for g in groups
        if (value := getattr(g, pick)) is not None
    ]
    rows = tuple(
        Row(
            (
                g.key or "",
                number(g.longest_median_s),
                number(g.longest_ninth_s),
                percent(g.silence_share),
                str(g.calls),
            ),
            reading.link_of_step(g.key),
            g.calls,
        )
        for g in groups
    )
    spec = draw_trend(points, Axis(tell("seconds")), series=series) if points else None
    head = (tell(reading.step), *series, tell("silence_share"), tell("judged"))
    return Plot("silence", tell("silence"), head, rows, spec)


def show_promises(reading: Reading, sources: Sources) -> Plot:
    """What became of the promises, by when they were made."""
    tell = reading.tell
    groups = promises_by(sources.lake, reading.scope, reading.step)
    series = state_names(reading)
    points = [
        TimePoint(g.key or "", value, name, href=_promised(reading, g.key, state))
        for name, state in zip(series, PROMISE_STATES, strict=True)
        for g in groups
        if (value := getattr(g, state))
    ]
    rows = tuple(
        Row((g.key or "", *promise_cells(g)), _promised(reading, g.key), g.made) for g in groups
    )
    parts = [(g.kept, g.kept + g.late + g.broken) for g in groups]
    told = tell_change(reading, parts, what=tell("kept_share"))
    spec = draw_columns(points, Axis(tell("promises"), "count"), series=series) if points else None
    head = (tell(reading.step), tell("made"), *series, tell("kept_share"))
    return Plot("promises", tell("promises"), head, rows, spec, (told,) if told else ())


def _promised(reading: Reading, key: str | None, state: str = "") -> str | None:
    """To the promises of one step of time."""
    stored = "open" if state == "still_open" else state
    return reading.calls(promises="1", promise=stored, **reading.days_of_step(key)) if key else None


def state_names(reading: Reading) -> tuple[str, ...]:
    """What the states are called."""
    keys = ("broken_promise" if state == "broken" else state for state in PROMISE_STATES)
    return tuple(reading.tell(key) for key in keys)


def promise_cells(group: PromiseGroup) -> tuple[str, ...]:
    """The figures of a group: made, by state, share kept."""
    states = (str(getattr(group, state)) for state in PROMISE_STATES)
    return (str(group.made), *states, percent(group.kept_share))


def show_recognition(reading: Reading, sources: Sources) -> Plot:
    """Uncertain words, uncertain roles, and what could not be judged."""
    tell = reading.tell
    groups = recognition_by(sources.lake, reading.scope, reading.step)
    series = (tell("words_uncertain"), tell("roles_uncertain"), tell("not_assessable"))
    shares = [
        (
            g.uncertain_share,
            None if g.role_certainty is None else 1 - g.role_certainty,
            g.not_assessable_share,
        )
        for g in groups
    ]
    points = [
        TimePoint(g.key or "", value, name, href=reading.link_of_step(g.key))
        for at, name in enumerate(series)
        for g, found in zip(groups, shares, strict=True)
        if (value := found[at]) is not None
    ]
    rows = tuple(
        Row(
            (g.key or "", *(percent(value) for value in found), str(g.words), str(g.calls)),
            reading.link_of_step(g.key),
            g.calls,
        )
        for g, found in zip(groups, shares, strict=True)
    )
    spec = draw_trend(points, Axis(tell("share"), "share"), series=series) if points else None
    head = (tell(reading.step), *series, tell("words"), tell("judged"))
    words = (tell("recognition_words"),) if points else ()
    return Plot("recognition", tell("recognition"), head, rows, spec, words)


def show_unjudged(reading: Reading, sources: Sources) -> Plot:
    """The rules that most often could not be judged."""
    tell = reading.tell
    found = sorted(
        (r for r in rules_by(sources.lake, reading.scope) if r.not_assessable),
        key=lambda r: (-r.not_assessable, r.rule_id),
    )
    links = {r.rule_id: reading.calls(rule=r.rule_id, outcome="not_assessable") for r in found}
    bars = [
        Bar(reading.rule(r.rule_id), r.not_assessable, href=links[r.rule_id])
        for r in found[:_RULES]
    ]
    rows = tuple(
        Row(
            (
                reading.rule(r.rule_id),
                str(r.not_assessable),
                str(r.calls),
                percent(r.not_assessable / n) if (n := r.calls + r.not_assessable) else DASH,
            ),
            links[r.rule_id],
            r.not_assessable,
        )
        for r in found
    )
    spec = draw_bars(bars, Axis(tell("calls"), "count")) if bars else None
    head = (tell("rule"), tell("not_assessable"), tell("judged"), tell("share"))
    return Plot("unjudged", tell("unjudged"), head, rows, spec)

"""What people do: backlog and speed of the review, verdicts, appeals, agreement."""

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
    share_ends,
    tell_change,
    within,
)
from warehouse.questions.decided import (
    appeals_by_month,
    backlog,
    reviewers,
    reviews_by_day,
    verdicts_by_month,
)


def show_backlog(reading: Reading, sources: Sources) -> Plot:
    """What waits in the queue, by the age of the call."""
    tell = reading.tell
    found = backlog(sources.decisions, reading.scope, now=reading.now)
    series = (tell("with_flags"), tell("without_flags"))
    names = [
        tell("age_older") if b.at_most_days is None else tell("age", days=b.at_most_days)
        for b in found
    ]
    bars = [
        Bar(name, value, label)
        for name, b in zip(names, found, strict=True)
        for label, value in zip(series, (b.flagged, b.calls - b.flagged), strict=True)
    ]
    rows = tuple(
        Row((name, str(b.calls), str(b.flagged))) for name, b in zip(names, found, strict=True)
    )
    told = tell("backlog_words", calls=sum(b.calls for b in found))
    spec = draw_bars(bars, Axis(tell("calls"), "count"), series=series)
    head = (tell("waits_since"), tell("calls"), tell("with_flags"))
    return Plot("backlog", tell("backlog"), head, rows, spec, (told,))


def show_reviews(reading: Reading, sources: Sources) -> Plot:
    """How many calls were released each day, and how long after they began."""
    tell = reading.tell
    days = reviews_by_day(sources.decisions, reading.scope)
    series = (tell("released"),)
    points = [TimePoint(d.day.isoformat(), d.submitted, series[0]) for d in days]
    rows = tuple(Row((d.day.isoformat(), str(d.submitted), number(d.wait_median_h))) for d in days)
    spec = draw_columns(points, Axis(tell("released"), "count"), series=series) if points else None
    head = (tell("day"), *series, tell("wait_median"))
    return Plot("reviews", tell("reviews"), head, rows, spec)


def show_reviewers(reading: Reading, sources: Sources) -> Plot:
    """Who released how many calls, and what they said of findings."""
    tell = reading.tell
    found = reviewers(sources.decisions, reading.scope)
    series = (tell("confirmed"), tell("false"), tell("doubtful"))
    bars = [
        Bar(r.name, value, label)
        for r in found
        for label, value in zip(series, (r.confirmed, r.false, r.doubtful), strict=True)
    ]
    rows = tuple(
        Row((r.name, str(r.submitted), str(r.confirmed), str(r.false), str(r.doubtful)))
        for r in found
    )
    spec = draw_bars(bars, Axis(tell("verdicts"), "count"), series=series) if bars else None
    head = (tell("reviewer"), tell("released"), *series)
    return Plot("reviewers", tell("reviewers"), head, rows, spec)


def show_verdicts(reading: Reading, sources: Sources) -> Plot:
    """How often people confirm the machine's findings."""
    tell = reading.tell
    points, rows = [], []
    months = verdicts_by_month(sources.decisions, reading.scope)
    for m in months:
        low, high = share_ends(m.confirmed, m.confirmed + m.false)
        ends = DASH if low is None or high is None else within(low, high, percent)
        share = m.confirmed_share
        if share is not None:
            points.append(TimePoint(m.month.isoformat(), share, tell("confirmed"), low, high))
        counts = (str(m.confirmed), str(m.false), str(m.doubtful))
        rows.append(Row((f"{m.month:%Y-%m}", percent(share), ends, *counts)))
    parts = [(m.confirmed, m.confirmed + m.false) for m in months]
    told = tell_change(reading, parts, what=tell("confirmed_share"))
    axis = Axis(tell("confirmed_share"), "share")
    spec = draw_trend(points, axis, series=(tell("confirmed"),)) if points else None
    head = ("month", "confirmed_share", "interval", "confirmed", "false", "doubtful")
    words = (tell("verdicts_words"), *((told,) if told else ()))
    titles = tuple(tell(h) for h in head)
    return Plot("verdicts", tell("verdicts"), titles, tuple(rows), spec, words)


def show_appeals(reading: Reading, sources: Sources) -> Plot:
    """Appeals by the month in which they were made, and what became of them."""
    tell = reading.tell
    months = appeals_by_month(sources.decisions, reading.scope)
    series = (tell("upheld"), tell("rejected"), tell("waiting"))
    points = [
        TimePoint(m.month.isoformat(), value, name)
        for name, pick in zip(series, ("upheld", "rejected", "waiting"), strict=True)
        for m in months
        if (value := getattr(m, pick))
    ]
    rows = tuple(
        Row(
            (
                f"{m.month:%Y-%m}",
                str(m.made),
                str(m.upheld),
                str(m.rejected),
                str(m.waiting),
                percent(m.upheld_share),
            ),
            "/appeals",
        )
        for m in months
    )
    spec = draw_columns(points, Axis(tell("appeals"), "count"), series=series) if points else None
    head = (tell("month"), tell("made"), *series, tell("upheld_share"))
    return Plot("appeals", tell("appeals"), head, rows, spec)

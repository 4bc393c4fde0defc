"""What people do: backlog and speed of the review, verdicts, appeals, agreement."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

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
    links = [_queue(reading, waits=str(b.at_most_days or "older")) for b in found]
    bars = [
        Bar(name, value, label, href)
        for name, href, b in zip(names, links, found, strict=True)
        for label, value in zip(series, (b.flagged, b.calls - b.flagged), strict=True)
    ]
    rows = tuple(
        Row((name, str(b.calls), str(b.flagged)), href, b.calls)
        for name, href, b in zip(names, links, found, strict=True)
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
    links = [_released(reading, d.day, d.day) for d in days]
    points = [
        TimePoint(d.day.isoformat(), d.submitted, series[0], href=href)
        for d, href in zip(days, links, strict=True)
    ]
    rows = tuple(
        Row((d.day.isoformat(), str(d.submitted), number(d.wait_median_h)), href, d.submitted)
        for d, href in zip(days, links, strict=True)
    )
    spec = draw_columns(points, Axis(tell("released"), "count"), series=series) if points else None
    head = (tell("day"), *series, tell("wait_median"))
    return Plot("reviews", tell("reviews"), head, rows, spec)


def show_reviewers(reading: Reading, sources: Sources) -> Plot:
    """Who released how many calls, and what they said of findings."""
    tell = reading.tell
    found = reviewers(sources.decisions, reading.scope)
    series = (tell("confirmed"), tell("false"), tell("doubtful"))
    scope = reading.scope
    links = {
        r.account_id: _released(reading, scope.since, scope.until, released_by=r.account_id)
        for r in found
    }
    bars = [
        Bar(r.name, value, label, links[r.account_id])
        for r in found
        for label, value in zip(series, (r.confirmed, r.false, r.doubtful), strict=True)
    ]
    rows = tuple(
        Row(
            (r.name, str(r.submitted), str(r.confirmed), str(r.false), str(r.doubtful)),
            links[r.account_id],
            r.submitted,
        )
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
        days = reading.days_of_step(m.month.isoformat(), "month")
        judged = {"judged_since": days["since"], "judged_until": days["until"]}
        href = _queue(reading, state="any", all="1", **judged)
        if share is not None:
            points.append(TimePoint(m.month.isoformat(), share, tell("confirmed"), low, high, href))
        counts = (str(m.confirmed), str(m.false), str(m.doubtful), str(m.calls))
        rows.append(Row((f"{m.month:%Y-%m}", percent(share), ends, *counts), href, m.calls))
    parts = [(m.confirmed, m.confirmed + m.false) for m in months]
    told = tell_change(reading, parts, what=tell("confirmed_share"))
    axis = Axis(tell("confirmed_share"), "share")
    spec = draw_trend(points, axis, series=(tell("confirmed"),)) if points else None
    head = ("month", "confirmed_share", "interval", "confirmed", "false", "doubtful", "calls")
    words = (tell("verdicts_words"), *((told,) if told else ()))
    titles = tuple(tell(h) for h in head)
    return Plot("verdicts", tell("verdicts"), titles, tuple(rows), spec, words)


def show_appeals(reading: Reading, sources: Sources) -> Plot:
    """Appeals by the month in which they were made, and what became of them."""
    tell = reading.tell
    months = appeals_by_month(sources.decisions, reading.scope)
    series = (tell("upheld"), tell("rejected"), tell("waiting"))
    points = [
        TimePoint(m.month.isoformat(), value, name, href=_appealed(reading, m.month, pick))
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
            _appealed(reading, m.month),
            m.made,
        )
        for m in months
    )
    spec = draw_columns(points, Axis(tell("appeals"), "count"), series=series) if points else None
    head = (tell("month"), tell("made"), *series, tell("upheld_share"))
    return Plot("appeals", tell("appeals"), head, rows, spec)


def _queue(reading: Reading, **filters: str | None) -> str | None:
    """To the queue, whatever the period: decisions have days of their own."""
    return reading.link(since=None, until=None, **{"state": None, "all": None, **filters})


def _released(
    reading: Reading, since: date | None, until: date | None, **filters: str
) -> str | None:
    days = {
        "released_since": since.isoformat() if since else None,
        "released_until": until.isoformat() if until else None,
    }
    return _queue(reading, state="submitted", all="1", **days, **filters)


def _appealed(reading: Reading, month: date, fate: str = "all") -> str:
    """To the appeals that were made in a month, as far as it lies in the period."""
    scope = reading.scope
    days = reading.days_of_step(month.isoformat(), "month")
    own = {"state": fate, **days, "team": scope.team, "agent": scope.agent_id}
    return "/appeals?" + urlencode({n: v for n, v in own.items() if v})

"""How far people and the machine judge alike: by session, and each rater month by month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from console.dashboards.charts import Axis, TimePoint, draw_months, draw_trend
from console.dashboards.shown import DASH, Plot, Reading, Row, Sources, number, percent, within
from pipeline.agreement.ratings import MACHINE
from pipeline.agreement.tally import Estimate
from pipeline.agreement.telling import tell_drift
from pipeline.messages import say
from warehouse.questions.agreed import agreement_of_sessions
from warehouse.questions.rated import (
    Rated,
    RaterMonth,
    likeness_by_month,
    machine_by_month,
    rated,
    strictness_by_month,
    strictness_drifts,
)

_YEAR_DAYS = 365
_LINES = 6  # raters that are drawn; the table has all


def show_agreement(reading: Reading, sources: Sources) -> Plot:
    """How far people agreed in each calibration session."""
    tell = reading.tell
    found = agreement_of_sessions(sources.decisions, zone=reading.scope.zone)
    points, rows = [], []
    for session in found:
        href = f"/calibration/{session.session_no}"
        day, alpha = session.made_on.isoformat(), session.alpha
        if alpha.value is not None:
            points.append(TimePoint(day, alpha.value, "α", alpha.low, alpha.high, href))
        counts = (str(session.raters), str(session.answers))
        figures = (percent(session.raw.value), number(alpha.value, 2), _ends(alpha, _two))
        rows.append(Row((day, session.title, *figures, *counts), href, session.calls))
    spec = draw_trend(points, Axis("α"), series=("α",)) if points else None
    head = ("day", "session", "raw", "alpha", "interval", "raters", "answers")
    titles = tuple(tell(h) for h in head)
    return Plot("agreement", tell("agreement"), titles, tuple(rows), spec, (tell("alpha_words"),))


def show_strictness(reading: Reading, sources: Sources) -> Plot:
    """How much oftener each rater sees a fault than the others, by month; who drifts."""
    found = _rated(reading, sources)
    drifts = strictness_drifts(found)
    words = [
        tell_drift(drifts[rater], rater=_name(reading, found, rater), language=reading.language)
        for rater in found.raters
        if drifts[rater].value is not None
    ]
    apart = {rater for rater, slope in drifts.items() if not _holds_zero(slope)}
    months = strictness_by_month(found)
    return _plot(reading, found, months, name="strictness", first=apart, words=words)


def show_likeness(reading: Reading, sources: Sources) -> Plot:
    """How often each rater says what the others say, by month."""
    found = _rated(reading, sources)
    return _plot(reading, found, likeness_by_month(found), name="likeness")


def show_machine(reading: Reading, sources: Sources) -> Plot:
    """How often each person says what the machine says, by month."""
    found = _rated(reading, sources)
    return _plot(reading, found, machine_by_month(found), name="with_machine")


def _rated(reading: Reading, sources: Sources) -> Rated:
    """A year up to the end of the period, or the period where it is longer."""
    scope = reading.scope
    last = scope.until or reading.now.date()
    first = last - timedelta(days=_YEAR_DAYS - 1)
    if scope.since is not None:
        first = min(first, scope.since)
    since, until = replace(scope, since=first.replace(day=1), until=last).ends()
    return rated(sources.decisions, since=since, until=until, zone=scope.zone)


def _plot(
    reading: Reading,
    found: Rated,
    months: Sequence[RaterMonth],
    *,
    name: str,
    first: set[str] | None = None,
    words: Sequence[str] = (),
) -> Plot:
    """A line for each rater with the interval of each month; those who drift are drawn first."""
    tell = reading.tell
    drawn = _drawn(found, months, first or set())
    points, rows = [], []
    for each in months:
        label, value = _name(reading, found, each.rater), each.found
        href = f"/calibration?month={each.month:%Y-%m}"
        if value.value is not None and each.rater in drawn:
            day = each.month.isoformat()
            points.append(TimePoint(day, value.value, label, value.low, value.high, href))
        show = _signed if name == "strictness" else percent
        cells = (f"{each.month:%Y-%m}", label, show(value.value), _ends(value, show))
        rows.append(Row((*cells, str(value.units), str(value.calls)), href, value.calls))
    series = [_name(reading, found, rater) for rater in drawn]
    axis = Axis(
        tell(f"{name}_axis"), "signed" if name == "strictness" else "share", from_zero=False
    )
    spec = draw_months(points, axis, series=series) if points else None
    head = ("month", "rater", f"{name}_axis", "interval", "answers", "calls")
    told = [tell(f"{name}_words"), *words]
    everybody = {each.rater for each in months}
    if len(everybody) > len(drawn):
        told.append(tell("shown_some", shown=len(drawn), all=len(everybody)))
    titles = tuple(tell(h) for h in head)
    return Plot(name, tell(name), titles, tuple(rows), spec, tuple(told) if rows else ())


def _drawn(found: Rated, months: Sequence[RaterMonth], first: set[str]) -> list[str]:
    """The machine, then who drifts, then who answered most; in the order of names."""
    answers = {r: sum(m.found.units for m in months if m.rater == r) for r in found.raters}
    known = [r for r in found.raters if answers[r]]
    order = sorted(known, key=lambda r: (r != MACHINE, r not in first, -answers[r], r))
    chosen = set(order[:_LINES])
    return [rater for rater in known if rater in chosen]


def _name(reading: Reading, found: Rated, rater: str) -> str:
    if rater == MACHINE:
        return say("calibration.machine", reading.language)
    name = found.names.get(rater, rater)
    twice = sum(other == name for other in found.names.values()) > 1
    return f"{name} · {rater[:4]}" if twice else name


def _holds_zero(found: Estimate) -> bool:
    return found.low is None or found.high is None or found.low <= 0 <= found.high


def _ends(found: Estimate, show: Callable[[float], str]) -> str:
    if found.low is None or found.high is None:
        return DASH
    return within(found.low, found.high, show)


def _two(value: float) -> str:
    return f"{value:.2f}"


def _signed(value: float | None) -> str:
    """A difference of shares, in points of a hundred."""
    return DASH if value is None else f"{100 * value:+.0f}"

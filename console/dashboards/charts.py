"""Plots as Vega-Lite, made with Altair; pure.

The colours are those of Okabe and Ito, which people with any kind of colour blindness tell apart;
shapes and dashes say the same again. Ink and grid are the page's own, put in by the browser, so
that a plot fits light and dark. Labels are figures and the texts that are given: nothing of a
plot is in Vega's English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    import altair as alt
else:

    class _Late:
        """Altair takes 26 MB: not before somebody looks at a plot."""

        def __getattr__(self, name: str) -> Any:
            return getattr(import_module("altair"), name)

    alt = _Late()

COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C8C8C")
STANDING_COLOURS: Final = {"higher": "#D55E00", "same": "#8C8C8C", "lower": "#0072B2"}
_HEIGHT: Final = 220
_ROW: Final = 22
_LONG_NAME: Final = 12
Format = Literal["share", "count", "number", "signed"]
_FORMATS: Final[Mapping[Format, str]] = {
    "share": ".0%",
    "count": "d",
    "number": ".1~f",
    "signed": "+.0%",
}
_TICKS: Final = 8
Spec = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Axis:
    """What a quantity is called, and how its figures are written."""

    title: str
    format: Format = "number"
    from_zero: bool = True


@dataclass(frozen=True, slots=True)
class TimePoint:
    """A value of a stretch of days; the ends are of its interval, None without one."""

    day: str  # the first, ISO
    value: float
    series: str
    low: float | None = None
    high: float | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A length of one category, or a part of it."""

    label: str
    value: float
    series: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """A value with its interval, and how it stands to the others."""

    label: str
    value: float
    low: float
    high: float
    standing: str  # a key of STANDING_COLOURS
    href: str | None = None


def draw_trend(points: Sequence[TimePoint], axis: Axis, *, series: Sequence[str]) -> Spec:
    """Lines over days, with bands where there are intervals.

    Args:
        series: their names in the order of the legend; one alone needs none.
    """
    chart = alt.Chart(_rows(points)).encode(
        x=alt.X(
            "day:T",
            title=None,
            scale=alt.Scale(type="utc"),  # a day is a day, wherever the browser is
            axis=alt.Axis(format="%m-%d", values=_ticks(points)),
        )
    )
    colour = alt.Color(
        "series:N",
        title=None,
        scale=alt.Scale(domain=list(series), range=list(COLOURS[: len(series)])),
        legend=_legend(series),
    )
    value = _value(axis)
    layers: list[Any] = []
    if any(point.low is not None for point in points):
        band = chart.mark_area(opacity=0.2).encode(
            y=alt.Y("low:Q", title=axis.title, scale=alt.Scale(zero=axis.from_zero)),
            y2="high:Q",
            color=colour,
        )
        layers.append(band)
    layers.append(chart.mark_line(strokeWidth=2).encode(y=value, color=colour))
    shape = alt.Shape(
        "series:N", title=None, scale=alt.Scale(domain=list(series)), legend=_legend(series)
    )
    dots = chart.mark_point(filled=True, size=50, opacity=1).encode(
        y=value, color=colour, shape=shape
    )
    return _finish(alt.layer(*layers, dots), height=_HEIGHT)


def draw_months(points: Sequence[TimePoint], axis: Axis, *, series: Sequence[str]) -> Spec:
    """A line for each series over months, its points beside each other, each with its interval."""
    chart = alt.Chart(_rows(points)).encode(
        x=alt.X("month:O", title=None, axis=alt.Axis(labelAngle=-40, labelOverlap=True)),
        xOffset=alt.XOffset("series:N", scale=alt.Scale(domain=list(series))),
        color=_by_series(series),
    )
    chart = chart.transform_calculate(month="slice(datum.day, 0, 7)")
    value = _value(axis)
    ends = chart.mark_rule(strokeWidth=2).encode(
        y=alt.Y("low:Q", title=axis.title, scale=alt.Scale(zero=axis.from_zero)), y2="high:Q"
    )
    shape = alt.Shape(
        "series:N", title=None, scale=alt.Scale(domain=list(series)), legend=_legend(series)
    )
    layers: list[Any] = [
        chart.mark_line(strokeWidth=1.5, opacity=0.6).encode(y=value),
        *((ends,) if any(point.low is not None for point in points) else ()),
        chart.mark_point(filled=True, size=60, opacity=1).encode(y=value, shape=shape),
    ]
    return _finish(alt.layer(*layers), height=_HEIGHT)


def draw_columns(points: Sequence[TimePoint], axis: Axis, *, series: Sequence[str]) -> Spec:
    """Columns over days, stacked by series."""
    chart = (
        alt.Chart(_rows(points))
        .mark_bar()
        .encode(
            x=alt.X("day:O", title=None, axis=alt.Axis(labelAngle=-40, labelOverlap=True)),
            y=alt.Y("value:Q", title=axis.title, axis=_axis(axis), stack=True),
            color=_by_series(series),
            order=alt.Order("place:Q"),
        )
    )
    return _finish(chart, height=_HEIGHT)


def draw_bars(bars: Sequence[Bar], axis: Axis, *, series: Sequence[str] = ("",)) -> Spec:
    """Lying bars in their order, stacked by series."""
    labels = list(dict.fromkeys(bar.label for bar in bars))
    chart = (
        alt.Chart(_rows(bars))
        .mark_bar()
        .encode(
            y=_labels(labels),
            x=alt.X("value:Q", title=axis.title, axis=_axis(axis), stack=True),
            color=_by_series(series),
            order=alt.Order("place:Q"),
        )
    )
    return _finish(chart, height=_ROW * max(1, len(labels)))


def draw_dots(
    dots: Sequence[Dot], axis: Axis, *, standings: Mapping[str, str], overall: float
) -> Spec:
    """Values with their intervals, one below the other, and the mean of all as a line.

    Args:
        standings: what each standing is called.
    """
    labels = [dot.label for dot in dots]
    rows = [{**row, "standing": standings[dot.standing]} for row, dot in _pairs(dots)]
    chart = alt.Chart(alt.InlineData(values=rows)).encode(y=_labels(labels))
    domain, colours = list(standings.values()), [STANDING_COLOURS[key] for key in standings]
    colour = alt.Color(
        "standing:N",
        title=None,
        scale=alt.Scale(domain=domain, range=colours),
        legend=alt.Legend(orient="top"),
    )
    shape = alt.Shape(
        "standing:N",
        title=None,
        scale=alt.Scale(domain=domain, range=["triangle-right", "circle", "triangle-left"]),
        legend=alt.Legend(orient="top"),
    )
    scale = alt.Scale(zero=axis.from_zero)
    rules = chart.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title=axis.title, axis=_axis(axis), scale=scale),
        x2="high:Q",
        color=colour,
    )
    points = chart.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X("value:Q", title=axis.title, axis=_axis(axis), scale=scale),
        color=colour,
        shape=shape,
    )
    mean = (
        alt.Chart(alt.InlineData(values=[{"overall": overall}]))
        .mark_rule(strokeDash=[4, 4], color="#8C8C8C")
        .encode(x="overall:Q")
    )
    return _finish(alt.layer(mean, rules, points), height=_ROW * max(2, len(labels)))


def _rows(marks: Sequence[TimePoint | Bar]) -> alt.InlineData:
    places = {name: n for n, name in enumerate(dict.fromkeys(mark.series for mark in marks))}
    return alt.InlineData(
        values=[{**row, "place": places[mark.series]} for row, mark in _pairs(marks)]
    )


def _ticks(points: Sequence[TimePoint]) -> list[str]:
    """Some of the days, evenly: Vega would put ticks between days, too."""
    days = sorted({point.day for point in points})
    return days[:: -(-len(days) // _TICKS) or 1]


def _pairs(marks: Sequence[Any]) -> list[tuple[dict[str, Any], Any]]:
    """Each mark as JSON, without what is not known."""
    return [
        ({n: v for n in mark.__slots__ if (v := getattr(mark, n)) is not None}, mark)
        for mark in marks
    ]


def _value(axis: Axis) -> alt.Y:
    scale = alt.Scale(zero=axis.from_zero)
    return alt.Y("value:Q", title=axis.title, axis=_axis(axis), scale=scale)


def _axis(axis: Axis) -> alt.Axis:
    step = 1 if axis.format == "count" else alt.Undefined
    return alt.Axis(format=_FORMATS[axis.format], tickCount=5, tickMinStep=step)


def _labels(labels: Sequence[str]) -> alt.Y:
    return alt.Y("label:N", title=None, sort=list(labels), axis=alt.Axis(labelLimit=220))


def _by_series(series: Sequence[str]) -> alt.Color:
    scale = alt.Scale(domain=list(series), range=list(COLOURS[: len(series)]))
    return alt.Color("series:N", title=None, scale=scale, legend=_legend(series))


def _legend(series: Sequence[str]) -> alt.Legend | None:
    if len(series) < 2:
        return None
    widest = max(sum(1 + (letter >= "\u2e80") for letter in name) for name in series)
    columns = 2 if len(series) > 2 and widest > _LONG_NAME else 0
    return alt.Legend(orient="top", labelLimit=220, columns=columns)


def _finish(chart: Any, *, height: int) -> Spec:
    """The page tells what is seen in words and in a table, so the drawing is one image."""
    spec: dict[str, Any] = chart.properties(width="container", height=height).to_dict(
        validate=False
    )
    spec["config"] = {"aria": False, "view": {"stroke": None}, "background": "transparent"}
    spec.pop("$schema", None)
    return spec

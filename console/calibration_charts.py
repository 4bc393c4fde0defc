"""Two plots as places on paper: agreement of pairs as squares, of items as dots with intervals.

The templates draw them as SVG, so that they need no script; each has its table beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.agreement.tally import Estimate
from pipeline.agreement.telling import RELIABLE, TENTATIVE

CELL: Final = 56  # of a square, in units of the drawing
_LABELS: Final = 180  # left of the plot
_ROW: Final = 40
_WIDTH: Final = 420
_TOP: Final = 28
_SHADES: Final = 5  # classes of the style sheet: shade-0 (no agreement) to shade-4 (full)


@dataclass(frozen=True, slots=True)
class Square:
    """One pair of raters."""

    x: float
    y: float
    text: str
    shade: int  # of the colour; -1: not known


@dataclass(frozen=True, slots=True)
class Squares:
    """A square for every two raters."""

    width: float
    height: float
    cell: int
    left: int
    names: tuple[str, ...]
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """One item: its value, and its interval where there is one."""

    label: str
    y: float
    x: float | None
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Dots:
    """A dot for every item over an axis of -1 to 1, or of 0 to 1 where nothing lies below."""

    width: float
    height: float
    left: int
    ticks: tuple[tuple[float, str], ...]
    marks: tuple[tuple[float, str], ...]  # Krippendorff's
    dots: tuple[Dot, ...]


def draw_squares(names: Sequence[str], values: Mapping[tuple[str, str], float | None]) -> Squares:
    """The plot of pairs; a rater and himself agree fully.

    Args:
        values: by two names, in either order; None where kappa cannot be told.
    """
    squares = []
    for row, first in enumerate(names):
        for column, second in enumerate(names):
            value = (
                1.0 if row == column else values.get((first, second), values.get((second, first)))
            )
            place = (_LABELS + column * CELL, row * CELL)
            text = "—" if value is None else f"{value:.2f}"
            squares.append(Square(*place, text, _shade(value)))
    side = len(names) * CELL
    return Squares(_LABELS + side, side + _TOP, CELL, _LABELS, tuple(names), tuple(squares))


def draw_dots(items: Sequence[tuple[str, Estimate]]) -> Dots:
    """The plot of items, from the top down in their order."""
    ends = [v for _, e in items for v in (e.value, e.low) if v is not None]
    least = -1.0 if min(ends, default=0.0) < 0 else 0.0

    def across(value: float) -> float:
        return _LABELS + (max(least, value) - least) / (1 - least) * _WIDTH

    dots = [
        Dot(
            label=label,
            y=_TOP + (n + 0.5) * _ROW,
            x=across(found.value) if found.value is not None else None,
            low=across(found.low) if found.low is not None else None,
            high=across(found.high) if found.high is not None else None,
            text="—" if found.value is None else f"{found.value:.2f}",
        )
        for n, (label, found) in enumerate(items)
    ]
    steps = (-1.0, -0.5, 0.0, 0.5, 1.0) if least else (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    return Dots(
        width=_LABELS + _WIDTH + 30,
        height=_TOP + len(items) * _ROW + 24,
        left=_LABELS,
        ticks=tuple((across(step), f"{step:.1f}") for step in steps),
        marks=((across(TENTATIVE), "0.67"), (across(RELIABLE), "0.8")),
        dots=tuple(dots),
    )


def _shade(value: float | None) -> int:
    """Which colour: full agreement is the darkest."""
    if value is None:
        return -1
    return min(_SHADES - 1, max(0, int(value * _SHADES)))

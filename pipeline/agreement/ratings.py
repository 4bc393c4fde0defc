"""Who said what of which item of which call, as a table that the coefficients read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MACHINE: Final = "machine"  # the rater that is the machine
NO_RATING: Final = -1


@dataclass(frozen=True, slots=True)
class Rating:
    """What one rater said of one item of one call."""

    rater: str
    call: str
    item: str  # a rule id
    value: str  # one of the categories
    month: str = ""  # such as 2026-11


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Ratings as a table: a row per unit (one item of one call), a column per rater."""

    units: tuple[tuple[str, str], ...]  # call, item
    raters: tuple[str, ...]
    categories: tuple[str, ...]  # in their order, where they have one
    codes: Integers  # units x raters; place in `categories`, or NO_RATING

    @property
    def counts(self) -> Floats:
        """How many raters chose each category: units x categories."""
        chosen = self.codes[:, :, None] == np.arange(len(self.categories))
        counted: Floats = chosen.sum(axis=1).astype(np.float64)
        return counted

    def of_item(self, item: str) -> Ratings:
        """The units of one item."""
        return self._rows([unit[1] == item for unit in self.units])

    def of_calls(self, calls: Collection[str]) -> Ratings:
        """The units of some calls."""
        return self._rows([unit[0] in calls for unit in self.units])

    def of_raters(self, *names: str) -> Ratings:
        """Only these raters, in this order. Raises: ValueError if one is not in the table."""
        columns = [self.raters.index(name) for name in names]
        return Ratings(self.units, names, self.categories, self.codes[:, columns])

    def _rows(self, wanted: Sequence[bool]) -> Ratings:
        units = tuple(unit for unit, keep in zip(self.units, wanted, strict=True) if keep)
        rows = np.asarray(wanted, dtype=bool)
        return Ratings(units, self.raters, self.categories, self.codes[rows])


def tabulate(
    ratings: Iterable[Rating], *, categories: Sequence[str], raters: Sequence[str] | None = None
) -> Ratings:
    """The table of some ratings; what nobody said stays empty.

    Args:
        categories: all that could have been said, not only what was: agreement by chance depends
            on it. In their order, where they have one.
        raters: columns; None for all that occur, by name. Ratings of others are left out.
    Returns: units by call and item; empty without ratings.
    Raises: ValueError for a value that is no category, or a rater who rated one unit twice.
    """
    given = tuple(ratings)
    names = tuple(raters) if raters is not None else tuple(sorted({r.rater for r in given}))
    kept = [r for r in given if r.rater in names]
    units = tuple(sorted({(r.call, r.item) for r in kept}))
    codes = np.full((len(units), len(names)), NO_RATING, dtype=np.int64)
    row_of = {unit: row for row, unit in enumerate(units)}
    column_of = {name: column for column, name in enumerate(names)}
    code_of = {category: code for code, category in enumerate(categories)}
    for rating in kept:
        if rating.value not in code_of:
            raise ValueError(f"not a category: {rating.value!r}")  # noqa: EM102
        place = row_of[rating.call, rating.item], column_of[rating.rater]
        if codes[place] != NO_RATING:
            raise ValueError(f"rated twice: {rating}")  # noqa: EM102
        codes[place] = code_of[rating.value]
    return Ratings(units, names, tuple(categories), codes)


def group_calls(units: Sequence[tuple[str, Any]]) -> Integers:
    """The number of each unit's call, from 0: units of one call are drawn together."""
    number: dict[str, int] = {}
    return np.array([number.setdefault(call, len(number)) for call, _ in units], dtype=np.int64)

"""What every token heard so far may stand for, in tables that grow as new ones are heard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final, TypeVar, cast

import numpy as np
import numpy.typing as npt

from pipeline.place_search import Floats, HeardTables, Integers

_ROWS_AT_FIRST: Final = 256
_VOTES_AT_FIRST: Final = 8192
_Table = TypeVar("_Table", bound=npt.NDArray[Any])


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """One token's cost against every token type, and the places of pieces that it votes for."""

    distance: Floats  # from each type, below 0 where it is another word; shape (types,)
    insertion: float
    piece: Integers  # pieces that it votes for
    place: Integers  # and which of their tokens it may be


class HeardTokens:
    """A row for each token, worked out when it is first heard. Several threads may ask at once."""

    def __init__(self, hear: Callable[[str], Heard], types: int) -> None:
        self._hear = hear
        self._row: dict[str, int] = {}
        self._adding = Lock()
        self._tables = HeardTables(
            distance=np.empty((_ROWS_AT_FIRST, types), dtype=np.float32),
            insertion=np.empty(_ROWS_AT_FIRST, dtype=np.float32),
            first=np.zeros(_ROWS_AT_FIRST + 1, dtype=np.int64),
            piece=np.empty(_VOTES_AT_FIRST, dtype=np.int64),
            place=np.empty(_VOTES_AT_FIRST, dtype=np.int64),
        )

    def rows(self, texts: Sequence[str]) -> tuple[Integers, HeardTables]:
        """The row of each token, and tables that hold all of them."""
        known = self._row
        try:
            rows = [known[text] for text in texts]
        except KeyError:
            with self._adding:
                self._add(text for text in texts if text not in known)
            rows = [known[text] for text in texts]
        return np.array(rows, dtype=np.int64), self._tables

    def _add(self, texts: Iterable[str]) -> None:
        for text in dict.fromkeys(texts):
            heard, row = self._hear(text), len(self._row)
            tables = self._tables
            begin = int(tables.first[row])
            end = begin + len(heard.piece)
            self._tables = tables = HeardTables(
                distance=_with_room(tables.distance, row + 1),
                insertion=_with_room(tables.insertion, row + 1),
                first=_with_room(tables.first, row + 2),
                piece=_with_room(tables.piece, end),
                place=_with_room(tables.place, end),
            )
            tables.distance[row], tables.insertion[row] = heard.distance, heard.insertion
            tables.piece[begin:end], tables.place[begin:end] = heard.piece, heard.place
            tables.first[row + 1] = end
            self._row[text] = row


def _with_room(table: _Table, size: int) -> _Table:
    if size <= len(table):
        return table
    grown = np.empty((max(size, 2 * len(table)), *table.shape[1:]), dtype=table.dtype)
    grown[: len(table)] = table
    return cast(_Table, grown)

"""Long lists, page by page; which one stands in the address."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

_NUMBER_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a list."""

    number: int  # from 1
    pages: int
    total: int
    per_page: int

    @property
    def offset(self) -> int:
        """How many entries stand before this page."""
        return (self.number - 1) * self.per_page


def paging_of(request: Request, total: int, *, per_page: int) -> Paging:
    """The page that the address asks for; the first one if it asks for none."""
    text = request.query_params.get("page", "")
    number = min(int(text), _NUMBER_MAX) if text.isdecimal() and int(text) > 0 else 1
    return Paging(number, max(1, -(-total // per_page)), total, per_page)

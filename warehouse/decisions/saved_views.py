"""Filters of the queue that a person keeps under a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, delete, insert, select

from pipeline.errors import UsageError
from warehouse.decisions.store import writing
from warehouse.decisions.tables import saved_view

_NAME_MAX: Final = 100
_QUERY_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter: `query` is that of the queue's address."""

    view_no: int
    name: str
    query: str


def saved_views(engine: Engine, account_id: str) -> tuple[SavedView, ...]:
    """A person's own views, by name."""
    query = (
        select(saved_view.c.view_no, saved_view.c.name, saved_view.c.query)
        .where(saved_view.c.account_id == account_id)
        .order_by(saved_view.c.name)
    )
    with engine.connect() as connection:
        return tuple(SavedView(**row) for row in connection.execute(query).mappings())


def save_view(engine: Engine, account_id: str, *, name: str, query: str) -> None:
    """Keep a filter; one of the same name is replaced. Raises: UsageError without a name."""
    name = name.strip()[:_NAME_MAX]
    if not name:
        raise UsageError("console.view_name_needed")
    own = (saved_view.c.account_id == account_id, saved_view.c.name == name)
    with writing(engine).begin() as connection:
        connection.execute(delete(saved_view).where(*own))
        values = {"account_id": account_id, "name": name, "query": query[:_QUERY_MAX]}
        connection.execute(insert(saved_view).values(**values))


def forget_view(engine: Engine, account_id: str, view_no: int) -> None:
    """Remove one of a person's own views; another person's stays."""
    own = (saved_view.c.account_id == account_id, saved_view.c.view_no == view_no)
    with writing(engine).begin() as connection:
        connection.execute(delete(saved_view).where(*own))

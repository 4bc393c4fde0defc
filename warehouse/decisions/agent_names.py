"""What agents are called, and which of their calls they may open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Engine, func, select

from warehouse.decisions.tables import review

_AT_ONCE: Final = 500  # SQLite takes so many values and a few more


def agent_names(engine: Engine, agent_ids: Iterable[str]) -> Mapping[str, str]:
    """The names of agents as their calls have them; those without one are left out."""
    found: dict[str, str] = {}
    wanted = sorted(set(agent_ids))
    with engine.connect() as connection:
        for at in range(0, len(wanted), _AT_ONCE):
            query = (
                select(review.c.agent_id, func.max(review.c.agent_name))
                .where(review.c.agent_id.in_(wanted[at : at + _AT_ONCE]))
                .group_by(review.c.agent_id)
            )
            found.update({agent: name for agent, name in connection.execute(query) if name})
    return found


def released_among(engine: Engine, agent_id: str, call_ids: Iterable[str]) -> frozenset[str]:
    """Which of some calls are the agent's own and released."""
    wanted = sorted(set(call_ids))
    found: set[str] = set()
    with engine.connect() as connection:
        for at in range(0, len(wanted), _AT_ONCE):
            query = select(review.c.call_id).where(
                review.c.call_id.in_(wanted[at : at + _AT_ONCE]),
                review.c.agent_id == agent_id,
                review.c.state == "submitted",
            )
            found.update(connection.execute(query).scalars())
    return frozenset(found)

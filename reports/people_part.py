"""The part of a quality report that is about teams and agents: by name, never as a ranking."""

from __future__ import annotations

from collections.abc import Sequence

from reports.blocks import Block, Column, Heading, NewPage, Plot, Table, Text, Value
from reports.inspected import (
    Inspected,
    agent_label,
    natural,
    pass_share,
    score,
    score_reviewed,
    standings,
)
from reports.plots import draw_agents
from reports.reading import Totals

_CONFIRMED, _OPEN = 6, 7  # columns of the agents' table
_OWN_PAGE = 20  # rows from which a table begins on a page of its own


def teams_blocks(inspected: Inspected) -> list[Block]:
    """Each team; nothing where there is only one."""
    teams = inspected.figures.parts["team"]
    if len(teams) < 2:
        return []
    title = inspected.say("by_team")
    return [Heading(title), Table(title, _part_columns(inspected, "team"), _rows(teams, inspected))]


def agents_table(inspected: Inspected) -> Table:
    """Each agent by id: nobody is ranked; who differs from all beyond chance is marked."""
    figures = inspected.figures
    agents = sorted(figures.parts["agent"], key=lambda a: natural(a.key))
    standing = standings(agents)
    rows = []
    for agent in agents:
        key = str(agent.key) if agent.key is not None else None
        faults = figures.faults_by_agent.get(key)
        rows.append(
            (agent_label(key, agent.name) or inspected.say("unknown"), agent.team, agent.calls,
             pass_share(agent), score_reviewed(agent), agent.reviewed,
             faults.confirmed if faults else 0, faults.open if faults else 0,
             inspected.say(f"standing_{standing[key]}") if standing.get(key) else "")
        )  # fmt: skip
    columns = (
        Column(inspected.say("agent"), width=1.9),
        Column(inspected.say("team"), width=1.2),
        Column(inspected.say("calls"), "count", 0.9),
        Column(inspected.say("pass_share"), "share", 2.3),
        Column(inspected.say("score_reviewed"), "mean", 1.9),
        Column(inspected.say("reviewed"), "count", 0.9),
        Column(inspected.say("status_confirmed"), "count", 0.9),
        Column(inspected.say("status_open"), "count", 0.9),
        Column(inspected.say("apart"), width=1),
    )
    return Table(inspected.say("by_agent"), columns, tuple(rows), inspected.say("no_calls_here"))


def agents_blocks(inspected: Inspected) -> list[Block]:
    """All agents with the plot; of a single day only those against whom something stands, because
    a day's few calls say little of anybody.
    """
    table = agents_table(inspected)
    agents = inspected.figures.parts["agent"]
    if inspected.figures.period.span == "day":
        rows = tuple(row for row in table.rows if row[_CONFIRMED] or row[_OPEN])
        shown = Table(table.name, table.columns, rows, inspected.say("no_flags"))
        return [Heading(table.name), Text(inspected.say("agents_of_day"), "note"), shown]
    svg = draw_agents(agents, inspected.pen)
    blocks: list[Block] = [NewPage()] if len(table.rows) > _OWN_PAGE else []
    blocks.append(Heading(table.name))
    if svg:
        blocks.append(Plot(svg, inspected.say("agents_about")))
    return [*blocks, Text(inspected.say("agents_how"), "note"), table]


def _part_columns(inspected: Inspected, part: str) -> tuple[Column, ...]:
    return (
        Column(inspected.say(part), width=1.6),
        Column(inspected.say("agents"), "count"),
        Column(inspected.say("calls"), "count"),
        Column(inspected.say("pass_share"), "share", 2),
        Column(inspected.say("score_machine"), "mean", 2),
        Column(inspected.say("reviewed"), "count"),
        Column(inspected.say("score_reviewed"), "mean", 2),
    )


def _rows(parts: Sequence[Totals], inspected: Inspected) -> tuple[tuple[Value, ...], ...]:
    return tuple(
        (inspected.named(p.key), p.agents, p.calls, pass_share(p), score(p),
         p.reviewed, score_reviewed(p))
        for p in sorted(parts, key=lambda p: natural(p.key))
    )  # fmt: skip

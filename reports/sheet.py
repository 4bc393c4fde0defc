"""An agent's sheet: what went well, which faults a person confirmed, and what nobody looked at.

Only confirmed faults count (001:30, 003:123); what the machine alone says is named as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.ledger import Level, Statement
from pipeline.messages import say
from reports.blocks import (
    Block,
    Column,
    Heading,
    NewPage,
    Signatures,
    Table,
    Text,
    Tile,
    Tiles,
    Value,
)
from reports.inspected import (
    Inspected,
    agent_label,
    kept_share,
    natural,
    pass_share,
    score,
    score_reviewed,
    standings,
)
from reports.reading import Fault, GoodMoment, Totals
from reports.written import write
from warehouse.questions.promised import PromiseGroup

LISTED_MOST = 20  # faults of one agent that are listed with their words


@dataclass(frozen=True, slots=True)
class Sheets:
    """What all sheets are made of; each list is in the order of the agents."""

    inspected: Inspected  # with the figures of all agents
    agents: Sequence[Totals]  # those who get a sheet
    faults: Mapping[str, Sequence[Fault]]  # confirmed, the gravest first
    good: Mapping[str, Sequence[GoodMoment]]
    unlooked: Mapping[str, Sequence[tuple[str, int]]]  # rule and number of flags without verdict
    promises: Mapping[str, PromiseGroup]
    appeals: Mapping[str, Mapping[str, int]]
    ledger: Mapping[str, Statement] | None  # of a month; None where it is no whole month
    ledger_start: Value = None
    compared: bool = True  # beside team and all; not in what an agent gets


def sheet_blocks(sheets: Sheets) -> tuple[Block, ...]:
    """All sheets, each beginning on a page of its own."""
    standing = standings(sheets.inspected.figures.parts["agent"])
    teams = {part.key: part for part in sheets.inspected.figures.parts["team"]}
    blocks: list[Block] = []
    for place, agent in enumerate(sorted(sheets.agents, key=lambda a: natural(a.key))):
        if place:
            blocks.append(NewPage())
        blocks += _sheet(sheets, agent, teams.get(agent.team), standing.get(str(agent.key)))
    return tuple(blocks)


def faults_table(sheets: Sheets) -> Table:
    """The confirmed faults of all, for spreadsheets."""
    t = sheets.inspected.say
    rows: list[tuple[Value, ...]] = [
        (f.agent_id, f.agent_name, f.team, *_fault(f, sheets.inspected))
        for agent in sheets.agents
        for f in sheets.faults.get(str(agent.key), ())
    ]
    columns = (Column(t("agent_id")), Column(t("agent")), Column(t("team")), *_columns(sheets))
    return Table(t("confirmed_faults"), columns, tuple(rows))


def _sheet(sheets: Sheets, agent: Totals, team: Totals | None, standing: str | None) -> list[Block]:
    t, key = sheets.inspected.say, str(agent.key)
    title = agent_label(key, agent.name)
    return [
        Heading(f"{title} · {agent.team}" if agent.team else title, 3),
        _tiles(sheets, agent),
        *_compared(sheets, agent, team, standing),
        Heading(t("done_well"), 2),
        _good(sheets, key),
        Heading(t("confirmed_faults"), 2),
        *_faults(sheets, key),
        Heading(t("machine_only_title"), 2),
        *_unlooked(sheets, key),
        *_ledger(sheets, key),
        Signatures((t("sign_agent"), t("sign_supervisor"), t("sign_date"))),
    ]


def _tiles(sheets: Sheets, agent: Totals) -> Tiles:
    t, key = sheets.inspected.say, str(agent.key)
    faults = sheets.inspected.figures.faults_by_agent.get(key)
    promises, appeals = sheets.promises.get(key), sheets.appeals.get(key, {})
    note = t("promises_note", made=promises.made, broken=promises.broken) if promises else ""
    return Tiles(
        (
            Tile(t("calls"), agent.calls, note=t("reviewed_count", count=agent.reviewed)),
            Tile(t("confirmed_faults"), faults.confirmed if faults else 0,
                 note=t("in_calls", count=faults.calls_confirmed if faults else 0)),
            Tile(t("appeals_made"), appeals.get("made", 0),
                 note=t("upheld_count", count=appeals.get("upheld", 0))),
            Tile(t("promises_kept"), kept_share(promises), "share", note),
        )
    )  # fmt: skip


def _compared(
    sheets: Sheets, agent: Totals, team: Totals | None, standing: str | None
) -> list[Block]:
    if not sheets.compared:
        return [_beside_others(sheets, agent, None)]
    note = Text(sheets.inspected.say(f"stands_{standing or 'same'}"), "note")
    return [_beside_others(sheets, agent, team), note]


def _beside_others(sheets: Sheets, agent: Totals, team: Totals | None) -> Table:
    """The agent beside team and all: shares and means with what they may as well be."""
    t, everybody = sheets.inspected.say, sheets.inspected.figures.now
    parts = [(t("this_agent"), agent)]
    if team is not None and team.key is not None:
        parts.append((t("own_team", team=team.key), team))
    if everybody is not None and sheets.compared:
        parts.append((t("everybody"), everybody))
    columns = (
        Column("", width=2),
        Column(t("calls"), "count"),
        Column(t("pass_share"), "share", 2.4),
        Column(t("score_machine"), "mean", 2.4),
        Column(t("reviewed"), "count"),
        Column(t("score_reviewed"), "mean", 2.4),
    )
    rows = tuple(
        (name, p.calls, pass_share(p), score(p), p.reviewed, score_reviewed(p)) for name, p in parts
    )
    return Table(t("beside_others"), columns, rows)


def _good(sheets: Sheets, key: str) -> Table:
    t = sheets.inspected.say
    columns = (
        Column(t("rule"), width=2.4),
        Column(t("quote"), width=3.4),
        Column(t("call"), width=2),
        Column(t("heard_at"), "place", 0.8),
        Column(t("points"), "points", 0.8),
    )
    rows = tuple(
        (sheets.inspected.title(g.rule_id), g.quote, g.call_id, g.start_s, g.points)
        for g in sheets.good.get(key, ())
    )
    return Table(t("done_well"), columns, rows, t("nothing_noted"))


def _columns(sheets: Sheets) -> tuple[Column, ...]:
    t = sheets.inspected.say
    return (
        Column(t("call"), width=1.7),
        Column(t("heard_at"), "place", 0.8),
        Column(t("rule"), width=1.8),
        Column(t("quote"), width=2.6),
        Column(t("better"), width=2.6),
        Column(t("norm"), width=1.1),
        Column(t("points"), "points", 0.8),
    )


def _fault(fault: Fault, inspected: Inspected) -> tuple[Value, ...]:
    return (
        fault.call_id,
        fault.start_s,
        inspected.title(fault.rule_id),
        fault.quote or "",
        fault.suggestion or "",
        norm_of(fault.source),
        fault.points,
    )


def _faults(sheets: Sheets, key: str) -> list[Block]:
    t, faults = sheets.inspected.say, sheets.faults.get(key, ())
    rows = tuple(_fault(f, sheets.inspected) for f in faults)
    found = sheets.inspected.figures.faults_by_agent.get(key)
    blocks: list[Block] = [Table(t("confirmed_faults"), _columns(sheets), rows, t("no_confirmed"))]
    if found is not None and found.confirmed > len(faults):
        blocks.append(Text(t("faults_left_out", shown=len(faults), all=found.confirmed), "note"))
    return blocks


def _unlooked(sheets: Sheets, key: str) -> list[Block]:
    """Flags that nobody looked at: named and counted, never a fault."""
    t, flags = sheets.inspected.say, sheets.unlooked.get(key, ())
    if not flags:
        return [Text(t("no_machine_only"), "note")]
    told = [f"{sheets.inspected.title(rule)} × {count}" for rule, count in flags]
    comma = "；" if sheets.inspected.language == "zh" else "; "
    return [Text(comma.join(told)), Text(t("machine_only_how"), "note")]


def _ledger(sheets: Sheets, key: str) -> list[Block]:
    if sheets.ledger is None:
        return []
    t, stated, language = sheets.inspected.say, sheets.ledger.get(key), sheets.inspected.language
    blocks: list[Block] = [Heading(t("ledger"), 2)]
    if stated is None:
        full = write(sheets.ledger_start, "points", language)
        return [*blocks, Text(t("ledger_full", points=full))]
    left = t("ledger_points", points=write(stated.points, "points", language))
    level = "" if stated.level is Level.NONE else say(f"ledger.level_{stated.level}", language)
    blocks.append(Text(f"{left} · {level}" if level else left))
    columns = (
        Column(t("item"), width=4),
        Column(t("times"), "count"),
        Column(t("points"), "points"),
    )
    rows = tuple(
        (say(f"ledger.item_{line.item}", language), line.times, line.points)
        for line in stated.lines
    )
    return [*blocks, Table(t("ledger"), columns, rows)] if rows else blocks


def norm_of(source: str | None) -> str:
    """A norm's place as people cite it: the number of the document and the line."""
    if not source:
        return ""
    name, _, line = source.rpartition(":")
    number = name.partition("_")[0]
    return f"{number}:{line}" if number.isdigit() else source

"""The quality report of a day, a week or a month: what there was, what changed, where the evidence
is. The norm asks for it at 003:133 (定期汇报质检分析报告), 001:26 and 003:317 (每日、周、月).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.intervals import Interval, difference, share
from pipeline.messages import catalogue
from reports.blocks import Block, Column, Heading, Plot, Table, Text, Tile, Tiles, Value
from reports.inspected import (
    Inspected,
    agent_label,
    kept_share,
    pass_share,
    score,
    score_reviewed,
)
from reports.people_part import agents_blocks, teams_blocks
from reports.plots import draw_days, draw_rules
from reports.reading import RuleTotals, Totals
from reports.written import write

_LEVEL: Final = 0.95
_CALLS_LEAST: Final = 20  # judged in each of two periods, before a change is looked for
_RULES_MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that is broken more, or less, often than before, beyond chance."""

    rule: RuleTotals
    now: Interval
    before: Interval
    difference: Interval  # of the shares of judged calls with the flag


def quality_blocks(inspected: Inspected) -> tuple[Block, ...]:
    """The whole report but for its title."""
    figures = inspected.figures
    now = figures.now
    if now is None:
        return (Text(inspected.say("no_calls_here")),)
    return (
        _tiles(inspected, now),
        *_comparison(inspected, now),
        *_trend(inspected),
        *_changes(inspected),
        *_rules(inspected),
        *_evidence(inspected),
        *_people(inspected, now),
        *_failures(inspected),
        *teams_blocks(inspected),
        *agents_blocks(inspected),
        *_method(inspected),
    )


def _tiles(inspected: Inspected, now: Totals) -> Tiles:
    """The figures of the first glance."""
    t, language = inspected.say, inspected.language
    rules = inspected.figures.rules
    confirmed, waiting = sum(r.confirmed for r in rules), sum(r.open for r in rules)
    promises = inspected.promises
    tiles = (
        Tile(t("calls"), now.calls, note=t("hours_failed", hours=write(
            round(now.audio_s / 3600, 1), "points", language), failed=now.failed)),
        Tile(t("agents"), now.agents),
        Tile(t("pass_share"), pass_share(now), "share", t("by_machine")),
        Tile(t("score_machine"), score(now), "mean", t("by_machine")),
        Tile(t("reviewed_calls"), now.reviewed, note=t("reviewed_of", share=write(
            now.reviewed / now.judged if now.judged else None, "percent", language))),
        Tile(t("score_reviewed"), score_reviewed(now), "mean", t("by_people")),
        Tile(t("confirmed_faults"), confirmed, note=t("machine_only", count=waiting)),
        Tile(t("promises_kept"), kept_share(promises), "share",
             t("promises_note", made=promises.made if promises else 0,
               broken=promises.broken if promises else 0)),
    )  # fmt: skip
    return Tiles(tiles)


def _comparison(inspected: Inspected, now: Totals) -> list[Block]:
    """Whether more or fewer calls pass than before, in a sentence."""
    before = inspected.figures.before
    period = inspected.figures.period.before.name
    this = pass_share(now)
    earlier = pass_share(before) if before else None
    if this is None or earlier is None:
        return [Text(inspected.say("nothing_before", period=period), "note")]
    change = difference(this, earlier)
    values = {
        "period": period,
        "before": write(earlier, "share", inspected.language),
        "change": write(change, "difference", inspected.language),
    }
    if change.low > 0:
        return [Text(inspected.say("more_pass", **values), "good")]
    if change.high < 0:
        return [Text(inspected.say("fewer_pass", **values), "bad")]
    return [Text(inspected.say("same_pass", **values))]


def _trend(inspected: Inspected) -> list[Block]:
    first = inspected.figures.period.first
    svg = draw_days(inspected.figures.parts["day"], inspected.pen, first_now=first)
    return [Plot(svg, inspected.say("trend_about"))] if svg else []


def find_changes(rules: Sequence[RuleTotals]) -> tuple[Change, ...]:
    """Rules whose share of flagged calls changed beyond chance, the most changed first.

    So many rules are compared that one in twenty would stand out by chance; the level is divided
    by their number (Bonferroni).
    """
    told = [r for r in rules if min(r.judged, r.judged_before) >= _CALLS_LEAST]
    told = [r for r in told if r.flagged or r.flagged_before]
    level = 1 - (1 - _LEVEL) / max(1, len(told))
    found = []
    for rule in told:
        now = share(rule.flagged, rule.judged, level=level)
        before = share(rule.flagged_before, rule.judged_before, level=level)
        if now is not None and before is not None:
            change = difference(now, before)
            if change.low > 0 or change.high < 0:
                found.append(Change(rule, now, before, change))
    return tuple(sorted(found, key=lambda c: (-abs(c.difference.value), c.rule.rule_id)))


def _changes(inspected: Inspected) -> list[Block]:
    changes = find_changes(inspected.figures.rules)
    blocks: list[Block] = [Heading(inspected.say("what_changed"))]
    if not changes:
        return [*blocks, Text(inspected.say("no_changes"))]
    columns = (
        Column(inspected.say("rule"), width=3.2),
        Column(inspected.say("share_now"), "share", 2.2),
        Column(inspected.say("share_before"), "share", 2.2),
        Column(inspected.say("difference"), "difference", 2),
    )
    for better, name in ((True, "got_better"), (False, "got_worse")):
        rows = tuple(
            (inspected.title(c.rule.rule_id), c.now, c.before, c.difference)
            for c in changes
            if (c.difference.value < 0) is better
        )
        if rows:
            title = inspected.say(name)
            blocks += [Heading(title, 2), Table(title, columns, rows)]
    return [*blocks, Text(inspected.say("changes_how"), "note")]


def rules_table(inspected: Inspected) -> Table:
    """Every rule that was broken, by the machine's or a person's word; most confirmed first."""
    broken = _broken(inspected.figures.rules)
    columns = (
        Column(inspected.say("rule"), width=3.4),
        Column(inspected.say("judged_calls"), "count", 1.1),
        Column(inspected.say("machine_flags"), "count", 1.1),
        Column(inspected.say("flag_share"), "share", 2.4),
        Column(inspected.say("status_confirmed"), "count"),
        Column(inspected.say("status_wrong"), "count"),
        Column(inspected.say("status_doubtful"), "count"),
        Column(inspected.say("status_open"), "count"),
    )
    rows = tuple(
        (inspected.title(r.rule_id), r.judged, r.flagged, share(r.flagged, r.judged),
         r.confirmed, r.wrong, r.doubtful, r.open)
        for r in broken
    )  # fmt: skip
    return Table(inspected.say("by_rule"), columns, rows, inspected.say("no_flags"))


def _broken(rules: Sequence[RuleTotals]) -> list[RuleTotals]:
    broken = [r for r in rules if r.flagged or r.confirmed]
    return sorted(broken, key=lambda r: (-r.confirmed, -r.flagged, r.rule_id))


def _rules(inspected: Inspected) -> list[Block]:
    broken = _broken(inspected.figures.rules)
    table = rules_table(inspected)
    shown = Table(table.name, table.columns, table.rows[:_RULES_MOST], table.empty)
    blocks: list[Block] = [Heading(inspected.say("by_rule"))]
    svg = draw_rules(broken, [inspected.title(r.rule_id) for r in broken], inspected.pen)
    if svg:
        blocks.append(Plot(svg, inspected.say("rules_about")))
    blocks.append(shown)
    if len(table.rows) > _RULES_MOST:
        values = {"shown": _RULES_MOST, "all": len(table.rows)}
        blocks.append(Text(inspected.say("rules_left_out", **values), "note"))
    return blocks


def _evidence(inspected: Inspected) -> list[Block]:
    """The gravest confirmed faults, with where to hear them."""
    blocks: list[Block] = [Heading(inspected.say("evidence"))]
    columns = (
        Column(inspected.say("call"), width=2),
        Column(inspected.say("heard_at"), "place", 0.8),
        Column(inspected.say("agent"), width=1.3),
        Column(inspected.say("rule"), width=2.2),
        Column(inspected.say("quote"), width=3),
        Column(inspected.say("points"), "points", 0.8),
    )
    rows = tuple(
        (f.call_id, f.start_s, agent_label(f.agent_id, f.agent_name), inspected.title(f.rule_id),
         f.quote or "", f.points)
        for f in inspected.confirmed
    )  # fmt: skip
    blocks.append(Table(inspected.say("evidence"), columns, rows, inspected.say("no_confirmed")))
    return blocks


def _people(inspected: Inspected, now: Totals) -> list[Block]:
    """What people did: verdicts, appeals, promises."""
    rules, promises, appeals = inspected.figures.rules, inspected.promises, inspected.appeals
    confirmed, wrong = sum(r.confirmed - r.added for r in rules), sum(r.wrong for r in rules)
    columns = (Column(inspected.say("item"), width=3), Column(inspected.say("value"), "share", 2))
    rows: tuple[tuple[Value, ...], ...] = (
        (inspected.say("reviewed_calls"), _count(now.reviewed, inspected)),
        (inspected.say("flags_true"), share(confirmed, confirmed + wrong)),
        (inspected.say("added_by_people"), _count(sum(r.added for r in rules), inspected)),
        (inspected.say("appeals_made"), _count(appeals.get("made", 0), inspected)),
        (inspected.say("appeals_upheld"),
         share(appeals.get("upheld", 0), appeals.get("upheld", 0) + appeals.get("rejected", 0))),
        (inspected.say("promises_made"), _count(promises.made if promises else 0, inspected)),
        (inspected.say("promises_kept"), kept_share(promises)),
        (inspected.say("promises_broken"), _count(promises.broken if promises else 0, inspected)),
        (inspected.say("promises_undated"), _count(promises.undated if promises else 0, inspected)),
    )  # fmt: skip
    title = inspected.say("people")
    return [Heading(title), Table(title, columns, rows)]


def _count(value: int, inspected: Inspected) -> str:
    return write(value, "count", inspected.language)


def _failures(inspected: Inspected) -> list[Block]:
    failed = inspected.figures.failed
    if not failed:
        return []
    title = inspected.say("failed_calls")
    columns = (Column(inspected.say("reason"), width=4), Column(inspected.say("calls"), "count"))
    rows = tuple((_reason(code, inspected), count) for code, count in failed)
    return [Heading(title), Table(title, columns, rows)]


def _reason(code: str, inspected: Inspected) -> str:
    """The kind of a failure: the first clause of its message that says something by itself."""
    texts = catalogue().get(code)
    if texts is None:
        return code
    clauses = re.split(r"[:：;；,，。]|\. ", texts[inspected.language])
    told = next((c.strip() for c in clauses if c.strip() and "{" not in c), "")
    return f"{told} ({code})" if told else code


def _method(inspected: Inspected) -> list[Block]:
    """What the figures rest on, and what they do not say."""
    figures = inspected.figures
    known = write(figures.known_until, "moment", inspected.language)
    books = "; ".join(f"{name} ({count})" for name, count in figures.phrasebooks)
    blocks: list[Block] = [
        Heading(inspected.say("method")),
        Text(inspected.say("method_text", known=known, books=books or "—"), "note"),
    ]
    if figures.unplaced:
        blocks.append(Text(inspected.say("unplaced", count=figures.unplaced), "note"))
    return blocks

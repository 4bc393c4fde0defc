"""The summary of a night for people: on a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.summary import NightSummary
from pipeline.messages import Language, catalogue, say

_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class _List:
    """A titled table; not shown if it has no rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def headline(summary: NightSummary, language: Language) -> str:
    """The night in one sentence, such as stands in the subject of a mail."""
    run = summary.run
    return say(
        "night.headline",
        language,
        night=run.night_id,
        calls=summary.calls,
        sound=_sound(summary.audio_s, language),
        failed=summary.failed,
        finished=run.finished_at.strftime("%H:%M"),
        known=run.known,
    )


def print_summary(summary: NightSummary, *, console: Console, language: Language) -> None:
    """Headline, figures and lists."""
    console.print(f"[bold]{escape(headline(summary, language))}[/bold]")
    for name, value in _figures(summary, language):
        console.print(f"  {escape(name)}: {escape(value)}", highlight=False)
    for shown in _lists(summary, language):
        table = Table(title=escape(shown.title), title_justify="left", title_style="bold")
        for column in shown.columns:
            table.add_column(escape(column), overflow="fold")
        for row in shown.rows:
            table.add_row(*map(escape, row))
        console.print(table)


def as_markdown(summary: NightSummary, language: Language) -> str:
    """The same, to be kept and to be sent."""
    lines = [f"# {headline(summary, language)}", ""]
    lines += [f"- {name}: {_in_cell(value)}" for name, value in _figures(summary, language)]
    for shown in _lists(summary, language):
        lines += ["", f"## {shown.title}", "", _row(shown.columns)]
        lines += ["|" + " --- |" * len(shown.columns)]
        lines += [_row(row) for row in shown.rows]
    return "\n".join(lines) + "\n"


def _figures(summary: NightSummary, language: Language) -> Iterator[tuple[str, str]]:
    run = summary.run
    if run.resumed:
        yield say("night.resumed", language), say("night.resumed_how", language)
    if run.left:
        yield say("night.left", language), say("night.left_how", language, count=run.left)
    if run.known_failures:
        told = say("night.known_failures_how", language, count=run.known_failures)
        yield say("night.known_failures", language), told
    if summary.points_mean is not None:
        told = say(
            "night.score_how",
            language,
            mean=summary.points_mean,
            passed=summary.passed,
            done=summary.done,
        )
        yield say("night.score", language), told
    if summary.not_assessable_share is not None:
        yield say("night.not_assessable", language), f"{summary.not_assessable_share:.1%}"
    if summary.stages:
        slowest = summary.stages[0]
        told = say(
            "night.slowest_how",
            language,
            stage=_stage(slowest.stage, language),
            elapsed_s=slowest.elapsed_s,
            longest_s=slowest.longest_s,
        )
        yield say("night.slowest", language), told
    cost = say("night.cost_how", language, wall_s=run.wall_s, cpu_s=run.cpu_s)
    yield say("night.cost", language), cost


def _lists(summary: NightSummary, language: Language) -> Iterator[_List]:
    lists = (
        _failures(summary, language),
        _rules(summary, language),
        _agents(summary, language),
        _warnings(summary, language),
    )
    return (each for each in lists if each.rows)


def _failures(summary: NightSummary, language: Language) -> _List:
    return _List(
        say("night.failures", language),
        _columns(("call", "reason"), language),
        tuple((each.call_id, each.reason) for each in summary.failures),
    )


def _rules(summary: NightSummary, language: Language) -> _List:
    return _List(
        say("night.rules", language),
        _columns(("rule", "title", "flags", "calls"), language),
        tuple(
            (each.rule_id, each.title, str(each.flags), str(each.calls))
            for each in summary.flags_by_rule
        ),
    )


def _agents(summary: NightSummary, language: Language) -> _List:
    unknown = say("night.no_agent", language)
    return _List(
        say("night.agents", language),
        _columns(("agent", "flags", "calls"), language),
        tuple(
            (each.agent_id or unknown, str(each.flags), str(each.calls))
            for each in summary.flags_by_agent
        ),
    )


def _warnings(summary: NightSummary, language: Language) -> _List:
    return _List(
        say("night.warnings", language),
        _columns(("count", "call", "example"), language),
        tuple((str(each.count), each.call_id or "", each.example) for each in summary.warnings),
    )


def _columns(names: Sequence[str], language: Language) -> tuple[str, ...]:
    return tuple(say(f"night.column_{name}", language) for name in names)


def _sound(audio_s: float, language: Language) -> str:
    """Hours from one hour on, minutes below."""
    if audio_s >= _HOUR_S:
        return say("night.hours", language, hours=audio_s / _HOUR_S)
    return say("night.minutes", language, minutes=audio_s / 60)


def _stage(stage: str, language: Language) -> str:
    key = f"night.stage_{stage}"
    return say(key, language) if key in catalogue() else stage


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_in_cell(cell) for cell in cells) + " |"


def _in_cell(text: str) -> str:
    """Text that neither ends the cell nor begins markup."""
    one_line = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\|*_`<[" else sign for sign in one_line)

"""Moments of calls worth listening to, after what people decided: coaching and the case library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.exceptions import HTTPException

from console.call_view import CallView, FindingView
from console.opened import open_item, view_of
from console.state import ConsoleState
from pipeline.finding import Outcome
from pipeline.messages import Language
from warehouse.decisions.reviews import QueueItem


@dataclass(frozen=True, slots=True)
class Moment:
    """A finding at its second."""

    call_id: str
    started_at: datetime | None
    agent: str
    rule_id: str
    title: str
    finding_no: int
    good: bool
    points: float  # what it gave, or cost: below 0
    quote: str
    at_s: float | None
    better: str  # what to say instead
    norm: str


@dataclass(frozen=True, slots=True)
class SeenCall:
    """A call with what counts in it."""

    item: QueueItem
    view: CallView
    judged: frozenset[str]  # rules that concern the call and could be judged


def see_calls(
    state: ConsoleState, items: Iterable[QueueItem], language: Language
) -> tuple[SeenCall, ...]:
    """The calls with everything that people decided; what is no longer there is left out."""
    seen = []
    for item in items:
        try:
            opened = open_item(state, item)
        except HTTPException:
            continue
        judged = frozenset(
            f.rule_id
            for f in opened.call.findings
            if f.outcome not in (Outcome.NOT_APPLICABLE, Outcome.NOT_ASSESSABLE)
        )
        seen.append(SeenCall(item, view_of(state, opened, language), judged))
    return tuple(seen)


def bad_moments(calls: Sequence[SeenCall], *, most: int) -> tuple[Moment, ...]:
    """What cost most, with a place to listen to first; of each rule the gravest two."""
    found = [
        (call, f) for call in calls for f in (*call.view.findings, *call.view.added) if f.counts
    ]
    found.sort(key=lambda each: (each[1].start is None, each[1].lost, -each[1].percent))
    return _few(found, most=most, good=False)


def good_moments_of(calls: Sequence[SeenCall], *, most: int) -> tuple[Moment, ...]:
    """What was done best and can be listened to; of each rule the surest two."""
    found = [
        (call, f)
        for call in calls
        for f in call.view.findings
        if f.outcome == Outcome.MET and f.quote and f.verdict not in ("false", "doubtful")
    ]
    found.sort(key=lambda each: (-each[1].points, -each[1].percent))
    return _few(found, most=most, good=True)


def _few(
    found: Sequence[tuple[SeenCall, FindingView]], *, most: int, good: bool
) -> tuple[Moment, ...]:
    chosen: list[Moment] = []
    for call, finding in found:
        if sum(m.rule_id == finding.rule_id for m in chosen) < 2 and len(chosen) < most:
            chosen.append(moment_of(call.item, finding, good=good))
    return tuple(chosen)


def moment_of(item: QueueItem, finding: FindingView, *, good: bool) -> Moment:
    """A finding as a moment."""
    told = finding.explanation
    return Moment(
        call_id=item.call_id,
        started_at=item.started_at,
        agent=item.agent_name or item.agent_id or "",
        rule_id=finding.rule_id,
        title=finding.title,
        finding_no=finding.finding_no,
        good=good,
        points=float(finding.points if good else finding.lost),
        quote=finding.quote,
        at_s=finding.start,
        better=told.alternative if told and not good else "",
        norm=told.norm if told else "",
    )

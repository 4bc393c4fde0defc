"""What a night tells its people in the morning."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.inbox import Note
from pipeline.failure import CallFailure
from pipeline.finding import Outcome
from pipeline.messages import Language, catalogue, say
from warehouse.lake import Warehouse
from warehouse.night_notes import note_night
from warehouse.nights import AgentFlags, FailedCall, StageTime, summarise_night

_JUDGED = (Outcome.VIOLATED, Outcome.MET, Outcome.MISSED, Outcome.CLEAR, Outcome.NOT_ASSESSABLE)
EXIT_SOME_FAILED = 3


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a rule was broken."""

    rule_id: str
    title: str  # in the phrasebook's language; the id if no phrasebook has the rule any more
    flags: int
    calls: int


@dataclass(frozen=True, slots=True)
class WarningCount:
    """One kind of warning; `example` is the first one, told in the night's language."""

    code: str
    count: int
    example: str
    call_id: str | None  # of the example; None for what concerns the inbox


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What only the run itself knows; times and seconds are of the last run of the night."""

    night_id: str
    inbox: str
    started_at: datetime  # of the night, with offset
    finished_at: datetime
    resumed: bool  # an earlier run was interrupted
    known: int  # recordings inspected on earlier nights
    known_failures: int  # recordings that failed before and were not tried again
    wall_s: float
    cpu_s: float  # with those of the child processes
    code_version: str
    left: int = 0  # calls that were not begun before the night had to end


@dataclass(frozen=True, slots=True)
class NightSummary:
    """One night in figures: all that was stored under it, also by runs that were interrupted."""

    run: RunFacts
    calls: int
    done: int
    failed: int
    audio_s: float  # of the inspected calls
    passed: int
    points_mean: float | None  # None if no call was scored
    not_assessable_share: float | None  # of the findings that concern their call; None without any
    failures: tuple[FailedCall, ...]
    flags_by_rule: tuple[RuleCount, ...]  # most flags first
    flags_by_agent: tuple[AgentFlags, ...]  # most flags first
    stages: tuple[StageTime, ...]  # slowest first
    warnings: tuple[WarningCount, ...]  # most frequent first

    @property
    def exit_code(self) -> int:
        """0, or 3 if some calls failed."""
        return EXIT_SOME_FAILED if self.failed else 0

    def document(self) -> dict[str, Any]:
        """The same as one JSON document: plain values, moments as ISO 8601."""
        values: dict[str, Any] = dataclasses.asdict(self)
        run = {**values.pop("run")}
        for moment in ("started_at", "finished_at"):
            run[moment] = run[moment].isoformat()
        return {**run, **values}


def summarise(
    warehouse: Warehouse,
    run: RunFacts,
    *,
    failures: Sequence[CallFailure],
    notes: Sequence[Note],
    titles: Mapping[str, str],
    language: Language,
) -> NightSummary:
    """Add up a night.

    Args:
        failures: of this run; the warehouse does not store again what failed for the same reason.
        notes: warnings of the inbox.
        titles: of the rules, by id.
    Raises: WarehouseError if the warehouse cannot be read.
    """
    figures = summarise_night(warehouse, run.night_id)
    stored = note_night(warehouse, run.night_id)
    failed = _all_failures(figures.failures, failures)
    told: list[tuple[str | None, Note]] = [(None, note) for note in notes]
    told += [(call.call_id, note) for call in stored.warnings for note in call.warnings]
    return NightSummary(
        run=run,
        calls=figures.done + len(failed),
        done=figures.done,
        failed=len(failed),
        audio_s=float(figures.audio_s),
        passed=figures.passed,
        points_mean=None if figures.points_mean is None else float(figures.points_mean),
        not_assessable_share=_not_assessable_share(dict(stored.findings_by_outcome)),
        failures=failed,
        flags_by_rule=tuple(
            RuleCount(each.rule_id, titles.get(each.rule_id, each.rule_id), each.flags, each.calls)
            for each in figures.flags_by_rule
        ),
        flags_by_agent=figures.flags_by_agent,
        stages=figures.stages,
        warnings=_count_warnings(told, language),
    )


def _all_failures(
    stored: Sequence[FailedCall], now: Sequence[CallFailure]
) -> tuple[FailedCall, ...]:
    """Each failed call once, by call."""
    failed = {
        each.call_id: FailedCall(each.call_id, each.path, each.reason_code, each.reason)
        for each in now
    }
    failed |= {each.call_id: each for each in stored}
    return tuple(failed[call_id] for call_id in sorted(failed))


def _not_assessable_share(findings: Mapping[str, int]) -> float | None:
    judged = sum(findings.get(outcome, 0) for outcome in _JUDGED)
    return findings.get(Outcome.NOT_ASSESSABLE, 0) / judged if judged else None


def _count_warnings(
    told: Sequence[tuple[str | None, Note]], language: Language
) -> tuple[WarningCount, ...]:
    counts = Counter(code for _, (code, _) in told)
    examples: dict[str, tuple[str | None, dict[str, object]]] = {}
    for call_id, (code, values) in told:
        examples.setdefault(code, (call_id, values))
    return tuple(
        WarningCount(
            code, count, _say_warning(code, examples[code][1], language), examples[code][0]
        )
        for code, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    )


def _say_warning(code: str, values: Mapping[str, object], language: Language) -> str:
    """A warning's sentence; its code if an older version stored it and the message is gone."""
    try:
        return say(code, language, **values) if code in catalogue() else code
    except (KeyError, ValueError, TypeError):
        return code

"""Trying a text or a stored call against one rule: the finding with its hits and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.call import CallMetadata, Purpose, Role, Transcript
from pipeline.dialogue import DialogueError, build_transcript, parse_dialogue
from pipeline.errors import UsageError
from pipeline.explanation import Explanation, explain
from pipeline.finding import Evidence, Finding, InspectedCall
from pipeline.judging import judge
from pipeline.messages import Language
from pipeline.rules import Line, Phrasebook, Rule
from pipeline.talk import measure_talk

TEXT_MAX: Final = 10_000
_LINES_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class Trial:
    """What one rule says."""

    rule: Rule
    outcome: str
    percent: int
    points: str
    hits: tuple[Evidence, ...]
    explanation: Explanation


def try_text(
    text: str,
    rule: Rule,
    *,
    phrasebook: Phrasebook,
    language: Language,
    purpose: str = "",
    direction: str = "",
) -> Trial:
    """A dialogue as in the rules' own tests; lines that name nobody are the agent's.

    Raises: UsageError if it has no line, too many, or a line that cannot be read.
    """
    transcript = build_transcript(_lines(text), phrasebook.language)
    metadata = CallMetadata(
        call_id="trial",
        language=phrasebook.language,
        purpose=Purpose(purpose) if purpose in set(Purpose) else None,
        direction=direction if direction in ("inbound", "outbound") else None,
    )
    return _try(transcript, metadata, rule, phrasebook=phrasebook, language=language)


def try_call(
    call: InspectedCall, rule: Rule, *, phrasebook: Phrasebook, language: Language
) -> Trial:
    """A call as it was heard."""
    return _try(call.transcript, call.metadata, rule, phrasebook=phrasebook, language=language)


def _try(
    transcript: Transcript,
    metadata: CallMetadata,
    rule: Rule,
    *,
    phrasebook: Phrasebook,
    language: Language,
) -> Trial:
    findings = judge(
        transcript, metadata=metadata, metrics=measure_talk(transcript), phrasebook=phrasebook
    )
    found: Finding = next(f for f in findings if f.rule_id == rule.id)
    return Trial(
        rule=rule,
        outcome=found.outcome.value,
        percent=min(99, round(100 * found.probability)),
        points=f"{found.points.normalize():f}" if found.points else "0",
        hits=found.evidence,
        explanation=explain(found, rule=rule, language=language),
    )


def _lines(text: str) -> tuple[Line, ...]:
    lines: list[Line] = []
    for raw in text[:TEXT_MAX].splitlines():
        if not raw.strip():
            continue
        try:
            lines += parse_dialogue(raw)
        except DialogueError:
            lines.append(Line(Role.AGENT, raw.strip()))
    if not lines or len(lines) > _LINES_MAX:
        raise UsageError("desk.no_text", most=_LINES_MAX)
    return tuple(lines)

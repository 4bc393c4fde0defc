"""A stored call as the call page shows it: pure, without the database or the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from console.reader import clock
from pipeline.call import Role, Transcript
from pipeline.explanation import Explanation, explain
from pipeline.finding import Evidence, Finding, InspectedCall, Outcome, Scorecard
from pipeline.judging import judge
from pipeline.measured_text import tell_measured
from pipeline.messages import Language
from pipeline.review import Verdict, apply_verdicts, find_by_person
from pipeline.rules import Phrasebook
from pipeline.scorecard import score
from pipeline.talk import measure_talk
from warehouse.decisions.verdicts import Decisions

_SHOWN: Final = (Outcome.VIOLATED, Outcome.MISSED, Outcome.MET)
_OTHER: Final = {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT}
_UNCERTAIN: Final = 0.5  # a word below it is pale


@dataclass(frozen=True, slots=True)
class WordView:
    """One word; `outcome` marks what a finding rests on."""

    text: str
    start: float
    end: float
    uncertain: bool
    outcome: str  # "" if no finding rests on it


@dataclass(frozen=True, slots=True)
class TurnView:
    """One turn."""

    turn_no: int
    role: str
    role_certain: bool
    start: float
    clock: str
    channel: int | None  # None on a mono call
    words: tuple[WordView, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding with all that a person needs to agree or not."""

    finding_no: int
    rule_id: str
    title: str
    outcome: str
    flagged: bool
    points: Decimal
    percent: int
    severity: str
    quote: str
    measured: str  # value and limit, of a rule of limits
    start: float | None
    end: float | None
    explanation: Explanation | None  # None if the rule is not in the phrasebook any more
    verdict: str  # "" without one


@dataclass(frozen=True, slots=True)
class CallView:
    """The page's content."""

    turns: tuple[TurnView, ...]
    findings: tuple[FindingView, ...]
    added: tuple[FindingView, ...]
    unsure: tuple[FindingView, ...]  # not assessable
    scorecard: Scorecard
    reviewed: Scorecard
    comment: str
    swapped: bool
    comparable: bool  # judged by the phrasebook that is at hand


def channel_of(speaker: str) -> int | None:
    """The channel that a speaker of a stereo call has to itself; None for a voice of a mono one."""
    name, _, number = speaker.partition("-")
    return int(number) if name == "channel" and number.isdecimal() else None


def swap_roles(transcript: Transcript) -> Transcript:
    """Agent and customer the other way round; turns of unknown role stay unknown."""
    turns = tuple(replace(t, role=_OTHER.get(t.role, t.role)) for t in transcript.turns)
    return replace(transcript, turns=turns)


def findings_of(
    call: InspectedCall, *, swapped: bool, phrasebook: Phrasebook
) -> tuple[Transcript, tuple[Finding, ...]]:
    """The call's transcript and findings, judged anew from its words if the roles are swapped."""
    if not swapped:
        return call.transcript, call.findings
    transcript = swap_roles(call.transcript)
    findings = judge(
        transcript,
        metadata=call.metadata,
        metrics=measure_talk(transcript),
        phrasebook=phrasebook,
    )
    return transcript, findings


def view_call(
    call: InspectedCall, decisions: Decisions, *, phrasebook: Phrasebook, language: Language
) -> CallView:
    """What the page shows of a call after everything that people decided about it."""
    swapped = decisions.swapped
    transcript, findings = findings_of(call, swapped=swapped, phrasebook=phrasebook)
    verdicts = decisions.verdicts(swapped=swapped)
    rules = {rule.id: rule for rule in phrasebook.rules}
    added = [d.value for d in decisions.of("added") if str(d.value.get("rule_id")) in rules]
    by_person = [_placed(find_by_person(rules[str(v["rule_id"])]), v) for v in added]
    comparable = call.phrasebook.sha256 == phrasebook.sha256
    scorecard = score(findings, phrasebook=phrasebook) if swapped else call.scorecard
    after = apply_verdicts(findings, verdicts=verdicts, added=by_person, phrasebook=phrasebook)
    decided = bool(verdicts or by_person)

    def show(number: int, finding: Finding) -> FindingView:
        return _view_finding(
            number,
            finding,
            phrasebook=phrasebook,
            language=language,
            verdict=verdicts.get(number),
        )

    numbered = list(enumerate(findings))
    return CallView(
        turns=_view_turns(transcript, after),
        findings=tuple(
            sorted((show(n, f) for n, f in numbered if f.outcome in _SHOWN), key=_weight)
        ),
        added=tuple(show(-1 - n, f) for n, f in enumerate(by_person)),
        unsure=tuple(show(n, f) for n, f in numbered if f.outcome is Outcome.NOT_ASSESSABLE),
        scorecard=scorecard,
        reviewed=score(after, phrasebook=phrasebook) if decided and comparable else scorecard,
        comment=decisions.comment,
        swapped=swapped,
        comparable=comparable,
    )


def _placed(finding: Finding, value: object) -> Finding:
    """The finding with the passage that the person selected."""
    if not isinstance(value, dict) or "start" not in value:
        return finding
    evidence = Evidence(
        turn_no=None,
        start=float(value["start"]),
        end=float(value["end"]),
        quote=str(value.get("quote", "")),
        phrase="",
        text_similarity=0.0,
        sound_similarity=0.0,
    )
    return replace(finding, evidence=(evidence,))


def _weight(view: FindingView) -> tuple[bool, float]:
    """Flags first, then by time."""
    return (not view.flagged, view.start if view.start is not None else float("inf"))


def _view_finding(
    number: int,
    finding: Finding,
    *,
    phrasebook: Phrasebook,
    language: Language,
    verdict: Verdict | None,
) -> FindingView:
    rule = next((rule for rule in phrasebook.rules if rule.id == finding.rule_id), None)
    first = finding.evidence[0] if finding.evidence else None
    return FindingView(
        finding_no=number,
        rule_id=finding.rule_id,
        title=rule.title if rule else finding.rule_id,
        outcome=finding.outcome.value,
        flagged=finding.outcome is Outcome.VIOLATED
        or (finding.outcome is Outcome.MISSED and finding.points < 0),
        points=finding.points,
        percent=min(99, round(100 * finding.probability)),
        severity=finding.severity,
        quote=first.quote if first else "",
        measured=tell_measured(finding.measured, rule.check, language) if rule else "",
        start=first.start if first else None,
        end=first.end if first else None,
        explanation=explain(finding, rule=rule, language=language) if rule else None,
        verdict=verdict.value if verdict else "",
    )


def _view_turns(transcript: Transcript, findings: Sequence[Finding]) -> tuple[TurnView, ...]:
    passages = [
        (e.start, e.end, e.turn_no, f.outcome.value)
        for f in findings
        if f.outcome in _SHOWN
        for e in f.evidence
        if e.quote
    ]
    return tuple(
        TurnView(
            turn_no=turn.turn_no,
            role=turn.role.value,
            role_certain=turn.role_probability >= 0.7,
            start=turn.start,
            clock=clock(turn.start),
            channel=channel_of(turn.speaker),
            words=tuple(
                WordView(
                    word.text,
                    word.start,
                    word.end,
                    word.probability < _UNCERTAIN,
                    next(
                        (
                            outcome
                            for start, end, turn_no, outcome in passages
                            if turn_no in (None, turn.turn_no)
                            and word.start < end - 0.01
                            and word.end > start + 0.01
                        ),
                        "",
                    ),
                )
                for word in turn.words
            ),
        )
        for turn in transcript.turns
    )

"""A stored call as the call page shows it: pure, without the database or the browser."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Final

from console.turn_view import SHOWN, TurnView, view_turns
from pipeline.call import Role, Transcript
from pipeline.correction import correct
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

_OTHER: Final = {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT}
_GOOD_MOMENTS: Final = 2
_TOLD: Final = (*SHOWN, Outcome.NOT_ASSESSABLE)


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
    counts: bool  # against the agent, after people's verdicts
    lost: Decimal  # what it costs then


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
    corrected: bool  # words of it
    comparable: bool  # judged by the phrasebook that is at hand


def swap_roles(transcript: Transcript) -> Transcript:
    """Agent and customer the other way round; turns of unknown role stay unknown."""
    turns = tuple(replace(t, role=_OTHER.get(t.role, t.role)) for t in transcript.turns)
    return replace(transcript, turns=turns)


def findings_of(
    call: InspectedCall, decisions: Decisions, *, phrasebook: Phrasebook
) -> tuple[Transcript, tuple[Finding, ...]]:
    """The call's transcript and findings, judged anew if people changed its words or its roles.

    Corrected words alone do not judge a call by another phrasebook than it was judged by.
    """
    transcript = correct(call.transcript, decisions.corrections)
    if decisions.swapped:
        transcript = swap_roles(transcript)
    elif transcript == call.transcript or call.phrasebook.sha256 != phrasebook.sha256:
        return transcript, call.findings
    findings = judge(
        transcript,
        metadata=call.metadata,
        metrics=measure_talk(transcript),
        phrasebook=phrasebook,
    )
    return transcript, findings


def view_call(
    call: InspectedCall,
    decisions: Decisions,
    *,
    phrasebook: Phrasebook,
    language: Language,
    with_turns: bool = True,
) -> CallView:
    """What the page shows of a call after everything that people decided about it.

    Args:
        with_turns: whether the transcript is asked for, which is most of the work.
    """
    transcript, findings = findings_of(call, decisions, phrasebook=phrasebook)
    verdicts = decisions.verdicts(
        swapped=decisions.swapped, outcomes=[finding.outcome.value for finding in findings]
    )
    added = _added(decisions, phrasebook)
    by_person = tuple(added.values())
    comparable = call.phrasebook.sha256 == phrasebook.sha256
    anew = findings is not call.findings
    scorecard = score(findings, phrasebook=phrasebook) if anew else call.scorecard
    after = apply_verdicts(findings, verdicts=verdicts, added=by_person, phrasebook=phrasebook)
    decided = bool(verdicts or by_person)
    show = partial(_view_finding, phrasebook=phrasebook, language=language)
    shown = [
        show(number, finding, verdict=verdicts.get(number), after=after[number])
        for number, finding in enumerate(findings)
        if finding.outcome in _TOLD
    ]
    return CallView(
        turns=view_turns(transcript, after, corrections=decisions.corrections)
        if with_turns
        else (),
        findings=tuple(sorted((f for f in shown if f.outcome in SHOWN), key=_weight)),
        added=tuple(show(n, f, verdict=None, after=f) for n, f in added.items()),
        unsure=tuple(f for f in shown if f.outcome == Outcome.NOT_ASSESSABLE),
        scorecard=scorecard,
        reviewed=score(after, phrasebook=phrasebook) if decided and comparable else scorecard,
        comment=decisions.comment,
        swapped=decisions.swapped,
        corrected=bool(decisions.corrections),
        comparable=comparable,
    )


def good_moments(view: CallView) -> tuple[FindingView, ...]:
    """Two things that the agent did well, with a place to listen to; credits go first."""
    done = [
        f
        for f in view.findings
        if f.outcome == Outcome.MET and f.quote and f.verdict not in ("false", "doubtful")
    ]
    return tuple(sorted(done, key=lambda f: (-f.points, -f.percent))[:_GOOD_MOMENTS])


def for_agent(view: CallView) -> CallView:
    """What an agent gets of a released call: what counts and what was done well, no opinions."""
    own = tuple(
        replace(f, verdict="")
        for f in view.findings
        if f.counts or (f.outcome == Outcome.MET and f.verdict not in ("false", "doubtful"))
    )
    return replace(view, findings=own, unsure=(), comment="")


def _added(decisions: Decisions, phrasebook: Phrasebook) -> dict[int, Finding]:
    """What people found and the machine did not; by the negative number of their decision."""
    rules = {rule.id: rule for rule in phrasebook.rules}
    return {
        -d.decision_no: _placed(find_by_person(rules[str(d.value["rule_id"])]), d.value)
        for d in decisions.of("added")
        if str(d.value.get("rule_id")) in rules
    }


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
    after: Finding,
) -> FindingView:
    rule = phrasebook.rule(finding.rule_id)
    first = finding.evidence[0] if finding.evidence else None
    return FindingView(
        finding_no=number,
        rule_id=finding.rule_id,
        title=rule.title if rule else finding.rule_id,
        outcome=finding.outcome.value,
        flagged=_is_flag(finding),
        points=finding.points,
        percent=min(99, round(100 * finding.probability)),
        severity=finding.severity,
        quote=first.quote if first else "",
        measured=tell_measured(finding.measured, rule.check, language) if rule else "",
        start=first.start if first else None,
        end=first.end if first else None,
        explanation=explain(finding, rule=rule, language=language) if rule else None,
        verdict=verdict.value if verdict else "",
        counts=_is_flag(after),
        lost=after.points,
    )


def _is_flag(finding: Finding) -> bool:
    """Whether a finding speaks against the agent."""
    return finding.outcome is Outcome.VIOLATED or (
        finding.outcome is Outcome.MISSED and finding.points < 0
    )

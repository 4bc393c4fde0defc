"""Applies a phrasebook to a call: one finding per rule."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from pipeline.call import CallMetadata, Purpose, Role, TalkMetrics, Transcript
from pipeline.check_holds import judge_hold
from pipeline.check_limits import judge_limit
from pipeline.check_phrases import judge_phrases
from pipeline.check_sequence import judge_sequence
from pipeline.check_steps import judge_steps
from pipeline.checks import HoldCheck, LimitCheck, PhraseCheck, SequenceCheck
from pipeline.compiled import compile_book
from pipeline.finding import Finding, Outcome
from pipeline.matching import find_hits
from pipeline.probability import evidence_weights
from pipeline.rating import CallView
from pipeline.recorded_voice import without_recorded_voice
from pipeline.rules import Kind, Phrasebook, Rule, When
from pipeline.stream import Flags, build_stream
from pipeline.verdict import Verdict, not_applicable

_ROLES = (Role.AGENT, Role.CUSTOMER)
_HUNDREDTH = Decimal("0.01")
_NOTHING = Decimal("0.00")
_COMMON = (0.0, 0.5, 1.0)  # probabilities of findings that are kept at hand


def judge(
    transcript: Transcript,
    *,
    metadata: CallMetadata,
    metrics: TalkMetrics,
    phrasebook: Phrasebook,
    listen: Callable[[CallView], CallView] | None = None,
) -> tuple[Finding, ...]:
    """What every rule of the phrasebook says of the call, in the phrasebook's order.

    A pure function: the same transcript, metadata, metrics and phrasebook give the same
    findings. Only the words of the rule's own role count. A rule whose conditions the call does
    not meet, or whose metadata is missing, is not applicable; one whose evidence is in doubt is
    not assessable, never a fault and never a pass.

    Args:
        listen: adds acoustic evidence to doubtful hits (pipeline/second_listen.py).
    Returns: one finding per rule; empty for a phrasebook without rules or of another language
    than the call.
    """
    if transcript.language != phrasebook.language:
        return ()
    spoken = without_recorded_voice(transcript, phrasebook)
    view = view_call(spoken, metadata=metadata, metrics=metrics, phrasebook=phrasebook)
    if listen is not None:
        view = listen(view)
    findings: dict[str, Finding] = {}
    alike: dict[int, Mapping[str, Finding]] = {}
    kept = _kept_findings(phrasebook)
    for rule, group in zip(phrasebook.rules, kept.group_of, strict=True):
        if group is None or _said_something(view, rule):
            findings[rule.id] = _finding(rule, _judge_rule(view, rule, findings), kept.settled)
            continue
        if group not in alike:
            alike[group] = kept.unsaid(group, _judge_rule(view, rule, findings))
        findings[rule.id] = alike[group][rule.id]
    return tuple(findings.values())


_Settled = dict[tuple[str, Outcome, float, str], Finding]


@dataclass(frozen=True, slots=True)
class _KeptFindings:
    """The findings without evidence that a phrasebook has made so far: most are, and alike."""

    settled: _Settled
    groups: tuple[tuple[Rule, ...], ...]  # rules of which one verdict holds where nothing was said
    group_of: tuple[int | None, ...]  # of each rule of the phrasebook
    _unsaid: dict[tuple[int, Outcome, str], Mapping[str, Finding]] = field(default_factory=dict)

    def unsaid(self, group: int, verdict: Verdict) -> Mapping[str, Finding]:
        """What a verdict says of each rule of a group of whose phrases none was said."""
        key = group, verdict.outcome, verdict.reason
        if key not in self._unsaid:
            self._unsaid[key] = {rule.id: _told(rule, verdict) for rule in self.groups[group]}
        return self._unsaid[key]


@lru_cache(maxsize=8)
def _kept_findings(phrasebook: Phrasebook) -> _KeptFindings:
    members: dict[Hashable, list[Rule]] = {}
    keys = [_likeness(rule) for rule in phrasebook.rules]
    for key, rule in zip(keys, phrasebook.rules, strict=True):
        if key is not None:
            members.setdefault(key, []).append(rule)
    number = {key: n for n, key in enumerate(members)}
    group_of = tuple(None if key is None else number[key] for key in keys)
    return _KeptFindings({}, tuple(map(tuple, members.values())), group_of)


def _likeness(rule: Rule) -> Hashable:
    """All that the verdict on a rule rests on where none of its phrases was said; None where that
    is more than who spoke, how clearly, and on what occasion.
    """
    if (
        not isinstance(rule.check, PhraseCheck)
        or rule.kind is Kind.REQUIRED
        or rule.occasion is not None
        or rule.when.findings
    ):
        return None
    who = rule.role, rule.window, rule.min_role_p, rule.min_word_p
    return who, rule.kind, rule.when, rule.credited_elsewhere


def _said_something(view: CallView, rule: Rule) -> bool:
    return isinstance(rule.check, PhraseCheck) and rule.check.phrases in view.found[rule.role]


def view_call(
    transcript: Transcript,
    *,
    metadata: CallMetadata,
    metrics: TalkMetrics,
    phrasebook: Phrasebook,
) -> CallView:
    """The call as the rules see it: both roles' words, and every place where a phrase was said."""
    indexes = compile_book(phrasebook)
    streams = {role: build_stream(transcript, role) for role in _ROLES}
    found = {role: find_hits(streams[role], indexes[role]) for role in _ROLES}
    weights = phrasebook.weights or evidence_weights()
    return CallView(transcript, metadata, metrics, streams, found, weights=weights)


def _judge_rule(view: CallView, rule: Rule, earlier: Mapping[str, Finding]) -> Verdict:
    concerned = concerns(rule.when, view.metadata) and (
        not rule.when.findings
        or all(
            rule_id in earlier and earlier[rule_id].outcome is outcome
            for rule_id, outcome in rule.when.findings
        )
    )
    if not concerned and not rule.credited_elsewhere:
        return not_applicable("judging.other_call")
    mask = view.mask(rule)
    if rule.occasion is not None:
        since = _occasion_s(view, rule)
        if since is None:
            return not_applicable("judging.no_occasion")
        if rule.occasion.answered_after:
            mask = mask & (view.streams[rule.role].start >= since)
    verdict = _apply(view, rule, mask)
    if not concerned and verdict.outcome is not Outcome.MET:
        return not_applicable("judging.other_call")
    return verdict


def _apply(view: CallView, rule: Rule, mask: Flags) -> Verdict:
    check = rule.check
    if isinstance(check, PhraseCheck):
        return judge_phrases(view, rule, check, mask=mask)
    if isinstance(check, HoldCheck):
        return judge_hold(view, rule, check, mask=mask)
    if isinstance(check, SequenceCheck):
        return judge_sequence(view, rule, check, mask=mask)
    if isinstance(check, LimitCheck):
        return judge_limit(view, rule, check, mask=mask)
    return judge_steps(view, rule, check, mask=mask)


_OUTBOUND = (Purpose.CALLBACK, Purpose.ABSENCE, Purpose.SATISFACTION)


def concerns(when: When, metadata: CallMetadata) -> bool:
    """Whether the call meets a rule's conditions; what the metadata does not say meets none of
    them.

    A call without a direction has that of its purpose: call-backs, absences and satisfaction
    calls are outbound, the other known purposes inbound.
    """
    direction = metadata.direction
    if direction is None and metadata.purpose not in (None, Purpose.OTHER):
        direction = "outbound" if metadata.purpose in _OUTBOUND else "inbound"
    if when.purposes and metadata.purpose not in when.purposes:
        return False
    if when.directions and direction not in when.directions:
        return False
    if when.teams and metadata.team not in when.teams:
        return False
    return metadata.purpose not in when.not_purposes if when.not_purposes else True


def _occasion_s(view: CallView, rule: Rule) -> float | None:
    """When the occasion of the rule first arose, in seconds; None if it did not."""
    if rule.occasion is None:
        return None
    found = [
        float(view.streams[role].end[hit.last])
        for role in rule.occasion.roles
        for hit in view.hits(role, rule.occasion.phrases)
        if view.streams[role].role_probability[hit.first] >= rule.min_role_p
    ]
    return min(found, default=None)


def _finding(rule: Rule, verdict: Verdict, settled: _Settled) -> Finding:
    if verdict.evidence or verdict.measured is not None or verdict.count != 1:
        return _told(rule, verdict)
    key = (rule.id, verdict.outcome, verdict.probability, verdict.reason)
    known = settled.get(key)
    if known is None:
        known = _told(rule, verdict)
        if verdict.probability in _COMMON:
            settled[key] = known
    return known


def _told(rule: Rule, verdict: Verdict) -> Finding:
    return Finding(
        rule_id=rule.id,
        outcome=verdict.outcome,
        probability=round(min(max(verdict.probability, 0.0), 1.0), 4),
        points=_points(rule, verdict),
        severity=rule.severity,
        evidence=verdict.evidence,
        suggestion=rule.suggestion if verdict.outcome is not Outcome.MET else None,
        source=str(rule.sources[0]) if rule.sources else None,
        reason=verdict.reason,
        measured=None if verdict.measured is None else round(verdict.measured, 4),
        review=rule.review,
    )


def _points(rule: Rule, verdict: Verdict) -> Decimal:
    """Points by outcome: per occurrence and up to the cap for faults and credits, the missing
    share when partly met; to the hundredth, since a third of a point has no end.
    """
    if verdict.outcome not in (Outcome.MISSED, Outcome.MET, Outcome.VIOLATED):
        return _NOTHING
    return _exact_points(rule, verdict).quantize(_HUNDREDTH, rounding=ROUND_HALF_EVEN)


def _exact_points(rule: Rule, verdict: Verdict) -> Decimal:
    if verdict.outcome is Outcome.MISSED:
        return rule.points
    if verdict.outcome is Outcome.MET and rule.kind is Kind.REQUIRED:
        missing = max(Decimal(0), 1 - verdict.count)
        return rule.points * missing if missing else Decimal(0)
    points = rule.points * verdict.count
    cap = rule.cap if rule.cap is not None else abs(rule.points)
    return max(-cap, min(cap, points))

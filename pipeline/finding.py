"""What the rules say of a call: findings with evidence, and the scorecard made of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pipeline.call import CallMetadata, ModelVersions, Recording, Role, TalkMetrics, Transcript
from pipeline.voiceprints import VoiceprintUse


class Outcome(StrEnum):
    """A rule's verdict on one call."""

    VIOLATED = "violated"  # a forbidden thing was done
    MET = "met"  # a required or credited thing was done
    MISSED = "missed"  # a required thing was not done
    CLEAR = "clear"  # a forbidden thing was looked for and not found
    NOT_APPLICABLE = "not_applicable"  # the rule does not concern this call
    NOT_ASSESSABLE = "not_assessable"  # too uncertain to judge: never a pass, never a fault


@dataclass(frozen=True, slots=True)
class Evidence:
    """The passage that a finding rests on. Similarities are 0-100."""

    turn_no: int | None  # None for what is not in a turn, such as silence
    start: float
    end: float
    quote: str  # what was heard
    phrase: str  # what the norm says
    text_similarity: float
    sound_similarity: float
    acoustic_llr: float | None = (
        None  # log-probability per token against the transcript's own words
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's verdict with what it rests on."""

    rule_id: str
    outcome: Outcome
    probability: float  # that the outcome is true
    points: Decimal  # effect on the score; 0 where none
    severity: str
    evidence: tuple[Evidence, ...]
    suggestion: str | None
    source: str | None  # file:line of the norm
    reason: str = (
        ""  # message key that explains the outcome, "" where the evidence speaks for itself
    )
    measured: float | None = None  # by a rule of limits, in the unit of its measure
    review: str = "doubt"  # whether people look at it: always | doubt | never


@dataclass(frozen=True, slots=True)
class Proposal:
    """A passage that may mean a norm in other words; a person decides, nothing is scored."""

    rule_id: str
    turn_no: int
    start: float
    end: float
    quote: str  # what was heard
    phrase: str  # of the phrasebook, that means the same
    likeness: float  # cosine of the two, 0-1


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The sum of the findings, in exact decimals."""

    points: Decimal
    points_possible: Decimal
    passed: bool


@dataclass(frozen=True, slots=True)
class PhrasebookVersion:
    """Which norms judged the call."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Listened:
    """What a second listen said of one phrase at one place, kept so that judging anew needs no
    sound.
    """

    role: Role
    phrase: str
    start: float
    end: float
    acoustic_llr: float  # as in Evidence


@dataclass(frozen=True, slots=True)
class InspectedCall:
    """Everything that is known of a call after its inspection."""

    recording: Recording
    metadata: CallMetadata
    models: ModelVersions
    phrasebook: PhrasebookVersion
    transcript: Transcript
    metrics: TalkMetrics
    findings: tuple[Finding, ...]
    scorecard: Scorecard
    stage_s: tuple[
        tuple[str, float], ...
    ] = ()  # wall seconds by stage; not part of the result's identity
    proposals: tuple[Proposal, ...] = ()
    voiceprint: VoiceprintUse | None = None  # that the roles rest on, among others
    listened: tuple[Listened, ...] = ()  # of the second listen, where there was one

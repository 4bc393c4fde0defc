"""What the API takes and gives, as types; field names are those of the contract's documents."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, PlainSerializer
from pydantic.dataclasses import dataclass

from pipeline.finding import Outcome
from warehouse.decisions.accounts import RoleName

STRICT = ConfigDict(extra="forbid")
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Long = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
QUOTE_LENGTH_MAX = 500
Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2999, 12, 31))]
Page = Annotated[int, Field(ge=1, le=100_000)]
Seconds = Annotated[float, Field(ge=0, le=604_800, allow_inf_nan=False)]
Points = Annotated[
    Decimal, PlainSerializer(float, return_type=float, when_used="json"), Field(description="exact")
]
PurposeName = Literal[
    "", "inbound", "callback", "complaint", "absence", "cancellation", "booking", "satisfaction",
    "other",
]  # fmt: skip
PromiseStateName = Literal["", "kept", "late", "broken", "open", "unverifiable"]


@dataclass(frozen=True, config=STRICT)
class Refused:
    """Why a request was not carried out, in the reader's language."""

    status: int
    message: str


@dataclass(frozen=True, config=STRICT)
class Refusal:
    """The form of every refusal."""

    error: Refused


@dataclass(frozen=True, config=STRICT)
class Credentials:
    """Login and password."""

    login: Annotated[str, Field(max_length=100)]
    password: Annotated[str, Field(max_length=1000)]


@dataclass(frozen=True)
class Me:
    """Who is signed in, and what they may do."""

    account_id: str
    login: str
    name: str
    role: RoleName
    language: str
    agent_id: str | None
    may: list[str]


@dataclass(frozen=True, config=STRICT)
class QueueQuery:
    """The filters of the queue, named as in the address of its page."""

    state: Literal["open", "mine", "submitted", "any"] = "open"
    since: Day | None = None
    until: Day | None = None
    agent: Text = ""
    team: Text = ""
    rule: Text = ""
    purpose: PurposeName = ""
    above: Annotated[Decimal, Field(ge=-100_000, le=100_000)] | None = None
    below: Annotated[Decimal, Field(ge=-100_000, le=100_000)] | None = None
    assigned: Text = ""
    all: Literal["0", "1"] = "0"
    page: Page = 1


@dataclass(frozen=True)
class FlagAnswer:
    """A finding that costs points."""

    finding_no: int
    rule_id: str
    probability: float
    severity: str
    start: float | None


@dataclass(frozen=True)
class ReviewAnswer:
    """A call's place in the queue."""

    call_id: str
    permalink: str
    started_at: datetime | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    purpose: str | None
    language: str
    duration_s: float
    points: Points
    points_reviewed: Points | None
    worth: float
    sampled: bool
    state: str
    assigned_to: str | None
    claimed_by: str | None
    claimed_until: datetime | None
    flags: list[FlagAnswer]


@dataclass(frozen=True)
class QueueAnswer:
    """One page of the queue."""

    total: int
    page: int
    pages: int
    calls: list[ReviewAnswer]


@dataclass(frozen=True, config=STRICT)
class Assignment:
    """Which calls go to whom; `to` null takes them back."""

    calls: Annotated[list[Text], Field(min_length=1, max_length=500)]
    to: Text | None = None


@dataclass(frozen=True)
class Assigned:
    """How many calls were concerned."""

    assigned: int


@dataclass(frozen=True, config=STRICT)
class Decision:
    """What a person says of a call.

    `verdict` needs finding_no and verdict; `added` needs rule_id, start and end; `comment` needs
    text; `roles` swaps agent and customer; `word` needs turn_no, start, end and the text that was
    really said, empty for nothing. `outcome` is that of the finding that was judged; `swapped`
    says which findings the number counts: those of the roles as they were heard, or those after a
    swap.
    """

    kind: Literal["verdict", "added", "comment", "roles", "word"]
    finding_no: Annotated[int, Field(ge=0, le=100_000)] | None = None
    verdict: Literal["confirmed", "false", "doubtful"] | None = None
    rule_id: Text | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    quote: Annotated[str, Field(max_length=QUOTE_LENGTH_MAX)] = ""
    text: Long | None = None
    swapped: bool = False
    outcome: Outcome | None = None
    turn_no: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    was: Annotated[str, Field(max_length=QUOTE_LENGTH_MAX)] = ""


@dataclass(frozen=True)
class Claimed:
    """Whether the call is in the reader's hand now."""

    mine: bool


@dataclass(frozen=True)
class Following:
    """The next call of the same queue, if there is one."""

    next: str | None


@dataclass(frozen=True)
class WordAnswer:
    """One word; `outcome` marks what a finding rests on."""

    text: str
    start: float
    end: float
    uncertain: bool
    outcome: str


@dataclass(frozen=True)
class TurnAnswer:
    """One turn; `channel` is null on a mono call."""

    turn_no: int
    role: str
    role_certain: bool
    start: float
    channel: int | None
    words: list[WordAnswer]


@dataclass(frozen=True)
class FindingAnswer:
    """One finding with its explanation and, where there is one, a person's verdict."""

    finding_no: int
    rule_id: str
    title: str
    outcome: str
    flagged: bool
    points: Points
    probability: float
    severity: str
    quote: str
    measured: str
    start: float | None
    end: float | None
    verdict: str
    expected: str
    heard: list[str]
    certainty: str
    alternative: str
    norm: str


@dataclass(frozen=True)
class ScoreAnswer:
    """A score."""

    points: Points
    points_possible: Points
    passed: bool


@dataclass(frozen=True)
class CallAnswer:
    """A call as its page shows it."""

    review: ReviewAnswer
    audio_sha256: str
    phrasebook_sha256: str
    sound: str
    turns: list[TurnAnswer]
    findings: list[FindingAnswer]
    added: list[FindingAnswer]
    not_assessable: list[FindingAnswer]
    score: ScoreAnswer
    score_reviewed: ScoreAnswer
    comment: str
    swapped: bool
    comparable: bool
    mine: bool


@dataclass(frozen=True)
class PeaksAnswer:
    """Both parties' peaks, 0-1: agent, then customer."""

    per_s: int
    lanes: list[list[float]] = field(default_factory=list)


@dataclass(frozen=True)
class HealthAnswer:
    """Whether the console answers."""

    status: str

"""What a phrasebook's rules are, once read: data only; `pipeline.judging` applies them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pipeline.call import Purpose, Role
from pipeline.checks import Check
from pipeline.finding import Outcome
from pipeline.messages import Language
from pipeline.patterns import NO_PHRASES, PhraseSet
from pipeline.probability import EvidenceWeights


class Kind(StrEnum):
    """What a rule asks."""

    FORBIDDEN = "forbidden"  # must not be done: violated or clear
    REQUIRED = "required"  # must be done: met or missed
    CREDIT = "credit"  # good when done, no fault when not: met or not applicable


@dataclass(frozen=True, slots=True)
class Source:
    """The norm's own words and where they stand."""

    file: str
    line: int
    quote: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class When:
    """On which calls a rule applies; an empty tuple sets no condition."""

    purposes: tuple[Purpose, ...] = ()
    not_purposes: tuple[Purpose, ...] = ()
    directions: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    findings: tuple[tuple[str, Outcome], ...] = ()  # of rules that stand before this one


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the call that is searched; several conditions narrow it together, none is the
    whole call.

    Turns are counted by who has the word: speech of one party that only short pauses divide is
    one turn.
    """

    first_turns: int | None = None
    last_turns: int | None = None
    skip_turns: int = 0  # turns of the role left out at the beginning
    first_s: float | None = None  # seconds from the first word of the role
    last_s: float | None = None  # seconds before the last word of the call
    skip_s: float = 0.0  # seconds from the first word of the role left out
    first_share: float | None = None  # 0-1 of the time from the first to the last word
    last_share: float | None = None
    after_customer: bool = False  # only what follows the customer's first words


@dataclass(frozen=True, slots=True)
class Occasion:
    """The rule concerns a call only if one of these was said, by one of `roles`.

    `answered_after`: only words after it count as the answer to it.
    """

    phrases: PhraseSet
    roles: tuple[Role, ...] = (Role.CUSTOMER,)
    answered_after: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a test dialogue: who says what, after how long a pause."""

    role: Role
    text: str
    pause_s: float = 0.4
    role_probability: float = 0.99
    word_probability: float = 0.95
    level_db: float | None = None


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A small dialogue and what the rule must say of it."""

    expected: Outcome
    lines: tuple[Line, ...]
    purpose: Purpose | None = None
    direction: str | None = None
    team: str | None = None
    answered_after_s: float | None = None
    hung_up_by: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One norm in a form that a machine can check."""

    id: str
    title: str
    kind: Kind
    check: Check
    role: Role = Role.AGENT
    points: Decimal = Decimal(0)  # per occurrence; negative when forbidden or required
    cap: Decimal | None = None  # at most so many points per call, without sign
    severity: str = "minor"
    fatal: bool = False
    sources: tuple[Source, ...] = ()
    suggestion: str | None = None
    review: str = "doubt"  # always | doubt | never
    when: When = When()
    credited_elsewhere: bool = False  # outside `when` it is still met when done, never missed
    occasion: Occasion | None = None
    window: Window = Window()
    report_p: float = 0.5
    review_p: float = 0.3
    min_role_p: float = 0.7
    min_word_p: float = 0.35
    tests: tuple[RuleTest, ...] = ()
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Phrasebook:
    """The norms of one organisation in one language; compared by identity, told apart by `sha256`.

    `names` are what `{org}` and the like stand for; `shared` are the phrases that several rules
    name.
    """

    id: str
    version: str
    title: str
    language: Language
    sha256: str
    rules: tuple[Rule, ...]
    start_points: Decimal = Decimal(100)
    pass_mark: Decimal = Decimal(80)
    most_credit: Decimal = Decimal(10)
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()
    recorded_voice: PhraseSet = NO_PHRASES  # words by which an announcement is known
    weights: EvidenceWeights | None = None  # of the evidence; None: the program's own
    folder: str = ""

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id, if there is one."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

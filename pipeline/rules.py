"""What a phrasebook's rules are, once read: data only; `pipeline.judging` applies them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pipeline.call import Purpose, Role
from pipeline.finding import Outcome
from pipeline.messages import Language
from pipeline.patterns import NO_PHRASES, PhraseSet


class Kind(StrEnum):
    """What a rule asks."""

    FORBIDDEN = "forbidden"  # must not be done: violated or clear
    REQUIRED = "required"  # must be done: met or missed
    CREDIT = "credit"  # good when done, no fault when not: met or not applicable


class Measure(StrEnum):
    """What a rule of timing measures."""

    DEAD_AIR = "dead_air"  # seconds of silence that the agent left without a word about it
    INTERRUPTION = "interruption"  # seconds that the agent spoke into the customer's words
    SPEECH_RATE = "speech_rate"  # agent's characters per minute of speech
    ANSWER_DELAY = "answer_delay"  # seconds until the call was answered
    YOU_RATIO = "you_ratio"  # share of the polite 您 among 您 and 你
    DURATION = "duration"  # seconds from first to last word
    AGENT_HANGUP = "agent_hangup"  # 1 when the agent ended the call


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


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the call that is searched; several conditions narrow it together, none is the
    whole call.

    Turns are counted by who has the word: speech of one party that only short pauses divide is
    one turn.
    """

    first_turns: int | None = None
    last_turns: int | None = None
    first_s: float | None = None  # seconds from the first word of the role
    last_s: float | None = None  # seconds before the last word of the call
    last_share: float | None = None  # 0-1 of the time from the first to the last word
    after_customer: bool = False  # only what follows the customer's first words


@dataclass(frozen=True, slots=True)
class Softening:
    """Words of the same role that take the edge off a forbidden phrase when they stand near it."""

    phrases: PhraseSet = NO_PHRASES
    within_s: float = 10.0
    turns_before: int = 0
    turns_after: int = 1


@dataclass(frozen=True, slots=True)
class Occasion:
    """The rule concerns a call only if one of these was said, by one of `roles`.

    `answered_after`: only words after it count as the answer to it.
    """

    phrases: PhraseSet
    roles: tuple[Role, ...] = (Role.CUSTOMER,)
    answered_after: bool = True


@dataclass(frozen=True, slots=True)
class PhraseCheck:
    """Any of the phrases was said, or at least `at_least` different lines of them."""

    phrases: PhraseSet
    unless: PhraseSet = NO_PHRASES
    softening: Softening = Softening()
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One part of what has to be said."""

    name: str
    title: str
    phrases: PhraseSet
    weight: Decimal = Decimal(1)
    needed: bool = False  # without it the rule is missed, whatever else was said


@dataclass(frozen=True, slots=True)
class StepsCheck:
    """A set of steps, each found by its own phrases; part of them earns part of the points.

    `ordered`: a step counts only if it does not come before the one listed ahead of it.
    """

    steps: tuple[Step, ...]
    unless: PhraseSet = NO_PHRASES
    least_share: Decimal = Decimal("0.5")  # of the weights, for the rule to be met
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class HoldCheck:
    """The customer is told before a wait, or thanked after it.

    A hold is a silence of at least `min_s` after which the agent takes the word; after an
    announcement `announced_min_s` is enough.
    """

    part: str  # announced | resumed
    announcements: PhraseSet
    resumptions: PhraseSet
    min_s: float = 8.0
    announced_min_s: float = 3.0
    within_s: float = 12.0  # the words stand this near to the silence
    excuses: PhraseSet = NO_PHRASES  # agent's words that show the silence was the customer's
    wondering: PhraseSet = NO_PHRASES  # customer's words that show it was the agent's


@dataclass(frozen=True, slots=True)
class LimitCheck:
    """A measured quantity must stay within limits; less material than `least_sample` is not
    judged.
    """

    measure: Measure
    at_most: float | None = None
    at_least: float | None = None
    least_sample: float = 0.0
    tolerance: float = 0.0  # beyond the limit by less than this is in doubt
    excuses: PhraseSet = NO_PHRASES
    wondering: PhraseSet = NO_PHRASES


Check = PhraseCheck | StepsCheck | HoldCheck | LimitCheck


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a test dialogue: who says what, after how long a pause."""

    role: Role
    text: str
    pause_s: float = 0.4
    role_probability: float = 0.99
    word_probability: float = 0.95


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A small dialogue and what the rule must say of it."""

    expected: Outcome
    lines: tuple[Line, ...]
    purpose: Purpose | None = None
    direction: str | None = None
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
    folder: str = ""

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id, if there is one."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

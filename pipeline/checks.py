"""The ways to check a rule, as data; each has its own module `check_….py`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from pipeline.call import Role
from pipeline.patterns import NO_PHRASES, PhraseSet


class Measure(StrEnum):
    """What a rule of timing measures."""

    DEAD_AIR = "dead_air"  # seconds of silence that the agent left without a word about it
    INTERRUPTION = "interruption"  # seconds that the role spoke into the other party's words
    SPEECH_RATE = "speech_rate"  # agent's characters per minute of speech
    ANSWER_DELAY = "answer_delay"  # seconds until the call was answered
    RATIO = "ratio"  # how many of the phrases `among` are those `of`
    RESPONSE = "response"  # median seconds between the other party's words and the role's
    MONOLOGUE = "monologue"  # seconds of the role's longest speech without the other's words
    LISTENING_SHARE = "listening_share"  # share of the agent's turns that are only 嗯, 哦 and such
    LEVEL_OVER_CUSTOMER = "level_over_customer"  # dB by which the agent is the louder one
    LEVEL_RISE = "level_rise"  # dB by which the agent's last third is louder than the first
    DURATION = "duration"  # seconds from first to last word
    AGENT_HANGUP = "agent_hangup"  # 1 when the agent ended the call
    COUNT = "count"  # how often phrases of `of` were said
    REPEATS = "repeats"  # how often the most repeated sentence was said
    FIRST_WORDS = "first_words"  # seconds from the recording's start to the role's first word
    RESPONSE_LONGEST = "response_longest"  # seconds of the longest pause before the role's words
    SILENCE_SHARE = "silence_share"  # share of the recording in which nobody speaks
    TALK_SHARE = "talk_share"  # the role's share of both parties' speech
    RATE_OVER_CUSTOMER = "rate_over_customer"  # agent's speech rate in parts of the customer's


# What the telephone system tells and nobody hears.
FROM_RECORDS: Final = frozenset((Measure.ANSWER_DELAY, Measure.AGENT_HANGUP))


@dataclass(frozen=True, slots=True)
class Softening:
    """Words of the same role that take the edge off a forbidden phrase when they stand near it."""

    phrases: PhraseSet = NO_PHRASES
    within_s: float = 10.0
    turns_before: int = 0
    turns_after: int = 1


@dataclass(frozen=True, slots=True)
class PhraseCheck:
    """Any of the phrases was said: `at_least` different ones, and `times` in all."""

    phrases: PhraseSet
    unless: PhraseSet = NO_PHRASES
    softening: Softening = Softening()
    at_least: int = 1
    times: int = 1


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
class SequenceItem:
    """One thing that follows another; `absent` demands that it does not.

    The distance is counted from the end of the item before: in seconds, in turns of the
    transcript, or both.
    """

    name: str
    phrases: PhraseSet
    role: Role = Role.AGENT
    within_s: float | None = None
    within_turns: int | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True)
class SequenceCheck:
    """Things said one after the other."""

    items: tuple[SequenceItem, ...]


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
    of: PhraseSet = NO_PHRASES
    among: PhraseSet = NO_PHRASES


Check = PhraseCheck | StepsCheck | SequenceCheck | HoldCheck | LimitCheck

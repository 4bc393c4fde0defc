"""What a rule of limits measures in a call: each a value with the size of its sample and its
places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from pipeline.call import Role, Turn
from pipeline.check_holds import excuses, said, wondering
from pipeline.checks import LimitCheck, Measure
from pipeline.normalise import tokenise
from pipeline.patterns import PhraseSet
from pipeline.rating import CallView, RatedHit
from pipeline.role_talk import level_rise, mean_level, monologues, response_gaps, spoken_turns
from pipeline.rules import Rule
from pipeline.silences import agent_owed_words, soon_after, soon_before
from pipeline.stream import Flags
from pipeline.talk import Interval, interruptions, silences
from pipeline.windows import call_bounds

_NEAR_SILENCE_S: Final = 12.0  # an announcement this near before a silence explains it
_SOON_S: Final = 2.0  # so do thanks this soon after it
_LISTENING: Final = frozenset("嗯哦啊噢呃额喔行好对是的了呢吧")


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with the size of the sample that it rests on, and where it was measured."""

    value: float
    sample: float
    places: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is to be measured: by which rule, of which call, in which window."""

    view: CallView
    rule: Rule
    check: LimitCheck
    mask: Flags

    def said(self, phrases: PhraseSet) -> tuple[RatedHit, ...]:
        """Where the rule's role said one of the phrases inside the window."""
        return said(self.view, self.rule, phrases, mask=self.mask)


def measure(view: CallView, rule: Rule, check: LimitCheck, *, mask: Flags) -> Measured | None:
    """The value of the check's measure; None where the call or its metadata does not have it."""
    return _MEASURES[check.measure](Asked(view, rule, check, mask))


def _dead_air(asked: Asked) -> Measured | None:
    """The longest silence that the agent owed words in, neither announced nor thanked for.

    A voice that is heard without a word understood ends a silence.
    """
    mine = excuses(asked.view, asked.rule, asked.check)
    theirs = wondering(asked.view, asked.rule, asked.check)
    owed = [
        (s.start, s.end)
        for s in silences(asked.view.transcript, min_s=1.0, unread=True)
        if agent_owed_words(s, excuses=mine, wondering=theirs)
        and not soon_before(mine, s, within_s=_NEAR_SILENCE_S)
        and not soon_after(mine, s, within_s=_SOON_S)
    ]
    return _longest(owed, asked.check)


def _interruption(asked: Asked) -> Measured | None:
    found = _longest(interruptions(asked.view.transcript), asked.check)
    return Measured(found.value, asked.view.metrics.customer_talk_s, found.places)


def _longest(intervals: Sequence[Interval], check: LimitCheck, sample: float = 1.0) -> Measured:
    longest = max((b - a for a, b in intervals), default=0.0)
    most = check.at_most
    places = tuple(i for i in intervals if most is not None and i[1] - i[0] > most)
    return Measured(longest, sample, places)


def _speech_rate(asked: Asked) -> Measured | None:
    rate = asked.view.metrics.agent_chars_per_min
    if rate is None:
        return None
    return Measured(rate, asked.view.metrics.agent_talk_s, (call_bounds(asked.view.transcript),))


def _answer_delay(asked: Asked) -> Measured | None:
    delay = asked.view.metadata.answered_after_s
    return None if delay is None else Measured(delay, 1.0, ((0.0, 0.0),))


def _ratio(asked: Asked) -> Measured | None:
    """How many of the phrases `among` are those `of`; what stands under an excuse is left out."""
    excused = asked.said(asked.check.excuses)
    covered = {t for r in excused for t in range(r.hit.first, r.hit.last + 1)}
    among = [r for r in asked.said(asked.check.among) if r.hit.first not in covered]
    chosen = {r.hit.first for r in asked.said(asked.check.of)}
    if not among:
        return None
    share = sum(r.hit.first in chosen for r in among) / len(among)
    others = [r.evidence for r in among if r.hit.first not in chosen]
    return Measured(share, len(among), tuple((e.start, e.end) for e in others))


def _response(asked: Asked) -> Measured | None:
    """The median pause between the customer's words and the agent's, in seconds."""
    gaps = response_gaps(asked.view.transcript, Role.AGENT)
    if not gaps:
        return None
    slowest = asked.check.at_most
    slow = tuple(g for g in gaps if slowest is not None and g[1] - g[0] > slowest)
    return Measured(median(b - a for a, b in gaps), len(gaps), slow)


def _monologue(asked: Asked) -> Measured | None:
    """The agent's longest speech that the customer does not break, even with a word."""
    return _longest(monologues(asked.view.transcript, Role.AGENT), asked.check)


def _listening(asked: Asked) -> Measured | None:
    """The share of the agent's turns in which nothing is said but 嗯, 哦, 好的 and such."""
    turns = [t for t in spoken_turns(asked.view.transcript) if t.role is Role.AGENT]
    if not turns:
        return None
    language = asked.view.transcript.language
    bare = [
        t for t in turns if all(token.text in _LISTENING for token in tokenise(t.text, language))
    ]
    return Measured(len(bare) / len(turns), len(turns), tuple((t.start, t.end) for t in bare))


def _level_gap(asked: Asked) -> Measured | None:
    """By how many dB the agent is louder than the customer, on average over time."""
    agent, customer = _levelled(asked.view, Role.AGENT), _levelled(asked.view, Role.CUSTOMER)
    louder, quieter = mean_level(agent), mean_level(customer)
    if louder is None or quieter is None:
        return None
    return Measured(louder - quieter, min(len(agent), len(customer)))


def _level_rise(asked: Asked) -> Measured | None:
    """By how many dB the last third of the agent's turns is louder than the first third."""
    turns = _levelled(asked.view, Role.AGENT)
    rise = level_rise(turns)
    return None if rise is None else Measured(rise, len(turns))


def _levelled(view: CallView, role: Role) -> list[Turn]:
    turns = spoken_turns(view.transcript)
    return [t for t in turns if t.role is role and t.level_db is not None]


def _duration(asked: Asked) -> Measured | None:
    begin, end = call_bounds(asked.view.transcript)
    return Measured(end - begin, 1.0, ((begin, end),))


def _agent_hangup(asked: Asked) -> Measured | None:
    by = asked.view.metadata.hung_up_by
    end = call_bounds(asked.view.transcript)[1]
    return None if by is None else Measured(float(by == Role.AGENT), 1.0, ((end, end),))


_Measurer = Callable[[Asked], Measured | None]
_MEASURES: Final[dict[Measure, _Measurer]] = {
    Measure.DEAD_AIR: _dead_air,
    Measure.INTERRUPTION: _interruption,
    Measure.SPEECH_RATE: _speech_rate,
    Measure.ANSWER_DELAY: _answer_delay,
    Measure.RATIO: _ratio,
    Measure.RESPONSE: _response,
    Measure.MONOLOGUE: _monologue,
    Measure.LISTENING_SHARE: _listening,
    Measure.LEVEL_OVER_CUSTOMER: _level_gap,
    Measure.LEVEL_RISE: _level_rise,
    Measure.DURATION: _duration,
    Measure.AGENT_HANGUP: _agent_hangup,
}

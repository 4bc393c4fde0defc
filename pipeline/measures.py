"""What a rule of limits measures in a call: each a value with the size of its sample and its
places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median
from typing import Final

from pipeline.call import Role, Turn
from pipeline.check_holds import excuses, said, wondering
from pipeline.checks import LimitCheck, Measure
from pipeline.normalise import tokenise
from pipeline.patterns import PhraseSet
from pipeline.rating import CallView, RatedHit
from pipeline.rules import Rule
from pipeline.silences import agent_owed_words, silences, soon_after, soon_before
from pipeline.stream import Flags
from pipeline.talk import Interval, interruptions
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
    """The longest silence that the agent owed words in, neither announced nor thanked for."""
    mine = excuses(asked.view, asked.rule, asked.check)
    theirs = wondering(asked.view, asked.rule, asked.check)
    owed = [
        (s.start, s.end)
        for s in silences(asked.view.transcript, min_s=1.0)
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
    turns = _spoken(asked.view)
    gaps = [
        (a.end, b.start)
        for a, b in pairwise(turns)
        if a.role is Role.CUSTOMER and b.role is Role.AGENT
    ]
    if not gaps:
        return None
    value = median(max(0.0, b - a) for a, b in gaps)
    slow = tuple(
        g for g in gaps if asked.check.at_most is not None and g[1] - g[0] > asked.check.at_most
    )
    return Measured(value, len(gaps), slow)


def _monologue(asked: Asked) -> Measured | None:
    """The agent's longest speech that the customer does not break, even with a word."""
    runs: list[Interval] = []
    before: Turn | None = None
    for turn in _spoken(asked.view):
        if turn.role is Role.AGENT:
            goes_on = before is not None and before.role is Role.AGENT and bool(runs)
            runs.append((runs.pop()[0] if goes_on else turn.start, turn.end))
        before = turn
    return _longest(runs, asked.check)


def _listening(asked: Asked) -> Measured | None:
    """The share of the agent's turns in which nothing is said but 嗯, 哦, 好的 and such."""
    turns = [t for t in _spoken(asked.view) if t.role is Role.AGENT]
    if not turns:
        return None
    language = asked.view.transcript.language
    bare = [
        t for t in turns if all(token.text in _LISTENING for token in tokenise(t.text, language))
    ]
    return Measured(len(bare) / len(turns), len(turns), tuple((t.start, t.end) for t in bare))


def _level_gap(asked: Asked) -> Measured | None:
    """By how many dB the agent is louder than the customer, on average over turns."""
    agent, customer = _levels(asked.view, Role.AGENT), _levels(asked.view, Role.CUSTOMER)
    if not agent or not customer:
        return None
    return Measured(fmean(agent) - fmean(customer), min(len(agent), len(customer)))


def _level_rise(asked: Asked) -> Measured | None:
    """By how many dB the last third of the agent's turns is louder than the first third."""
    levels = _levels(asked.view, Role.AGENT)
    third = len(levels) // 3
    if not third:
        return None
    return Measured(fmean(levels[-third:]) - fmean(levels[:third]), len(levels))


def _levels(view: CallView, role: Role) -> list[float]:
    return [t.level_db for t in _spoken(view) if t.role is role and t.level_db is not None]


def _spoken(view: CallView) -> list[Turn]:
    return sorted((t for t in view.transcript.turns if t.text.strip()), key=lambda t: t.start)


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

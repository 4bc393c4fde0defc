"""What a rule of limits measures in a call: each a value with the size of its sample and its
places.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Final

from pipeline.call import Role, Turn
from pipeline.check_holds import excuses, wondering
from pipeline.checks import LimitCheck, Measure
from pipeline.measured import Asked, Measured, longest
from pipeline.measures_of_words import (
    count_phrases,
    count_repeats,
    measure_listening,
    measure_rate_over_customer,
    measure_ratio,
    measure_speech_rate,
)
from pipeline.rating import CallView
from pipeline.role_talk import level_rise, mean_level, monologues, response_gaps, spoken_turns
from pipeline.rules import Rule
from pipeline.silences import agent_owed_words, soon_after, soon_before
from pipeline.stream import Flags
from pipeline.talk import Interval, interruptions, silences
from pipeline.windows import call_bounds

_NEAR_SILENCE_S: Final = 12.0  # an announcement this near before a silence explains it
_SOON_S: Final = 2.0  # so do thanks this soon after it


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
    return longest(asked.inside(owed), asked.check)


def _interruption(asked: Asked) -> Measured | None:
    """The longest overlap in which the rule's role breaks into the other's words; the sample is
    the seconds that the other speaks.
    """
    spoken = interruptions(asked.view.transcript, by=asked.rule.role)
    found = longest(asked.inside(spoken), asked.check)
    metrics = asked.view.metrics
    agent = asked.rule.role is Role.AGENT
    sample = metrics.customer_talk_s if agent else metrics.agent_talk_s
    return Measured(found.value, sample, found.places)


def _answer_delay(asked: Asked) -> Measured | None:
    delay = asked.view.metadata.answered_after_s
    return None if delay is None else Measured(delay, 1.0, ((0.0, 0.0),))


def _response(asked: Asked) -> Measured | None:
    """The median pause between the other party's words and the role's, in seconds."""
    gaps = _response_gaps(asked)
    if not gaps:
        return None
    slow = longest(gaps, asked.check).places
    return Measured(median(b - a for a, b in gaps), len(gaps), slow)


def _response_longest(asked: Asked) -> Measured | None:
    """The longest of these pauses."""
    gaps = _response_gaps(asked)
    return longest(gaps, asked.check, len(gaps)) if gaps else None


def _response_gaps(asked: Asked) -> list[Interval]:
    return asked.inside(response_gaps(asked.view.transcript, asked.rule.role))


def _monologue(asked: Asked) -> Measured | None:
    """The role's longest speech that the other party does not break, even with a word."""
    runs = monologues(asked.view.transcript, asked.rule.role)
    return longest(asked.inside(runs), asked.check)


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


def _first_words(asked: Asked) -> Measured | None:
    stream = asked.view.streams[asked.rule.role]
    if not stream.texts:
        return None
    first = float(stream.start[0])
    return Measured(first, 1.0, ((0.0, first),))


def _silence_share(asked: Asked) -> Measured | None:
    transcript = asked.view.transcript
    if transcript.duration_s <= 0:
        return None
    return Measured(asked.view.metrics.silence_s / transcript.duration_s, transcript.duration_s)


def _talk_share(asked: Asked) -> Measured | None:
    metrics = asked.view.metrics
    both = metrics.agent_talk_s + metrics.customer_talk_s
    own = metrics.agent_talk_s if asked.rule.role is Role.AGENT else metrics.customer_talk_s
    return Measured(own / both, both) if both > 0 else None


_Measurer = Callable[[Asked], Measured | None]
_MEASURES: Final[dict[Measure, _Measurer]] = {
    Measure.DEAD_AIR: _dead_air,
    Measure.INTERRUPTION: _interruption,
    Measure.SPEECH_RATE: measure_speech_rate,
    Measure.ANSWER_DELAY: _answer_delay,
    Measure.RATIO: measure_ratio,
    Measure.RESPONSE: _response,
    Measure.MONOLOGUE: _monologue,
    Measure.LISTENING_SHARE: measure_listening,
    Measure.LEVEL_OVER_CUSTOMER: _level_gap,
    Measure.LEVEL_RISE: _level_rise,
    Measure.DURATION: _duration,
    Measure.AGENT_HANGUP: _agent_hangup,
    Measure.COUNT: count_phrases,
    Measure.REPEATS: count_repeats,
    Measure.FIRST_WORDS: _first_words,
    Measure.RESPONSE_LONGEST: _response_longest,
    Measure.SILENCE_SHARE: _silence_share,
    Measure.TALK_SHARE: _talk_share,
    Measure.RATE_OVER_CUSTOMER: measure_rate_over_customer,
}
